/** What Prometheus' own template functions do (template/template.go of v0.313.2). */

import { readDuration } from '../duration.ts';
import { joinHostPort, isIpAddress, splitHostPort } from './addresses.ts';
import type { Implementation } from './builtins.ts';
import { CallError } from './callError.ts';
import { escapeQuery } from './escaping.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage, humanizeTimestamp, toFloat, toNanoseconds } from './humanize.ts';
import { toLower, toTitle, toUpper } from './letterCase.ts';
import { truncateToInt64 } from './numbers.ts';
import { quote } from './quoting.ts';
import { matches, replaceAll } from './regularExpressions.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import { anyValue, boolValue, floatValue, inside, intValue, labelsValue, pointerValue, stringValue, timeValue, types } from './values.ts';
import type { Value } from './values.ts';

/** An element of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the functions know of the server. */
export interface Surroundings {
  /** Under which Prometheus is reached from outside. */
  readonly externalURL: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Evaluates PromQL at `now`, or says in Prometheus' words why it cannot. Absent: each query is empty. */
  readonly query?: (expression: string) => readonly Sample[] | { readonly error: string };
}

const bytesOf = (value: Value | undefined): string => (value?.kind === 'string' ? value.bytes : '');
const onText = (change: (text: string) => string): Implementation => ([text]) => stringValue(encodeUtf8(change(decodeUtf8(bytesOf(text)))));
const onBytes = (change: (bytes: string) => string): Implementation => ([bytes]) => stringValue(change(bytesOf(bytes)));
const onNumber = (write: (value: number) => string): Implementation => ([number]) => stringValue(encodeUtf8(write(toFloat(number))));

/** The fields of a `*sample`. */
function fieldsOf(sample: Value | undefined): { labels: ReadonlyMap<string, Value>; value: Value | undefined } {
  if (sample?.kind !== 'pointer' || sample.to.kind !== 'struct') throw new CallError('runtime error: invalid memory address or nil pointer dereference');
  const { fields } = sample.to;
  return { labels: fields[0]?.kind === 'map' ? fields[0].entries : new Map<string, Value>(), value: inside(fields[1]) };
}

const labelOf = (sample: Value | undefined, name: string): string => bytesOf(fieldsOf(sample).labels.get(name));
const itemsOf = (vector: Value | undefined): readonly Value[] => (vector?.kind === 'slice' ? vector.items : []);

function sampleValue({ labels, value }: Sample): Value {
  const entries = Object.entries(labels).map(([name, text]) => [encodeUtf8(name), encodeUtf8(text)] as const);
  const type = types.sample.element;
  if (type === undefined) throw new TypeError('a sample is a pointer');
  return pointerValue(types.sample, { kind: 'struct', type, fields: [labelsValue(entries), anyValue(floatValue(value))] });
}

function vectorValue(items: readonly Value[]): Value {
  return { kind: 'slice', type: types.vector, items, spare: [] };
}

/** The implementations by name, for one expansion. */
export function prometheusFunctions({ externalURL, now, query }: Surroundings): Readonly<Record<string, Implementation>> {
  return {
    query: ([expression]) => {
      const result = query?.(decodeUtf8(bytesOf(expression))) ?? [];
      if ('error' in result) throw new CallError(result.error);
      return vectorValue(result.map(sampleValue));
    },
    first: ([vector]) => {
      const [first] = itemsOf(vector);
      if (first === undefined) throw new CallError('first() called on vector with no elements');
      return first;
    },
    label: ([name, sample]) => stringValue(labelOf(sample, bytesOf(name))),
    value: ([sample]) => anyValue(fieldsOf(sample).value),
    strvalue: ([sample]) => stringValue(labelOf(sample, '__value__')),
    sortByLabel: ([name, vector]) => {
      const by = bytesOf(name);
      const keyed = itemsOf(vector).map((item) => ({ item, key: labelOf(item, by) }));
      return vectorValue(keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item));
    },
    args: (values) => ({ kind: 'map', type: types.arguments, entries: new Map(values.map((value, index) => [`arg${String(index)}`, anyValue(inside(value))])) }),
    humanize: onNumber(humanize),
    humanize1024: onNumber(humanize1024),
    humanizeDuration: onNumber(humanizeDuration),
    humanizePercentage: onNumber(humanizePercentage),
    humanizeTimestamp: onNumber(humanizeTimestamp),
    toTime: ([seconds]) => pointerValue(types.timePointer, timeValue(toNanoseconds(toFloat(seconds)))),
    toDuration: ([seconds]) => pointerValue(types.durationPointer, intValue(truncateToInt64(toFloat(seconds) * 1e9), types.duration)),
    now: () => floatValue(now / 1000),
    parseDuration: ([duration]) => {
      const negative = bytesOf(duration).startsWith('-');
      const bytes = bytesOf(duration).slice(negative ? 1 : 0);
      const text = decodeUtf8(bytes);
      const result = readDuration(text);
      // Go quotes the bytes where readDuration quotes text.
      if ('error' in result) throw new CallError(result.error.replaceAll(JSON.stringify(text), () => decodeUtf8(quote(bytes))));
      const seconds = result.milliseconds / 1000;
      return floatValue(negative && seconds !== 0 ? -seconds : seconds);
    },
    title: onText(toTitle),
    toUpper: onText(toUpper),
    toLower: onText(toLower),
    match: ([pattern, text]) => boolValue(matches(bytesOf(pattern), decodeUtf8(bytesOf(text)))),
    reReplaceAll: ([pattern, replacement, text], budget) =>
      stringValue(encodeUtf8(replaceAll(bytesOf(pattern), decodeUtf8(bytesOf(replacement)), decodeUtf8(bytesOf(text)), budget))),
    safeHtml: ([text]) => ({ kind: 'string', type: types.html, bytes: bytesOf(text) }),
    externalURL: () => stringValue(encodeUtf8(externalURL)),
    pathPrefix: () => stringValue(pathOf(externalURL)),
    tableLink: onBytes((expression) => `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=1`),
    graphLink: onBytes((expression) => `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=0`),
    stripPort: onBytes((address) => splitHostPort(address)?.host ?? address),
    stripDomain: onBytes(stripDomain),
    urlQueryEscape: onBytes(escapeQuery),
  };
}

function stripDomain(address: string): string {
  const split = splitHostPort(address);
  const host = split?.host ?? address;
  if (isIpAddress(host)) return address;
  const name = host.split('.')[0] ?? '';
  return split === undefined || split.port === '' ? name : joinHostPort(name, split.port);
}

/** The path of a URL, its escapes decoded; in bytes. */
function pathOf(url: string): string {
  const path = /^(?:[A-Za-z][A-Za-z\d+.-]*:)?(?:\/\/[^/?#]*)?([^?#]*)/.exec(url)?.[1] ?? '';
  return encodeUtf8(path).replace(/%([\da-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
