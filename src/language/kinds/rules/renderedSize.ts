import { stringify } from 'yaml';
import type { Problem } from '../../finding.ts';
import { isRecord } from '../../json.ts';

/** The operator refuses rules whose YAML is longer, in bytes (pkg/operator/rules.go, MaxConfigMapDataSize). */
const maximumBytes = 524_288;
/** How far the estimate may be off; nearer to the limit the YAML is really written. */
const tolerance = 0.1;

/** The error for a spec that is too large for the operator's ConfigMap. */
export function checkSize(spec: Readonly<Record<string, unknown>>): Problem | undefined {
  const estimate = estimatedBytes(spec, 0);
  if (estimate < maximumBytes * (1 - tolerance)) return undefined;
  const near = estimate < maximumBytes * (1 + tolerance);
  const bytes = near ? utf8Length(stringify(spec, { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false, version: '1.1' })) : estimate;
  if (bytes <= maximumBytes) return undefined;
  return {
    code: 'rule/too-large',
    severity: 'error',
    path: ['spec'],
    on: 'key',
    message: `The rules take ${near ? '' : 'about '}${bytes.toLocaleString('en')} bytes as the operator writes them; it refuses more than ${maximumBytes.toLocaleString('en')}. Split the object.`,
  };
}

/** Estimates of the items of lists, groups and rules, which unchanged pieces of a file keep. */
const remembered = new WeakMap<object, number>();

/** The length of block YAML with an indentation, as the operator's library writes it. */
function estimatedBytes(value: unknown, indent: number): number {
  if (typeof value === 'string') {
    const breaks = lineBreaks(value);
    return utf8Length(value) + (breaks > 0 ? 2 + (breaks + 1) * (indent + 1) : 2);
  }
  if (typeof value !== 'object' || value === null) return String(value).length + 1;
  let bytes = 1;
  if (isRecord(value)) for (const key of Object.keys(value)) bytes += indent + key.length + 2 + estimatedBytes(value[key], indent + 2);
  else for (const item of value as unknown[]) bytes += 2 + itemBytes(item, indent);
  return bytes;
}

function itemBytes(item: unknown, indent: number): number {
  if (typeof item !== 'object' || item === null) return estimatedBytes(item, indent);
  let bytes = remembered.get(item);
  if (bytes === undefined) remembered.set(item, (bytes = estimatedBytes(item, indent)));
  return bytes;
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function utf8Length(text: string): number {
  let length = text.length;
  if (/^[\0-\x7f]*$/.test(text)) return length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    // Each half of a surrogate pair stands for two of its four bytes.
    length += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}
