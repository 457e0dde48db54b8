import type { Cluster } from '../../cluster/cluster.ts';
import type { Resource } from '../../cluster/resources.ts';
import type { CustomResourceDefinition } from '../../language/schemas/crd.ts';
import { isRecord } from '../../language/json.ts';
import type { Plan } from '../plan.ts';
import type { Check, PreflightFinding } from './finding.ts';

interface Need {
  readonly verb: string;
  readonly resource: Pick<Resource, 'group' | 'plural'> & Partial<Pick<Resource, 'namespaced'>>;
  readonly namespace?: string;
  readonly count: number;
}

/** The rights that each object takes, those of kinds that are still to come included; one sentence a verb, kind and namespace. */
export const rights: Check = async (cluster, plan) => {
  const needs = new Map<string, Need>();
  const need = (verb: string, resource: Need['resource'], namespace: string | undefined) => {
    const key = `${verb} ${resource.group}/${resource.plural} ${namespace ?? ''}`;
    needs.set(key, { verb, resource, count: (needs.get(key)?.count ?? 0) + 1, ...(namespace === undefined ? {} : { namespace }) });
  };
  for (const { object: { manifest: { apiVersion, kind, metadata: { namespace } } }, exists } of plan.objects) {
    const resource = await resourceOf(cluster, plan, apiVersion, kind);
    if (resource !== undefined) for (const verb of exists ? ['patch'] : ['patch', 'create']) need(verb, resource, namespace);
  }
  for (const { apiVersion, kind, namespace } of plan.removals) {
    const resource = await resourceOf(cluster, plan, apiVersion, kind);
    if (resource !== undefined) need('delete', resource, namespace);
  }
  // The inventory.
  for (const verb of ['get', 'create', 'update']) need(verb, { group: '', plural: 'configmaps', namespaced: true }, plan.namespace);
  const verdicts = await Promise.all([...needs.values()].map(async ({ count, ...access }) => ({ ...await cluster.allowed(access), count })));
  return verdicts.filter(({ allowed }) => !allowed).map(({ access, count }): PreflightFinding => ({
    severity: 'error', message: `You may not ${access}, which ${String(count)} ${count === 1 ? 'object needs' : 'objects need'}.`, nextStep: 'Ask whoever runs the cluster for that right, or to apply the stack.',
  }));
};

/** As the cluster serves it, or will, by a CRD of the plan. */
async function resourceOf(cluster: Cluster, { objects }: Plan, apiVersion: string, kind: string): Promise<Need['resource'] | undefined> {
  const served = await cluster.discovery.kindOf(apiVersion, kind);
  if (served !== undefined) return served;
  const [group] = apiVersion.split('/');
  for (const { object: { manifest }, after } of objects) {
    if (manifest.kind !== 'CustomResourceDefinition' || !isRecord(after?.['spec'])) continue;
    const { spec } = after as unknown as CustomResourceDefinition;
    if (spec.group === group && spec.names.kind === kind) return { group: spec.group, plural: spec.names.plural };
  }
  return undefined;
}
