import type { Path } from '../finding.ts';
import type { KubernetesObject } from '../kinds/objects.ts';

/** The field that a generated value comes from: a path in a monitor, or in the Prometheus that selects it. */
export interface Origin {
  readonly object: KubernetesObject;
  readonly path: Path;
}

/** A value of the generated configuration. Without an origin of its own it comes from where its parent comes from. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  /** A bigint where the number is too large for a number. */
  readonly value: string | number | bigint | boolean | null;
  readonly origin?: Origin;
  /** `secret`: the value of a Secret; `unknown`: a Secret or ConfigMap that the lookup does not know, `value` only names it. */
  readonly content?: 'secret' | 'unknown';
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly origin?: Origin;
}

export interface MapNode {
  readonly kind: 'map';
  /** In the order of the generated text; no key twice. */
  readonly entries: readonly (readonly [string, Node])[];
  readonly origin?: Origin;
}

/** What stands for a secret value where secrets are masked. */
export const maskedSecret = '<secret>';

export function scalar(value: ScalarNode['value'], origin?: Origin, content?: ScalarNode['content']): ScalarNode {
  return { kind: 'scalar', value, ...(origin && { origin }), ...(content && { content }) };
}

export function list(items: readonly Node[], origin?: Origin): ListNode {
  return { kind: 'list', items, ...(origin && { origin }) };
}

export function map(entries: MapNode['entries'], origin?: Origin): MapNode {
  return { kind: 'map', entries, ...(origin && { origin }) };
}

/** The value of a key; undefined when the node is no map or has no such key. */
export function entryOf(node: Node, key: string): Node | undefined {
  return node.kind === 'map' ? node.entries.find(([name]) => name === key)?.[1] : undefined;
}

/** The plain value, as a YAML parser would give it for the printed text. */
export function toPlain(node: Node, options: { readonly maskSecrets?: boolean } = {}): unknown {
  switch (node.kind) {
    case 'scalar': return node.content === 'secret' && options.maskSecrets === true ? maskedSecret : node.value;
    case 'list': return node.items.map((item) => toPlain(item, options));
    case 'map': return Object.fromEntries(node.entries.map(([key, value]) => [key, toPlain(value, options)]));
  }
}

/** The node at a path, or the nearest one above it, with the origin that holds there. */
export function nearest(root: Node, path: Path): { readonly node: Node; readonly origin: Origin | undefined } {
  let node = root;
  let origin = root.origin;
  for (const step of path) {
    const child = typeof step === 'number' ? (node.kind === 'list' ? node.items[step] : undefined) : entryOf(node, step);
    if (child === undefined) return { node, origin };
    node = child;
    origin = child.origin ?? origin;
  }
  return { node, origin };
}
