/** The time intervals of an Alertmanager configuration: their form, and what was read of them. */

import { isLocation, parseDaysOfMonth, parseMonths, parseTimes, parseWeekdays, parseYears, type NumberRange, type RangeResult, type TimeInterval } from '../timeInterval.ts';
import { list, struct, text, Struct, type StructShape, type TextShape } from './shape.ts';

function range(parse: (text: string) => RangeResult): TextShape {
  return {
    kind: 'text',
    check: (text) => {
      const result = parse(text);
      return 'error' in result ? result.error : undefined;
    },
  };
}

const location: TextShape = { kind: 'text', check: (name) => isLocation(name) ? undefined : `unknown time zone ${name}` };

const times = struct({ start_time: text, end_time: text }, (value, fault) => {
  const result = parseTimes(value.text('start_time'), value.text('end_time'));
  if ('error' in result) fault(result.error);
});

const timeInterval = struct({
  times: list(times), weekdays: list(range(parseWeekdays)), days_of_month: list(range(parseDaysOfMonth)),
  months: list(range(parseMonths)), years: list(range(parseYears)), location,
});

/** A named list of time intervals; `words` names it in the error. */
export function namedTimeIntervals(words: string): StructShape {
  return struct({ name: text, time_intervals: list(timeInterval) }, (value, fault) => {
    if (!value.filled('name')) fault(`missing name in ${words}`, 'name');
  });
}

/** The interval of a struct that was read; one that is null holds always. */
export function timeIntervalOf(value: Struct | undefined): TimeInterval {
  if (value === undefined) return {};
  const ranges = (key: string, parse: (text: string) => RangeResult): readonly NumberRange[] | undefined =>
    value.texts(key)?.flatMap((text) => valid(text === '' ? { begin: 0, end: 0 } : parse(text)));
  const parts = {
    times: value.items('times')?.flatMap((item) => item instanceof Struct ? valid(parseTimes(item.text('start_time'), item.text('end_time'))) : [{ begin: 0, end: 0 }]),
    weekdays: ranges('weekdays', parseWeekdays),
    daysOfMonth: ranges('days_of_month', parseDaysOfMonth),
    months: ranges('months', parseMonths),
    years: ranges('years', parseYears),
    location: value.filled('location') ? value.text('location') : undefined,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

function valid(result: RangeResult): NumberRange[] {
  return 'error' in result ? [] : [result];
}
