/** Where a monitor looks, and which objects are there. */

import type { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';

/** The namespaces in which a monitor looks for its targets; undefined where it looks in all, or nobody knows. */
export function namespacesOf(spec: Source, prometheus: Source, lookup: ObjectLookup): readonly string[] | undefined {
  const selector = spec.at('namespaceSelector');
  const isOwnOnly = prometheus.at('ignoreNamespaceSelectors').isTrue || (!selector.at('any').isTrue && selector.at('matchNames').items.length === 0);
  if (isOwnOnly) return ownNamespace(spec.object, lookup);
  return selector.at('any').isTrue ? undefined : selector.at('matchNames').texts;
}

/**
 * The namespace of an object as a list of one. A file that names none leaves it to whoever applies it: it is
 * `default` only where nothing exists but the given files.
 */
function ownNamespace({ metadata }: KubernetesObject, lookup: ObjectLookup): readonly string[] | undefined {
  if (metadata.namespace !== undefined) return [metadata.namespace];
  return lookup.complete ? ['default'] : undefined;
}

/** The objects of a kind in some namespaces, or in all; those whose namespace nobody knows are among them. */
export function objectsIn(lookup: ObjectLookup, kind: string, namespaces: readonly string[] | undefined): readonly KubernetesObject[] {
  if (namespaces === undefined) return lookup.list(kind);
  const found = [...new Set(namespaces)].flatMap((namespace) => inOne(lookup, kind, namespace));
  return !lookup.complete || namespaces.includes('default') ? [...found, ...inOne(lookup, kind, undefined)] : found;
}

function inOne(lookup: ObjectLookup, kind: string, namespace: string | undefined): readonly KubernetesObject[] {
  return lookup.in?.(kind, namespace) ?? lookup.list(kind).filter((object) => object.metadata.namespace === namespace);
}
