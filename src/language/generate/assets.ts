import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { isEncrypted, providerOf } from '../workspace/links/secrets.ts';
import { scalar, type ScalarNode } from './node.ts';
import { Source } from './source.ts';

export type AssetKind = 'Secret' | 'ConfigMap';

/**
 * The values of Secrets and ConfigMaps that the operator has read by the time it writes the configuration.
 * It writes only what some object was checked with before: a reference that no check loads is as good as missing,
 * even though the Secret exists (authorization.credentials of a scrape class in v0.93.1).
 */
export class Assets {
  readonly #lookup: ObjectLookup;
  readonly #loaded = new Set<string>();

  constructor(lookup: ObjectLookup) {
    this.#lookup = lookup;
  }

  /** Counts every Secret and ConfigMap that is named at or below a place as read, in the given namespace. */
  load(source: Source, namespace: string): void {
    for (const { kind, selector } of referencesIn(source)) this.#loaded.add(keyOf(kind, namespace, selector.at('name').text));
  }

  /** The value that a Secret's key has; undefined where the operator finds none. */
  secret(selector: Source, namespace: string): ScalarNode | undefined {
    return this.#value('Secret', selector, namespace);
  }

  /** The value of a `secretOrConfigMap`: empty when it names neither, undefined where the operator finds none. */
  secretOrConfigMap(selector: Source, namespace: string): ScalarNode | undefined {
    if (selector.at('secret').exists) return this.#value('Secret', selector.at('secret'), namespace);
    if (selector.at('configMap').exists) return this.#value('ConfigMap', selector.at('configMap'), namespace);
    return selector.scalar('');
  }

  #value(kind: AssetKind, selector: Source, namespace: string): ScalarNode | undefined {
    const name = selector.at('name').text;
    const key = selector.at('key').text;
    if (!this.#loaded.has(keyOf(kind, namespace, name))) return undefined;
    const found = readKey(this.#lookup, kind, namespace, name, key);
    if (found !== undefined) return scalar(found, selector.origin, kind === 'Secret' ? 'secret' : undefined);
    const isMissing = this.#lookup.complete && providerOf(kind, namespace, name, this.#lookup) === undefined;
    return isMissing ? undefined : scalar(`<${kind} ${namespace}/${name}, key ${key}>`, selector.origin, 'unknown');
  }
}

/** The value under a key of a Secret or ConfigMap; undefined when there is no such object or key, or it is encrypted. */
export function readKey(lookup: ObjectLookup, kind: AssetKind, namespace: string, name: string, key: string): string | undefined {
  const object = lookup.get(kind, namespace, name);
  if (object === undefined || isEncrypted(object)) return undefined;
  if (kind === 'ConfigMap') return textOf(object, 'data', key);
  // The API server writes stringData over data.
  const plain = textOf(object, 'stringData', key);
  if (plain !== undefined) return plain;
  const encoded = textOf(object, 'data', key);
  return encoded === undefined ? undefined : decodeBase64(encoded);
}

/** What the operator says of a reference that it cannot follow; undefined when it can, or when nobody knows. */
export function missingKey(lookup: ObjectLookup, kind: AssetKind, selector: Source, namespace: string): string | undefined {
  const name = selector.at('name').text;
  const key = selector.at('key').text;
  if (readKey(lookup, kind, namespace, name, key) !== undefined) return undefined;
  const noun = kind === 'Secret' ? 'secret' : 'configmap';
  const provider = providerOf(kind, namespace, name, lookup);
  const isPlain = provider?.object.kind === kind && !isEncrypted(provider.object);
  if (provider !== undefined && !isPlain && (provider.isOpen || provider.keys.includes(key))) return undefined;
  if (provider !== undefined) return `key "${key}" in ${noun} "${name}" not found`;
  return lookup.complete ? `unable to get ${noun} "${name}": ${noun}s "${name}" not found` : undefined;
}

function textOf(object: KubernetesObject, field: 'data' | 'stringData', key: string): string | undefined {
  const value = Source.of(object).at(field, key).value;
  return typeof value === 'string' ? value : undefined;
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** Maps of names and values that users choose: a label called `key` is no reference. */
const freeMaps = new Set(['labels', 'matchLabels', 'nodeMeta', 'params', 'endpointParams']);

/** A reference to a key of a Secret or ConfigMap. */
export interface Reference {
  readonly kind: AssetKind;
  readonly selector: Source;
}

/** The references at or below a place: maps of `key`, `name` and `optional` and nothing else. */
export function* referencesIn(source: Source): Generator<Reference> {
  const keys = source.fields.map(([key]) => key);
  if (keys.includes('key') && keys.every((key) => key === 'key' || key === 'name' || key === 'optional')) {
    yield { kind: source.path.at(-1) === 'configMap' ? 'ConfigMap' : 'Secret', selector: source };
    return;
  }
  for (const [key, field] of source.fields) if (!freeMaps.has(key)) yield* referencesIn(field);
  for (const item of source.items) yield* referencesIn(item);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text that base64 stands for, read as UTF-8; undefined when it is no base64. Line breaks are allowed, as in Go. */
export function decodeBase64(encoded: string): string | undefined {
  const digits = encoded.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits)) return undefined;
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of digits.replace(/=+$/, '')) {
    buffer = ((buffer << 6) | alphabet.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 0xff);
    }
  }
  return decodeUtf8(bytes);
}

/** UTF-8, with U+FFFD for what is none. */
function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let index = 0; index < bytes.length;) {
    const first = bytes[index] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    const rest = bytes.slice(index + 1, index + length);
    if (length === 0 || rest.length < length - 1 || rest.some((byte) => (byte & 0xc0) !== 0x80)) {
      text += '\ufffd';
      index++;
      continue;
    }
    const point = rest.reduce((value, byte) => (value << 6) | (byte & 0x3f), length === 1 ? first : first & (0x7f >> length));
    const overlong = (length === 3 && point < 0x800) || (length === 4 && (point < 0x10000 || point > 0x10ffff));
    text += overlong || (point >= 0xd800 && point < 0xe000) ? '\ufffd' : String.fromCodePoint(point);
    index += length;
  }
  return text;
}
