/** Variables in texts: `$name`, `${name:format}`, `[[name]]` (Grafana 13, public/app/features/templating; formats of scenes' formatRegistry). */

import { formatDate } from '../values/dates.ts';

/** The value of a variable. */
export interface VariableValue {
  readonly value: string | readonly string[];
  /** As it is shown. */
  readonly text: string;
  /** Whether several can be chosen: then its values are escaped as patterns in queries. */
  readonly isPattern: boolean;
  /** `allValue`: taken as it is. */
  readonly isRaw?: boolean;
}

export type Scope = ReadonlyMap<string, VariableValue>;

const reference = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

/** The names that a text refers to. */
export function variablesIn(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(reference), ([, plain, bracket, brace]) => plain ?? bracket ?? brace ?? ''));
}

/**
 * A text with its variables replaced; those that are not known stay.
 * @param format for references without one of their own: `promql` for queries, `glob` for other texts
 */
export function interpolate(text: string, scope: Scope, format = 'glob'): string {
  if (!text.includes('$') && !text.includes('[[')) return text;
  return text.replace(reference, (whole, plain: string | undefined, bracket: string | undefined, bracketFormat: string | undefined, brace: string | undefined, field: string | undefined, braceFormat: string | undefined) => {
    const name = plain ?? bracket ?? brace ?? '';
    const known = scope.get(name);
    if (known === undefined) return whole;
    return formatValue(known, field === 'text' ? 'text' : bracketFormat ?? braceFormat ?? format, name);
  });
}

/** A value in a format. @param name of the variable, for query parameters */
export function formatValue(known: VariableValue, format: string, name: string): string {
  const { value } = known;
  const [kind = '', ...parameters] = format.split(':');
  const list = typeof value === 'string' ? [value] : value;
  const isMany = typeof value !== 'string';
  if (known.isRaw === true && kind !== 'text' && kind !== 'queryparam' && kind !== 'percentencode') return list.join('|');
  switch (kind) {
    case 'promql': return !known.isPattern ? list.map(quoted).join(',') : list.length === 1 ? escapedTwice(list[0] ?? '') : `(${list.map(escapedTwice).join('|')})`;
    case 'raw': return isMany ? list.join(',') : list[0] ?? '';
    case 'csv': return list.join(',');
    case 'pipe': return list.join('|');
    case 'regex': return list.length === 1 ? escapedPattern(list[0] ?? '') : `(${list.map(escapedPattern).join('|')})`;
    case 'json': return JSON.stringify(value);
    case 'text': return known.text;
    case 'html': return list.map(escapedHtml).join(', ');
    case 'lucene': return isMany ? (list.length === 0 ? '__empty__' : `(${list.map((one) => `"${escapedLucene(one)}"`).join(' OR ')})`) : escapedLucene(list[0] ?? '');
    case 'percentencode': return encodeURIComponent(isMany ? `{${list.join(',')}}` : list[0] ?? '').replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
    case 'uriencode': return encodeURI(isMany ? `{${list.join(',')}}` : list[0] ?? '').replaceAll('%5B', '[').replaceAll('%5D', ']');
    case 'queryparam': return list.map((one) => `var-${encodeURIComponent(name)}=${encodeURIComponent(one)}`).join('&');
    case 'customqueryparam': return list.map((one) => `${encodeURIComponent(parameters[0] ?? name)}=${encodeURIComponent((parameters[1] ?? '') + one)}`).join('&');
    case 'singlequote': return list.map((one) => `'${one.replaceAll('\'', '\\\'')}'`).join(',');
    case 'doublequote': return list.map((one) => `"${one.replaceAll('"', '\\"')}"`).join(',');
    case 'sqlstring': return list.map((one) => `'${one.replaceAll('\'', '\'\'')}'`).join(',');
    case 'distributed': return list.map((one, index) => (index === 0 ? one : `${name}=${one}`)).join(',');
    case 'join': return list.join(parameters.length === 0 ? ',' : parameters.join(':'));
    case 'date': return dateIn(list[0] ?? '', parameters.join(':'));
    default: return isMany && list.length !== 1 ? `{${list.join(',')}}` : list[0] ?? '';
  }
}

function dateIn(value: string, pattern: string): string {
  const time = Number(value);
  if (pattern === '' || pattern === 'iso') return Number.isNaN(time) ? 'NaN' : new Date(time).toISOString();
  return pattern === 'seconds' ? String(Math.round(time / 1000)) : formatDate(time, pattern, 'browser');
}

/** For a text between double quotes of PromQL. */
function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

/** For a pattern between double quotes of PromQL: escaped for RE2, then for the quotes. */
function escapedTwice(text: string): string {
  return quoted(escapedPattern(text));
}

export function escapedPattern(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&').replaceAll('\\/', '/');
}

function escapedLucene(text: string): string {
  return text.replace(/([!*+\-=<>\s&|()[\]{}^~?:\\/"])/g, '\\$1');
}

function escapedHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\'', '&#039;');
}
