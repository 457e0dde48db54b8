import { readDuration } from '../../duration.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import { parseBytes } from '../bytes.ts';
import type { Judged } from './judge.ts';

/** Milliseconds of a duration (model.Duration); zero where there is none or it is refused. */
export function judgeDuration(value: Judged): number {
  if (!value.exists) return 0;
  const duration = readDuration(value.text);
  if (!('error' in duration)) return duration.milliseconds;
  value.refuse(duration.error);
  return 0;
}

/** A whole number that must not be negative (uint). */
export function judgeUnsigned(value: Judged): void {
  const { value: number } = value;
  if (typeof number !== 'number' && typeof number !== 'bigint') return;
  const isWhole = typeof number === 'bigint' || Number.isInteger(number);
  value.expect(isWhole && number >= 0 && number < 2n ** 64n, `cannot unmarshal ${isWhole ? '!!int' : '!!float'} \`${String(number)}\` into uint`);
}

/** A size in bytes (units.Base2Bytes). */
export function judgeBytes(value: Judged): void {
  if (value.exists) value.expect(parseBytes(value.text) !== undefined, `units: invalid ${value.text}`);
}

/** A URL; undefined when it is refused. */
export function judgeUrl(value: Judged): { readonly scheme: string; readonly host: string } | undefined {
  const url = parseGoUrl(value.text);
  if (!('error' in url)) return url;
  value.refuse(url.error);
  return undefined;
}

/** The URL of a web service: http or https with a host. */
export function judgeWebUrl(value: Judged): void {
  if (!value.expect(value.text !== '', 'URL is missing')) return;
  const url = judgeUrl(value);
  if (url === undefined) return;
  if (url.scheme !== 'http' && url.scheme !== 'https') value.refuse("URL scheme must be 'http' or 'https'");
  else value.expect(url.host !== '', 'host is missing in URL');
}

/** Any URL with scheme and host. */
export function judgeServerUrl(value: Judged, message: string): void {
  const url = judgeUrl(value);
  if (url !== undefined) value.expect(url.scheme !== '' && url.host !== '', message);
}

/** A text that must be one of some. */
export function judgeOneOf(value: Judged, allowed: readonly string[], message: (text: string) => string): void {
  value.expect(allowed.includes(value.text), message(value.text));
}

/** A text that must not be empty. */
export function judgeFilled(value: Judged, message: string): void {
  value.expect(value.text !== '', message);
}
