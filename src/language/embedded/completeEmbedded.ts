import { cursorIn, type KeyCursor } from '../completion/cursor.ts';
import { type Completion, noCompletion, type Offer } from '../completion/offer.ts';
import { inStyle } from '../completion/scalarStyle.ts';
import type { Path } from '../finding.ts';
import { fieldHelp } from '../hover/fieldHelp.ts';
import { isRecord } from '../json.ts';
import { complete as completeFields, schemaAt } from '../schemas/complete.ts';
import type { Schema } from '../schemas/types.ts';
import type { Shape } from '../routing/config/shape.ts';
import type { EmbeddedText } from './embeddedText.ts';
import { fieldHelpOf, plainName, shapeAt } from './fields.ts';

/**
 * What may be written at an offset of an embedded configuration; spans are the file's.
 * @param schema of the operator's kind that says the same, for descriptions; undefined where there is none
 */
export function completeEmbedded(content: EmbeddedText, offset: number, schema: Schema | undefined): Completion {
  const cursor = cursorIn(content.inner, offset);
  if (cursor === undefined) return noCompletion;
  if (cursor.kind === 'key') return { span: content.spanOf(cursor.span), offers: keys(content, cursor, schema), incomplete: false };
  if (cursor.asKey !== undefined && isStruct(content, cursor.asKey.path)) return { span: content.spanOf(cursor.asKey.span), offers: keys(content, cursor.asKey, schema), incomplete: false };
  const offers = values(content, cursor.path).flatMap((offer) => inStyle(offer, cursor.style, true) ?? []);
  return { span: content.spanOf(cursor.source({ start: 0, end: cursor.text.length })), offers, incomplete: false };
}

function isStruct({ kind }: EmbeddedText, path: Path): boolean {
  const shape = kind === 'alertmanager' ? shapeAt(path) : undefined;
  return kind === 'scrapeConfigs' || shape?.kind === 'struct' || shape?.kind === 'textOr';
}

function keys({ kind, indent }: EmbeddedText, { path, siblings, column, hasColon }: KeyCursor, schema: Schema | undefined): Offer[] {
  const inner = ' '.repeat(indent + column + 2);
  if (kind === 'alertmanager') {
    const shape = shapeAt(path);
    const fields = shape?.kind === 'struct' ? shape.fields : shape?.kind === 'textOr' ? shape.struct.fields : {};
    return Object.entries(fields).filter(([name]) => !siblings.has(name)).map(([name, field]) => {
      const help = schema === undefined ? undefined : fieldHelpOf(kind, [...path, name], schema);
      const text = hasColon ? name : `${name}:${opening(field, inner)}`;
      return { kind: 'field', label: name, detail: shapeName(field), text, continues: !hasColon, ...(help === undefined ? {} : { documentation: fieldHelp(help) }) };
    });
  }
  if (kind !== 'scrapeConfigs' || schema === undefined || path.length === 0) return [];
  const at = path.length === 1 ? ['spec'] : undefined;
  if (at === undefined) return [];
  const own: Offer[] = siblings.has('job_name') ? [] : [{ kind: 'field', label: 'job_name', detail: 'a string, required', text: hasColon ? 'job_name' : 'job_name: ', continues: !hasColon }];
  return [...own, ...completeFields(schema, at, {}).filter(({ name }) => !operatorsOwn.has(name)).map((field): Offer => {
    const name = plainName(field.name);
    const list = schemaAt(schema, [...at, field.name])?.type === 'array';
    return { kind: 'field', label: name, detail: field.type, documentation: fieldHelp(field), text: hasColon ? name : `${name}:${list ? `\n${inner}- ` : ' '}`, continues: !hasColon };
  }).filter(({ label }) => !siblings.has(label))];
}

/** Fields of a ScrapeConfig that are the operator's alone. */
const operatorsOwn: ReadonlySet<string> = new Set(['scrapeClass', 'jobName', 'nameValidationScheme', 'nameEscapingScheme', 'enableHTTP2', 'enableCompression', 'noProxy', 'proxyConnectHeader', 'proxyFromEnvironment', 'proxyUrl']);

function opening(shape: Shape, indent: string): string {
  if (shape.kind === 'list') return `\n${indent}- `;
  return shape.kind === 'struct' || shape.kind === 'map' ? `\n${indent}` : ' ';
}

function shapeName(shape: Shape): string {
  const names: Readonly<Record<Shape['kind'], string>> = { text: 'a string', bool: 'true or false', integer: 'a whole number', float: 'a number', goDuration: 'a duration', any: 'any value', list: 'a list', map: 'a map', struct: 'a map', textOr: 'a string or a map' };
  return names[shape.kind];
}

/** Names that the configuration declares, and true and false. */
function values({ kind, inner }: EmbeddedText, path: Path): Offer[] {
  if (kind !== 'alertmanager') return [];
  const root = inner.documents[0]?.toJS();
  const field = path.findLast((step) => typeof step === 'string');
  const named = (list: string): string[] => (isRecord(root) && Array.isArray(root[list]) ? (root[list] as unknown[]).flatMap((item) => (isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : [])) : []);
  if (shapeAt(path)?.kind === 'bool') return ['true', 'false'].map((label) => ({ kind: 'value', label, text: label }));
  const isRoute = path[0] === 'route';
  const names = isRoute && field === 'receiver' ? named('receivers') : isRoute && (field === 'mute_time_intervals' || field === 'active_time_intervals') ? [...named('time_intervals'), ...named('mute_time_intervals')] : [];
  return [...new Set(names)].map((label) => ({ kind: 'value', label, text: label }));
}
