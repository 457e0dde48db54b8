import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';
import { objectsIn } from './scope.ts';

const roaming = new WeakMap<readonly KubernetesObject[], readonly KubernetesObject[]>();

/** The monitors of a kind that look, or may look, into a namespace; into any where none is given. */
export function monitorsLookingAt(kind: string, namespace: string | undefined, lookup: ObjectLookup): KubernetesObject[] {
  if (namespace === undefined) return [...lookup.list(kind)];
  return [...new Set([...objectsIn(lookup, kind, [namespace]), ...roamers(lookup.list(kind)).filter((monitor) => looksInto(monitor, namespace))])];
}

/** Those that look beyond their own namespace. */
function roamers(list: readonly KubernetesObject[]): readonly KubernetesObject[] {
  let known = roaming.get(list);
  if (known === undefined) roaming.set(list, (known = list.filter((monitor) => selectorOf(monitor).isFilled)));
  return known;
}

function looksInto(monitor: KubernetesObject, namespace: string): boolean {
  return selectorOf(monitor).at('any').isTrue || selectorOf(monitor).at('matchNames').texts.includes(namespace);
}

function selectorOf(monitor: KubernetesObject): Source {
  return Source.of(monitor).at('spec', 'namespaceSelector');
}
