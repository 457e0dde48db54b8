import { type Completion, noCompletion, type Offer } from '../completion/offer.ts';
import { promqlFeatures } from '../promql/options.ts';
import { checkLevels, settingsFields, versionFields } from './settingsFile.ts';

/**
 * What may be written at an offset of a `.kubeprom.yaml`. The place is found by the indentation of the
 * lines above, so that the line being typed need not be YAML yet.
 */
export function completeSettings(text: string, offset: number): Completion {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  if (line.includes('#')) return noCompletion;
  const value = /^\s*(?:- )?['"]?([^'":]+)['"]?:\s+(['"]?)([\w.-]*)$/.exec(line);
  const word = /[\w./-]*$/.exec(line)?.[0] ?? '';
  const span = { start: offset - word.length, end: offset };
  const parents = parentsOf(text, lineStart, /^\s*(?:- )*/.exec(line)?.[0].length ?? 0);
  const offers = value === null ? keysAt(parents, line) : valuesAt(parents);
  return { span, offers: offers.filter((offer) => offer.label.startsWith(word)), incomplete: false };
}

/** The keys above a line, the nearest last. */
function parentsOf(text: string, before: number, column: number): string[] {
  const parents: string[] = [];
  let limit = column;
  for (const line of text.slice(0, before).split('\n').reverse()) {
    const match = /^(\s*(?:- )*)([\w/.-]+):/.exec(line);
    if (match === null || (match[1] ?? '').length >= limit) continue;
    limit = (match[1] ?? '').length;
    parents.unshift(match[2] ?? '');
  }
  return parents;
}

function keysAt(parents: readonly string[], line: string): Offer[] {
  const parent = parents.at(-1);
  if (parent === undefined) return fields(Object.keys(settingsFields));
  if (parent === 'paths') return [field('match', 'The globs of the paths that this section is for.'), ...fields(Object.keys(settingsFields).filter((name) => name !== 'paths' && name !== 'exclude'))];
  if (parent === 'versions') return versionFields.map((name) => field(name, 'A version in quotes, such as "3.13.2".'));
  if (parent === 'features' && /^\s*- /.test(line)) return [...promqlFeatures.keys()].map((name) => ({ kind: 'value', label: name, text: name }));
  return [];
}

function valuesAt(parents: readonly string[]): Offer[] {
  return parents.at(-1) === 'checks' ? checkLevels.map((level) => ({ kind: 'value', label: level, text: level })) : [];
}

function fields(names: readonly string[]): Offer[] {
  return names.map((name) => field(name, settingsFields[name] ?? ''));
}

function field(name: string, documentation: string): Offer {
  return { kind: 'field', label: name, documentation, text: `${name}: ` };
}
