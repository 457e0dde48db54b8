/** The methods that templates can call: those of time.Time, time.Duration and what these give. */

import { addDate, calendar, floorDivide, formatTime, isZeroTime, roundDuration, roundTime, timeGoText } from './goTime.ts';
import { stringOf } from './stringers.ts';
import { boolValue, floatValue, intValue, pointerValue, stringValue, timeValue, types } from './values.ts';
import type { GoType, Value } from './values.ts';

/** A method without its receiver. `call` gets values of exactly the parameters' types. */
export interface Method {
  readonly parameters: readonly GoType[];
  /** Why text/template refuses to call it: it gives more than a value and an error. */
  readonly unusable?: string;
  readonly call: (receiver: Value, parameters: readonly Value[]) => Value;
}

const nanosecondsOf = (value: Value | undefined): bigint => (value?.kind === 'time' ? value.nanoseconds : 0n);
const integerOf = (value: Value | undefined): bigint => (value?.kind === 'int' ? value.int : 0n);
const bytesOf = (value: Value | undefined): string => (value?.kind === 'string' ? value.bytes : '');
/** Go's integers wrap around. */
const int64 = (value: bigint): bigint => BigInt.asIntN(64, value);
const clamp = (value: bigint): bigint => (value > 2n ** 63n - 1n ? 2n ** 63n - 1n : value < -(2n ** 63n) ? -(2n ** 63n) : value);
const location: Value = { kind: 'struct', type: types.location, fields: [] };

type Call = Method['call'];
const get = (call: (receiver: Value) => Value): Method => ({ parameters: [], call: (receiver) => call(receiver) });
const take = (parameters: readonly GoType[], call: Call): Method => ({ parameters, call });
const refuse = (name: string, unusable: string): [string, Method] => [name, { parameters: [], unusable, call: (receiver) => receiver }];
const part = (pick: (time: ReturnType<typeof calendar>) => number | bigint, type: GoType = types.int): Method =>
  get((receiver) => intValue(BigInt(pick(calendar(nanosecondsOf(receiver)))), type));
const since1970 = (unit: bigint): Method => get((receiver) => intValue(int64(floorDivide(nanosecondsOf(receiver), unit)[0]), types.int64));
const compare = (holds: (difference: bigint) => boolean): Method =>
  take([types.time], (receiver, [other]) => boolValue(holds(nanosecondsOf(receiver) - nanosecondsOf(other))));
const text: Method = get((receiver) => stringValue(stringOf(receiver) ?? ''));
const durationIn = (unit: number): Method => get((receiver) => {
  // Whole units and the rest are divided apart, as Go does, which decides the last digit.
  const [whole, rest] = [integerOf(receiver) / BigInt(unit), integerOf(receiver) % BigInt(unit)];
  return floatValue(Number(whole) + Number(rest) / unit);
});
const durationInWhole = (unit: bigint): Method => get((receiver) => intValue(integerOf(receiver) / unit, types.int64));
const duration = (value: bigint): Value => intValue(value, types.duration);

const ofTime: ReadonlyMap<string, Method> = new Map([
  ['Year', part((time) => time.year)],
  ['Month', part((time) => time.month, types.month)],
  ['Day', part((time) => time.day)],
  ['Hour', part((time) => time.hour)],
  ['Minute', part((time) => time.minute)],
  ['Second', part((time) => time.second)],
  ['Nanosecond', part((time) => time.nanosecond)],
  ['Weekday', part((time) => time.weekday, types.weekday)],
  ['YearDay', part((time) => time.yearDay)],
  ['Unix', since1970(1_000_000_000n)],
  ['UnixMilli', since1970(1_000_000n)],
  ['UnixMicro', since1970(1000n)],
  ['UnixNano', since1970(1n)],
  ['String', text],
  ['GoString', get((receiver) => stringValue(timeGoText(nanosecondsOf(receiver))))],
  ['Format', take([types.string], (receiver, [layout]) => stringValue(formatTime(nanosecondsOf(receiver), bytesOf(layout))))],
  ['Add', take([types.duration], (receiver, [by]) => timeValue(nanosecondsOf(receiver) + integerOf(by)))],
  ['AddDate', take([types.int, types.int, types.int], (receiver, [years, months, days]) =>
    timeValue(addDate(nanosecondsOf(receiver), integerOf(years), integerOf(months), integerOf(days))))],
  ['Sub', take([types.time], (receiver, [other]) => duration(clamp(nanosecondsOf(receiver) - nanosecondsOf(other))))],
  ['Before', compare((difference) => difference < 0n)],
  ['After', compare((difference) => difference > 0n)],
  ['Equal', compare((difference) => difference === 0n)],
  ['Compare', take([types.time], (receiver, [other]) => {
    const difference = nanosecondsOf(receiver) - nanosecondsOf(other);
    return intValue(difference < 0n ? -1n : difference > 0n ? 1n : 0n);
  })],
  ['Truncate', take([types.duration], (receiver, [to]) => timeValue(roundTime(nanosecondsOf(receiver), integerOf(to), false)))],
  ['Round', take([types.duration], (receiver, [to]) => timeValue(roundTime(nanosecondsOf(receiver), integerOf(to), true)))],
  ['IsZero', get((receiver) => boolValue(isZeroTime(nanosecondsOf(receiver))))],
  ['IsDST', get(() => boolValue(false))],
  ['UTC', get((receiver) => receiver)],
  // The server's time zone is not known here; Prometheus' images run in UTC.
  ['Local', get((receiver) => receiver)],
  ['In', take([types.locationPointer], (receiver) => receiver)],
  ['Location', get(() => pointerValue(types.locationPointer, location))],
  refuse('Clock', 'function Clock has 3 return values; should be 1 or 2'),
  refuse('Date', 'function Date has 3 return values; should be 1 or 2'),
  refuse('ISOWeek', 'invalid function signature for ISOWeek: second return value should be error; is int'),
  refuse('Zone', 'invalid function signature for Zone: second return value should be error; is int'),
  refuse('ZoneBounds', 'invalid function signature for ZoneBounds: second return value should be error; is time.Time'),
]);

const ofDuration: ReadonlyMap<string, Method> = new Map([
  ['Hours', durationIn(3_600_000_000_000)],
  ['Minutes', durationIn(60_000_000_000)],
  ['Seconds', durationIn(1_000_000_000)],
  ['Milliseconds', durationInWhole(1_000_000n)],
  ['Microseconds', durationInWhole(1000n)],
  ['Nanoseconds', durationInWhole(1n)],
  ['Abs', get((receiver) => duration(clamp(integerOf(receiver) < 0n ? -integerOf(receiver) : integerOf(receiver))))],
  ['Truncate', take([types.duration], (receiver, [to]) => duration(integerOf(to) <= 0n ? integerOf(receiver) : integerOf(receiver) - (integerOf(receiver) % integerOf(to))))],
  ['Round', take([types.duration], (receiver, [to]) => duration(roundDuration(integerOf(receiver), integerOf(to))))],
  ['String', text],
]);

const named: ReadonlyMap<string, Method> = new Map([['String', text]]);
const byType: ReadonlyMap<GoType, ReadonlyMap<string, Method>> = new Map([
  [types.time, ofTime], [types.duration, ofDuration], [types.month, named], [types.weekday, named], [types.location, named],
]);

/** The methods of a type, by name; those that read and write encodings (MarshalJSON and the like) are left out. */
export function methodsOf(type: GoType): ReadonlyMap<string, Method> {
  return byType.get(type) ?? new Map<string, Method>();
}
