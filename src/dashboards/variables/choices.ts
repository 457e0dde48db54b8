/** What can be chosen for a variable, and what its choice means in queries. */

import type { Variable, VariableOption } from '../model/dashboard.ts';
import { readPattern } from '../patterns.ts';
import type { VariableValue } from './interpolate.ts';

/** The value that stands for all. */
export const all = '$__all';

/** A question to Prometheus for the values of a variable. */
export type VariableQuestion =
  | { readonly ask: 'label values'; readonly label: string; readonly match: string }
  | { readonly ask: 'label names'; readonly match: string }
  | { readonly ask: 'metrics'; readonly pattern: string }
  | { readonly ask: 'query result'; readonly expression: string }
  | { readonly ask: 'series'; readonly match: string };

/** The question in a query of Grafana's Prometheus data source; undefined for an empty one. */
export function variableQuestion(query: string): VariableQuestion | undefined {
  const text = query.trim();
  const call = /^(label_values|label_names|metrics|query_result)\s*\(([\s\S]*)\)\s*$/.exec(text);
  const inside = call?.[2]?.trim() ?? '';
  switch (call?.[1]) {
    case 'label_names': return { ask: 'label names', match: inside };
    case 'metrics': return { ask: 'metrics', pattern: inside };
    case 'query_result': return { ask: 'query result', expression: inside };
    case 'label_values': {
      // The label stands behind the last comma that is not inside of a selector.
      const parts = /^(?:([\s\S]*),)?\s*([a-zA-Z_$][\w$]*|"[^"]+")\s*$/.exec(inside);
      return { ask: 'label values', label: (parts?.[2] ?? inside).replaceAll('"', ''), match: (parts?.[1] ?? '').trim() };
    }
    default: return text === '' ? undefined : { ask: 'series', match: text };
  }
}

/** The options of a variable that is not asked of anybody. */
export function fixedOptions({ type, query, options, regex }: Variable): readonly VariableOption[] {
  switch (type) {
    case 'custom': return query.trim() === '' ? options : listItems(query).map((item) => {
      const pair = /^(.+?)\s+:\s+(.+)$/.exec(item);
      return pair === null ? { text: item, value: item } : { text: pair[1] ?? '', value: pair[2] ?? '' };
    });
    case 'interval': return listItems(query).map((value) => ({ text: value, value }));
    case 'constant': case 'textbox': case 'adhoc': return [{ text: query, value: query }];
    case 'datasource': return regex === '' ? options : options.filter(({ text }) => readPattern(regex)?.test(text) !== false);
    default: return options;
  }
}

/** Items between commas; a comma behind a backslash is part of one. */
function listItems(text: string): string[] {
  return text.split(/(?<!\\),/).map((item) => item.trim().replaceAll('\\,', ',')).filter((item) => item !== '');
}

/** Filtered, cut out by the pattern's groups (`text` and `value` by name), without duplicates, sorted. */
export function optionsFrom(values: readonly string[], { regex, sort }: Variable): readonly VariableOption[] {
  const pattern = regex === '' ? undefined : readPattern(regex.startsWith('/') ? regex : `/${regex}/`);
  const seen = new Set<string>();
  const options: VariableOption[] = [];
  const names = Array.from(regex.matchAll(/\((?:\?P?<(\w+)>|(?!\?))/g), ([, name]) => name);
  for (const value of values) {
    const groups = regex === '' ? [value] : pattern?.match(value);
    if (groups === undefined) continue;
    const named = (name: string): string | undefined => (names.includes(name) ? groups[names.indexOf(name) + 1] : undefined);
    const chosen = named('value') ?? (names.includes('text') ? named('text') : groups.length > 1 ? groups[1] : groups[0]) ?? '';
    if (chosen === '' && value !== '') continue;
    if (seen.has(chosen)) continue;
    seen.add(chosen);
    options.push({ value: chosen, text: named('text') ?? chosen });
  }
  return sorted(options, sort);
}

function sorted(options: readonly VariableOption[], sort: number): readonly VariableOption[] {
  if (sort <= 0) return options;
  const number = ({ text }: VariableOption): number => {
    const digits = /.*?(\d+).*/.exec(text)?.[1];
    return digits === undefined ? -1 : Number.parseInt(digits, 10);
  };
  const compare = Math.ceil(sort / 2) === 2 ? (a: VariableOption, b: VariableOption) => number(a) - number(b)
    : Math.ceil(sort / 2) === 3 ? (a: VariableOption, b: VariableOption) => a.text.toLowerCase().localeCompare(b.text.toLowerCase())
      : (a: VariableOption, b: VariableOption) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
  const result = [...options].sort(compare);
  return sort % 2 === 0 ? result.reverse() : result;
}

/** What is chosen: what was asked for where it is still offered, else what the file says, else the first. */
export function chosenValues(variable: Variable, options: readonly VariableOption[], wanted: readonly string[] | undefined): readonly string[] {
  if (variable.type === 'textbox' || variable.type === 'constant' || variable.type === 'adhoc') return [wanted?.[0] ?? variable.current[0] ?? variable.query];
  const isOffered = (value: string): boolean => (value === all ? variable.includeAll : options.some((option) => option.value === value));
  for (const values of [wanted ?? [], variable.current]) {
    const offered = values.filter(isOffered);
    if (offered.length > 0) return variable.multi ? offered.includes(all) ? [all] : offered : offered.slice(0, 1);
  }
  const [first] = options;
  return variable.includeAll ? [all] : first === undefined ? [] : [first.value];
}

/** What a choice means in texts. */
export function valueOf(variable: Variable, options: readonly VariableOption[], chosen: readonly string[]): VariableValue {
  const isPattern = variable.multi || variable.includeAll;
  const text = chosen.map((value) => (value === all ? 'All' : options.find((option) => option.value === value)?.text ?? value)).join(' + ');
  if (chosen.includes(all)) {
    if (variable.allValue !== undefined) return { value: variable.allValue, text: 'All', isPattern, isRaw: true };
    return { value: options.map(({ value }) => value), text: 'All', isPattern };
  }
  return { value: variable.multi ? chosen : chosen[0] ?? '', text, isPattern };
}
