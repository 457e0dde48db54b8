/** The values that print themselves: those with Go's methods String and GoString. */

import { durationText, monthNames, timeGoText, timeText, weekdayNames } from './goTime.ts';
import { encodeUtf8 } from './utf8.ts';
import { types } from './values.ts';
import type { Value } from './values.ts';

/** What String gives, in bytes; undefined without the method. Pointers have the methods of what they point to. */
export function stringOf(value: Value): string | undefined {
  if (value.kind === 'pointer') return stringOf(value.to);
  if (value.type === types.location) return 'UTC';
  if (value.kind === 'time') return timeText(value.nanoseconds);
  if (value.kind !== 'int') return undefined;
  const index = Number(value.int);
  if (value.type === types.duration) return encodeUtf8(durationText(value.int));
  if (value.type === types.month) return monthNames[index - 1];
  return value.type === types.weekday ? weekdayNames[index] : undefined;
}

/** What GoString gives, in bytes; undefined without the method. */
export function goString(value: Value): string | undefined {
  if (value.kind === 'pointer') return goString(value.to);
  return value.kind === 'time' ? timeGoText(value.nanoseconds) : undefined;
}
