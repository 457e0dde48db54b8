import { type Completion, noCompletion, type Offer } from '../completion/offer.ts';

/** As much of a JSON schema as completion reads; the rest is for whoever validates by it. */
export interface SettingsSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SettingsSchema>>;
  readonly additionalProperties?: boolean | SettingsSchema;
  readonly items?: SettingsSchema;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/**
 * What may be written at an offset of a settings file in block style. The place is found by the indentation of the
 * lines above, so that the line being typed need not be YAML yet.
 */
export function completeBySchema(schema: SettingsSchema, text: string, offset: number): Completion {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  if (line.includes('#')) return noCompletion;
  const [, key] = /^\s*(?:- )?['"]?([^'":]+)['"]?:\s+['"]?[\w.-]*$/.exec(line) ?? [];
  const word = /[\w./-]*$/.exec(line)?.[0] ?? '';
  const span = { start: offset - word.length, end: offset };
  const parents = parentsOf(text, lineStart, /^\s*(?:- )*/.exec(line)?.[0].length ?? 0);
  const place = parents.reduce(within, schema);
  const offers = key === undefined ? offersOf(place, /^\s*- /.test(line)) : valuesOf(within(place, key));
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

/** What stands below a key, of a mapping or of the mappings of a list. */
function within({ properties, additionalProperties, items }: SettingsSchema, key: string): SettingsSchema {
  const known = Object.hasOwn(properties ?? {}, key) ? properties?.[key] : undefined;
  if (known !== undefined) return known;
  if (items !== undefined) return within(items, key);
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}

function offersOf({ properties, items }: SettingsSchema, isItem: boolean): Offer[] {
  if (items !== undefined) return items.properties === undefined && isItem ? valuesOf(items) : offersOf(items, isItem);
  return Object.entries(properties ?? {}).map(([name, { description = '' }]) => ({ kind: 'field', label: name, documentation: description, text: `${name}: ` }));
}

function valuesOf({ enum: values, examples }: SettingsSchema): Offer[] {
  return (values ?? examples ?? []).filter((value) => typeof value === 'string').map((value) => ({ kind: 'value', label: value, text: value }));
}
