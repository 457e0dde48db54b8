import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';

/** A resource of the Kubernetes API, as a role names it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly name: string;
}

/** An account of pods. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Which of some resources an account may not list and watch in a namespace, or in all where none is given. Undefined where the
 * files do not tell: no binding among them names the account, or one leads to a role that is not among them.
 */
export function withheld(resources: readonly Resource[], account: ServiceAccount, namespace: string | undefined, lookup: ObjectLookup): Resource[] | undefined {
  const everywhere = lookup.list('ClusterRoleBinding').filter((binding) => names(binding, account));
  const somewhere = lookup.list('RoleBinding').filter((binding) => names(binding, account));
  if (everywhere.length === 0 && somewhere.length === 0) return undefined;
  const here = somewhere.filter((binding) => namespace !== undefined && (binding.metadata.namespace === namespace || (binding.metadata.namespace === undefined && !lookup.complete)));
  const roles = [...everywhere, ...here].map((binding) => roleOf(binding, lookup));
  if (roles.some((role) => role === undefined)) return undefined;
  const rules = roles.flatMap((role) => (role === undefined ? [] : Source.of(role).at('rules').items));
  return resources.filter((resource) => !rules.some((rule) => grants(rule, resource)));
}

/** Whether a binding's subjects have the account among them, itself or as one of a group. */
function names(binding: KubernetesObject, { namespace, name }: ServiceAccount): boolean {
  return Source.of(binding).at('subjects').items.some((subject) => {
    if (subject.at('kind').text === 'Group') return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'].includes(subject.at('name').text);
    return subject.at('kind').text === 'ServiceAccount' && subject.at('name').text === name && subject.at('namespace').text === namespace;
  });
}

/** The role that a binding grants; undefined for one that is not among the files, or made of others. */
function roleOf(binding: KubernetesObject, lookup: ObjectLookup): KubernetesObject | undefined {
  const reference = Source.of(binding).at('roleRef');
  const isCluster = reference.at('kind').text === 'ClusterRole';
  const role = lookup.get(isCluster ? 'ClusterRole' : 'Role', isCluster ? 'default' : binding.metadata.namespace ?? 'default', reference.at('name').text);
  return role === undefined || Source.of(role).at('aggregationRule').exists ? undefined : role;
}

function grants(rule: Source, { group, name }: Resource): boolean {
  const has = (field: string, wanted: string): boolean => rule.at(field).texts.some((text) => text === '*' || text === wanted);
  return has('apiGroups', group) && has('resources', name) && has('verbs', 'list') && has('verbs', 'watch') && rule.at('resourceNames').items.length === 0;
}
