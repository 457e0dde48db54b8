/** Time intervals of an AlertmanagerConfig, with the operator's rules (Validate of v0.93.1), which differ from Alertmanager's in details. */

import type { Source } from '../../generate/source.ts';
import { parseInteger } from '../../routing/goText.ts';
import { daysOfMonthFault, monthNumber, parseTimeOfDay, weekdayNumber, type RangeResult } from '../../routing/timeInterval.ts';
import type { Verdict } from './verdict.ts';

/** Start and end of a time of day. */
export function readTimes(times: Source): RangeResult {
  const [start, end] = [times.at('startTime').text, times.at('endTime').text];
  if (start === '' || end === '') return { error: 'startTime and endTime are both required' };
  const [begin, finish] = [parseTimeOfDay(start), parseTimeOfDay(end)];
  if (begin === undefined) return { error: `"${start}" is no time of the form HH:MM` };
  if (finish === undefined) return { error: `"${end}" is no time of the form HH:MM` };
  return begin >= finish ? { error: `the end ${end} does not come after the start ${start}; give two ranges to pass midnight` } : { begin, end: finish };
}

/** Names in any case, or numbers from 0 for Sunday. */
export function readWeekdays(text: string): RangeResult {
  return readRange(text, (day) => weekdayNumber(day.toLowerCase()) ?? parseInteger(day), (begin, end) => {
    if (begin > end) return `${text} ends before it begins; a week starts on Sunday`;
    return begin < 0 || end > 6 ? `${text} is beyond the days of a week, 0 (Sunday) to 6` : undefined;
  }, 'weekday');
}

/** Names in any case, or numbers from 1 to 12. */
export function readMonths(text: string): RangeResult {
  const number = (month: string): number | undefined => {
    const value = monthNumber(month.toLowerCase()) ?? parseInteger(month);
    return value === undefined || value < 1 || value > 12 ? undefined : value;
  };
  return readRange(text, number, (begin, end) => begin > end ? `${text} ends before it begins` : undefined, 'month');
}

export function readYears(text: string): RangeResult {
  return readRange(text, parseInteger, (begin, end) => begin > end ? `${text} ends before it begins` : undefined, 'year');
}

export function readDaysOfMonth(days: Source): RangeResult {
  const range = { begin: days.at('start').number, end: days.at('end').number };
  const error = daysOfMonthFault(range);
  return error === undefined ? range : { error };
}

function readRange(text: string, member: (part: string) => number | undefined, fault: (begin: number, end: number) => string | undefined, word: string): RangeResult {
  const parts = text.split(':');
  if (parts.length > 2) return { error: `"${text}" has more than one colon` };
  const [begin, end] = [member(parts[0] ?? ''), member(parts[1] ?? parts[0] ?? '')];
  if (begin === undefined || end === undefined) return { error: `"${begin === undefined ? parts[0] ?? '' : parts[1] ?? ''}" is no ${word}` };
  const error = fault(begin, end);
  return error === undefined ? { begin, end } : { error };
}

/** Checks the named intervals and returns their names. */
export function validateTimeIntervals(intervals: Source, verdict: Verdict): Set<string> {
  const names = new Set<string>();
  for (const interval of intervals.items) {
    const name = interval.at('name').text;
    if (name === '') verdict.reject(interval.at('name'), 'time-interval', 'A time interval needs a name');
    names.add(name);
    for (const part of interval.at('timeIntervals').items) validatePart(part, verdict);
  }
  return names;
}

function validatePart(part: Source, verdict: Verdict): void {
  const check = (at: Source, result: RangeResult): void => {
    if ('error' in result) verdict.reject(at, 'time-interval', `Invalid range: ${result.error}`);
  };
  for (const times of part.at('times').items) check(times, readTimes(times));
  for (const weekday of part.at('weekdays').items) check(weekday, readWeekdays(weekday.text));
  for (const days of part.at('daysOfMonth').items) check(days, readDaysOfMonth(days));
  for (const month of part.at('months').items) check(month, readMonths(month.text));
  for (const year of part.at('years').items) check(year, readYears(year.text));
}
