/**
 * How the operator reads the base configuration of an Alertmanager and writes it again (pkg/alertmanager/types.go, v0.93.1). It has
 * structs of its own, which know fewer fields than Alertmanager: a field that they lack stops the whole generation.
 */

import type { Path } from '../../finding.ts';
import { formatDuration, parseDuration } from '../../duration.ts';
import type { ConfigMap, ConfigNode, ConfigScalar } from '../../routing/config/configNode.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import { joinHostPort, splitHostPort } from '../../routing/hostPort.ts';
import { resolvePlain } from '../../yaml/scalarValue.ts';
import { list, map, scalar, type Node } from '../node.ts';

/** A type of the operator. What is empty is left out of the text, unless `always`; `pointer`: left out only when it is not written. */
export type OperatorShape =
  | { readonly kind: 'text'; readonly always?: boolean; readonly pointer?: boolean; readonly secret?: boolean }
  | { readonly kind: 'bool'; readonly always?: boolean; readonly pointer?: boolean; readonly nullable?: boolean }
  | { readonly kind: 'integer'; readonly bits: 32 | 64; readonly pointer?: boolean }
  | { readonly kind: 'duration'; readonly pointer?: boolean }
  | { readonly kind: 'url' }
  | { readonly kind: 'hostPort' }
  | { readonly kind: 'any' }
  /** Values of which the operator writes `<secret>`: prometheus/common's type hides itself. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'list'; readonly item: OperatorShape; readonly always?: boolean }
  | { readonly kind: 'map'; readonly value: OperatorShape }
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, OperatorShape>>; readonly pointer?: boolean }
  /** A text that the operator writes in a form of its own. */
  | { readonly kind: 'canonical'; readonly write: (text: string) => string };

/** Why the operator cannot read a configuration that Alertmanager can. */
export class BaseFault extends Error {
  readonly path: Path;

  constructor(path: Path, message: string) {
    super(message);
    this.path = path;
  }
}

/** Reads a node and writes it as the operator does; undefined where it writes nothing. Throws a {@link BaseFault}. */
export function rewrite(node: ConfigNode | undefined, shape: OperatorShape, path: Path): Node | undefined {
  if (node === undefined || isNull(node)) return zero(shape);
  switch (shape.kind) {
    case 'any': return plain(node);
    case 'struct': return rewriteStruct(node, shape, path);
    case 'list': {
      if (node.kind !== 'list') throw mismatch(node, path, 'a list');
      const items = node.items.map((item, index) => rewrite(item, shape.item, [...path, index]) ?? empty(shape.item));
      return items.length === 0 && shape.always !== true ? undefined : list(items);
    }
    case 'map': {
      if (node.kind !== 'map') throw mismatch(node, path, 'a map');
      const entries = entriesOf(node).map(([key, value]) => [key, rewrite(value, shape.value, [...path, key]) ?? empty(shape.value)] as const);
      return entries.length === 0 ? undefined : map([...entries].sort(([a], [b]) => a < b ? -1 : 1));
    }
    default: return node.kind === 'scalar' ? rewriteScalar(node, shape, path) : throwMismatch(node, path, shape.kind);
  }
}

type ScalarShape = Exclude<OperatorShape, { kind: 'any' | 'struct' | 'list' | 'map' }>;

function rewriteScalar(node: ConfigScalar, shape: ScalarShape, path: Path): Node | undefined {
  const value = node.plain ? resolvePlain(node.text) : node.text;
  switch (shape.kind) {
    case 'text': return node.text === '' && shape.always !== true && shape.pointer !== true ? undefined : scalar(node.text, undefined, shape.secret === true ? 'secret' : undefined);
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(node, path, 'bool');
      return value || shape.pointer === true || shape.always === true || shape.nullable === true ? scalar(value) : undefined;
    case 'integer':
      if (typeof value !== 'number' || Math.abs(value) >= 2 ** (shape.bits - 1)) throw mismatch(node, path, `int${shape.bits}`);
      return Math.trunc(value) === 0 && shape.pointer !== true ? undefined : scalar(Math.trunc(value));
    case 'duration': {
      const milliseconds = parseDuration(node.text);
      if (milliseconds === undefined) throw new BaseFault(path, `not a valid duration string: ${JSON.stringify(node.text)}`);
      return milliseconds === 0 && shape.pointer !== true ? undefined : scalar(formatDuration(milliseconds));
    }
    case 'url': {
      const url = parseGoUrl(node.text);
      if ('error' in url) throw new BaseFault(path, url.error);
      return scalar(url.format({ redactPassword: true }));
    }
    case 'hostPort': {
      const address = splitHostPort(node.text);
      return 'error' in address ? undefined : scalar(joinHostPort(address.host, address.port));
    }
    case 'hidden': return scalar(node.text === '' ? null : '<secret>');
    case 'canonical': return scalar(shape.write(node.text));
  }
}

function rewriteStruct(node: ConfigNode, shape: Extract<OperatorShape, { kind: 'struct' }>, path: Path): Node | undefined {
  if (node.kind !== 'map') throw mismatch(node, path, 'a map');
  const written = new Map(entriesOf(node));
  for (const key of written.keys()) {
    if (!Object.hasOwn(shape.fields, key)) throw new BaseFault([...path, key], `field ${key} not found: the operator does not know it`);
  }
  const entries: (readonly [string, Node])[] = [];
  for (const [key, field] of Object.entries(shape.fields)) {
    const value = rewrite(written.get(key), field, [...path, key]);
    if (value !== undefined) entries.push([key, value]);
  }
  return entries.length === 0 && shape.pointer !== true ? undefined : map(entries);
}

/** What stands in the text for a value that is not written. */
function zero(shape: OperatorShape): Node | undefined {
  if (shape.kind === 'text' && shape.always === true) return scalar('');
  if (shape.kind === 'bool' && shape.always === true) return scalar(false);
  if (shape.kind === 'bool' && shape.nullable === true) return scalar(null);
  return shape.kind === 'list' && shape.always === true ? list([]) : undefined;
}

/** An item of a list or map that the operator writes although it is empty. */
function empty(shape: OperatorShape): Node {
  if (shape.kind === 'text') return scalar('');
  if (shape.kind === 'list') return list([]);
  return shape.kind === 'struct' && shape.pointer !== true ? map([]) : scalar(null);
}

/** The value as go-yaml hands it through. */
function plain(node: ConfigNode): Node {
  if (node.kind === 'list') return list(node.items.map(plain));
  if (node.kind === 'map') return map(entriesOf(node).map(([key, value]) => [key, plain(value)] as const));
  return scalar(node.plain ? resolvePlain(node.text) : node.text);
}

/** The last value of each key. */
function entriesOf(node: ConfigMap): [string, ConfigNode][] {
  return [...new Map(node.entries.map(({ key, value }) => [key, value]))];
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.plain && resolvePlain(node.text) === null;
}

function mismatch(node: ConfigNode, path: Path, type: string): BaseFault {
  return new BaseFault(path, `cannot unmarshal ${node.kind === 'scalar' ? JSON.stringify(node.text) : `a ${node.kind}`} into ${type}`);
}

function throwMismatch(node: ConfigNode, path: Path, type: string): never {
  throw mismatch(node, path, type);
}
