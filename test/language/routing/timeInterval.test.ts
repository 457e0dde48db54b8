import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { containsTime, isLocation, isMutedAt, parseDaysOfMonth, parseMonths, parseTimes, parseWeekdays, parseYears, type TimeInterval } from '../../../src/language/routing/timeInterval.ts';

const at = (text: string): number => Date.parse(text);

describe('a time interval', () => {
  const inside = (interval: TimeInterval, text: string): boolean => containsTime(interval, at(text));

  test('ends before its end time', () => {
    const office: TimeInterval = { times: [{ begin: 9 * 60, end: 17 * 60 }], weekdays: [{ begin: 1, end: 5 }] };
    assert.equal(inside(office, '2026-01-05T16:59:59Z'), true);
    assert.equal(inside(office, '2026-01-05T17:00:00Z'), false);
    assert.equal(inside(office, '2026-01-04T10:00:00Z'), false, 'a Sunday');
  });

  test('counts days from the end of the month, and stays inside it', () => {
    const last: TimeInterval = { daysOfMonth: [{ begin: -2, end: -1 }] };
    assert.deepEqual(['2024-02-27', '2024-02-28', '2024-02-29', '2024-03-01'].map((day) => inside(last, `${day}T12:00:00Z`)), [false, true, true, false]);
    assert.equal(inside({ daysOfMonth: [{ begin: 31, end: 31 }] }, '2026-02-28T00:00:00Z'), false);
    assert.equal(inside({ daysOfMonth: [{ begin: 20, end: 31 }] }, '2026-02-28T00:00:00Z'), true);
  });

  test('is in its own time zone', () => {
    const berlin: TimeInterval = { times: [{ begin: 0, end: 60 }], location: 'Europe/Berlin' };
    assert.equal(inside(berlin, '2026-07-01T22:30:00Z'), true);
    assert.equal(inside(berlin, '2026-07-01T23:30:00Z'), false);
  });

  test('holds when one of its parts does', () => {
    const parts: TimeInterval[] = [{ months: [{ begin: 12, end: 12 }] }, { years: [{ begin: 2026, end: 2027 }] }];
    assert.equal(isMutedAt(parts, at('2026-05-01T00:00:00Z')), true);
    assert.equal(isMutedAt(parts, at('2025-05-01T00:00:00Z')), false);
    assert.equal(isMutedAt([], at('2026-05-01T00:00:00Z')), false);
    assert.equal(isMutedAt([{}], at('2026-05-01T00:00:00Z')), true, 'a part without conditions');
  });
});

test('the texts of ranges', () => {
  assert.deepEqual(parseWeekdays('Monday:FRIDAY'), { begin: 1, end: 5 });
  assert.deepEqual(parseWeekdays('1:5'), { error: '1 is not a valid weekday' });
  assert.deepEqual(parseMonths('january:3'), { begin: 1, end: 3 });
  assert.deepEqual(parseYears('2022:2020'), { error: 'end year 2020 is before start year 2022' });
  assert.deepEqual(parseDaysOfMonth('-1:5'), { error: 'end day must be negative if start day is negative' });
  assert.deepEqual(parseTimes('08:00', '24:00'), { begin: 480, end: 1440 });
  assert.ok('error' in parseTimes('8:00', '24:00'));
});

test('time zones as Go finds them', () => {
  assert.deepEqual(['UTC', 'Local', '', 'Europe/Berlin', 'US/Pacific'].map(isLocation), [true, true, true, true, true]);
  assert.deepEqual(['europe/berlin', 'Nowhere', '+01:00', '../x', '/etc/x'].map(isLocation), [false, false, false, false, false]);
});
