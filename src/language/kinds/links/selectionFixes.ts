import type { Change, Fix, Path } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { selectorFaults, unmetRequirements } from '../shared/labelSelector.ts';
import type { Selection } from '../shared/selection.ts';

/** What would make a server select an object: the labels that it asks for, or another selector. */
export function selectionFixes(server: KubernetesObject, object: KubernetesObject, selection: Selection, lookup: ObjectLookup): Fix[] {
  if (selection.verdict !== 'not selected') return [];
  const { selector } = selection;
  const isOfNamespaces = String(selector.at(-1)).endsWith('NamespaceSelector');
  const unmet = unmetBy(server, object, selector, lookup);
  const isMissing = !Source.of(server).at(...selector).exists;
  const name = `${server.kind} "${server.metadata.name}"`;
  if (isMissing) return [{ title: `Let ${name} select ${isOfNamespaces ? 'from all namespaces' : 'all'} ("${String(selector.at(-1))}: {}")`, object: server, changes: [{ kind: 'set', path: selector, value: {} }] }];
  const changes = unmet.map((place) => labelChange(place));
  if (changes.length === 0 || changes.includes(undefined)) return [];
  const known = changes.filter((change) => change !== undefined);
  const title = titleOf(known);
  if (!isOfNamespaces) return [{ title, changes: known }];
  const namespace = lookup.get('Namespace', 'default', object.metadata.namespace ?? 'default');
  return namespace === undefined ? [] : [{ title: `${title} to Namespace "${namespace.metadata.name}"`, object: namespace, changes: known }];
}

/** The requirements of a server's selector that an object, or its namespace, does not meet. */
function unmetBy(server: KubernetesObject, object: KubernetesObject, selector: Path, lookup: ObjectLookup): Source[] {
  const place = Source.of(server).at(...selector);
  if (selectorFaults(place).length > 0) return [];
  if (!String(selector.at(-1)).endsWith('NamespaceSelector')) return unmetRequirements(place, object.metadata.labels);
  const name = object.metadata.namespace ?? 'default';
  return unmetRequirements(place, { 'kubernetes.io/metadata.name': name, ...lookup.get('Namespace', 'default', name)?.metadata.labels });
}

/** What to know where a label `release` is asked for: Helm's kube-prometheus-stack surprises everybody once with it. */
export function releaseTrap(server: KubernetesObject, object: KubernetesObject, selection: Selection, lookup: ObjectLookup): string {
  if (selection.verdict !== 'not selected') return '';
  const release = unmetBy(server, object, selection.selector, lookup).find((place) => place.path.at(-2) === 'matchLabels' && place.path.at(-1) === 'release');
  if (release === undefined) return '';
  const own = Source.of(object).at('metadata', 'labels', 'release').text;
  const has = own === '' ? '' : ` (it has release=${own})`;
  return ` "${release.text}" is the name of a Helm release: kube-prometheus-stack takes only what carries it as the label \`release\`${has}, unless its values say otherwise.`;
}

/** The change of labels that meets a requirement; undefined for a list of values that leaves a choice. */
function labelChange(place: Source): Change | undefined {
  const at = (key: string): Path => ['metadata', 'labels', key];
  if (place.path.at(-2) === 'matchLabels') return { kind: 'set', path: at(String(place.path.at(-1))), value: place.text };
  const key = place.at('key').text;
  switch (place.at('operator').text) {
    case 'In': return { kind: 'set', path: at(key), value: place.at('values').texts[0] ?? '' };
    case 'Exists': return { kind: 'set', path: at(key), value: 'true' };
    case 'NotIn':
    case 'DoesNotExist': return { kind: 'remove', path: at(key) };
    default: return undefined;
  }
}

function titleOf(changes: readonly Change[]): string {
  const texts = changes.map((change) => (change.kind === 'set' ? `${String(change.path.at(-1))}: ${String(change.value)}` : `no "${change.kind === 'remove' ? String(change.path.at(-1)) : ''}"`));
  return changes.every(({ kind }) => kind === 'remove') ? `Remove the label ${texts.map((text) => text.slice(3)).join(', ')}` : `Add the label "${texts.join('", "')}"`;
}
