/** Keys and values that a schema allows, as offers. */

import { fieldHelp } from '../hover/fieldHelp.ts';
import type { Path } from '../finding.ts';
import { complete, completeValues, type FieldSuggestion, schemaAt } from '../schemas/complete.ts';
import type { Schema } from '../schemas/types.ts';
import { scalarText } from '../yaml/edits.ts';
import { type Offer, snippetText } from './offer.ts';

/**
 * The keys that may still stand in a mapping.
 * @param column of the key, for the lines below it
 * @param hasColon only the name is replaced
 */
export function keyOffers(schema: Schema, path: Path, siblings: ReadonlySet<string>, column: number, hasColon: boolean): Offer[] {
  const taken = Object.fromEntries([...siblings].map((name) => [name, null]));
  return complete(schema, path, taken).map((field) => keyOffer(field, ' '.repeat(column), hasColon));
}

function keyOffer(field: FieldSuggestion, indent: string, hasColon: boolean): Offer {
  const { name, type, required } = field;
  const shared = { kind: 'field' as const, label: name, detail: required ? `${type}, required` : type, documentation: fieldHelp(field) };
  if (hasColon) return { ...shared, text: name };
  const start = opening(field.schema, indent);
  const only = field.values?.length === 1 ? scalarText(field.values[0]) : undefined;
  const text = `${name}:${only === undefined ? start : ` ${only}`}`;
  return { ...shared, text, snippet: `${snippetText(text)}$0`, ...(only === undefined ? { continues: true } : {}) };
}

/** What stands between a key's colon and its value. */
function opening({ type, items, properties, additionalProperties }: Schema, indent: string): string {
  if (type === 'array') return items?.type === 'array' ? ' ' : `\n${indent}  - `;
  if (type === 'object' || properties !== undefined || typeof additionalProperties === 'object') return `\n${indent}  `;
  return ' ';
}

/** The values of a field: those of its enum, true and false, durations. */
export function valueOffers(schema: Schema, path: Path): Offer[] {
  const node = schemaAt(schema, path);
  if (node === undefined) return [];
  const listed = completeValues(schema, path);
  if (listed !== undefined) return listed.filter((value) => value !== '').map((value) => valueOffer(scalarText(value), value === node.default ? 'default' : undefined));
  if (node.pattern?.includes('(([0-9]+)m)?') === true) return durations(node.pattern).map((text) => ({ kind: 'duration', label: text, text }));
  return [];
}

function valueOffer(text: string, detail: string | undefined): Offer {
  return { kind: 'value', label: text, text, ...(detail === undefined ? {} : { detail }) };
}

/** Durations that a pattern of units allows. */
function durations(pattern: string): string[] {
  const usual = ['30s', '1m', '5m', '10m', '15m', '30m', '1h', '2h', '6h', '12h', '1d', '10s', '15s'];
  return usual.filter((text) => pattern.includes(`([0-9]+)${text.replace(/\d+/, '')})?`));
}
