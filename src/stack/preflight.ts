import type { Cluster } from '../cluster/cluster.ts';
import { ClusterError } from '../cluster/errors.ts';
import type { KubernetesObject, Resource } from '../cluster/resources.ts';
import { type InventoryEntry } from './inventory.ts';
import { keyOf, nameOf } from './manifests.ts';
import { managersOf } from './ours.ts';
import { kubeletServiceOf, type Plan } from './plan.ts';
import type { Check, PreflightFinding } from './preflight/finding.ts';
import { goneFields } from './preflight/goneFields.ts';
import { rights } from './preflight/rights.ts';
import { room } from './preflight/room.ts';
import { isDefaultClass, storageClasses } from './storageClasses.ts';

export type { PreflightFinding } from './preflight/finding.ts';

const core = (plural: string, namespaced: boolean): Resource => ({ group: '', version: 'v1', plural, namespaced });
const deployments: Resource = { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true };

/** Looks for what would get in the way: rights object by object, other operators, CRDs of others and fields that go with them, storage, room, pod security. */
export async function preflight(cluster: Cluster, plan: Plan, signal?: AbortSignal): Promise<readonly PreflightFinding[]> {
  const options = signal === undefined ? {} : { signal };
  const checks: readonly Check[] = [version, rights, operators, otherDefinitions, goneFields, metricsService, namespaceLabels, storage, room, interrupted];
  const found = await Promise.all(checks.map(async (check) => {
    try {
      return await check(cluster, plan, options);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return [{ severity: 'information' as const, message: `Not looked at: ${error.message}` }];
    }
  }));
  const order = ['error', 'warning', 'information'];
  return found.flat().sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

type Options = { readonly signal?: AbortSignal };

async function version(cluster: Cluster, _plan: Plan, options: Options): Promise<PreflightFinding[]> {
  const { gitVersion = '' } = await cluster.get<{ gitVersion?: string }>('/version', options);
  const [, minor] = /^v1\.(\d+)\./.exec(gitVersion) ?? [];
  if (minor === undefined) return [{ severity: 'warning', message: `The server says it is version "${gitVersion}", which the operator cannot read: it then takes the cluster for an old one and discovers through Endpoints.`, nextStep: 'Set serviceDiscoveryRole in the Prometheus, or use a released Kubernetes.' }];
  if (Number(minor) < 22) return [{ severity: 'error', message: `Kubernetes ${gitVersion} has no server-side apply of CRDs that can be relied on.`, nextStep: 'Use Kubernetes 1.22 or newer.' }];
  return [{ severity: 'information', message: `Kubernetes ${gitVersion}.` }];
}

async function operators(cluster: Cluster, plan: Plan, options: Options): Promise<PreflightFinding[]> {
  const own = new Set(plan.objects.map(({ object: { manifest } }) => keyOf(manifest)));
  const { items } = await cluster.list(deployments, options);
  return items.filter((item) => kubeletServiceOf({ ...item, kind: 'Deployment' }) !== undefined || /prometheus-operator:v/.test(JSON.stringify(item['spec'])))
    .filter(({ metadata }) => !own.has(keyOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata })))
    .map((item) => ({
      severity: 'warning', message: `The operator ${/prometheus-operator:(v[\d.]+)/.exec(JSON.stringify(item['spec']))?.[1] ?? ''} runs already: Deployment ${item.metadata.namespace ?? ''}/${item.metadata.name}${managedBy(item)}. Two operators write the same objects again and again.`,
      nextStep: 'Deploy the stack without the operator, remove the other one first, or limit each to namespaces of its own.',
    }));
}

function managedBy({ metadata }: KubernetesObject): string {
  const release = metadata.annotations?.['meta.helm.sh/release-name'];
  const by = release === undefined ? metadata.labels?.['app.kubernetes.io/managed-by'] : `the Helm release ${release}`;
  return by === undefined ? '' : `, managed by ${by}`;
}

/** CRDs that are there, and that somebody else keeps. */
async function otherDefinitions(_cluster: Cluster, plan: Plan): Promise<PreflightFinding[]> {
  const there = plan.objects.filter(({ object: { manifest }, exists }) => exists && manifest.kind === 'CustomResourceDefinition');
  const known = new Set((plan.earlier?.entries ?? []).map((entry: InventoryEntry) => entry.name));
  const foreign = there.filter(({ object: { manifest } }) => !known.has(manifest.metadata.name));
  if (foreign.length === 0) return Promise.resolve([]);
  const managers = new Set(foreign.flatMap(({ before }) => managersOf(before).map(({ manager }) => manager)));
  const changed = foreign.filter(({ state }) => state !== 'unchanged').length;
  return Promise.resolve([{
    severity: changed > 0 ? 'warning' : 'information',
    message: `${String(foreign.length)} of the CRDs are there already, written by ${[...managers].join(', ') || 'others'}; ${changed === 0 ? 'they are the same' : `${String(changed)} would change, for everybody who uses them`}.`,
    ...(changed === 0 ? {} : { nextStep: 'Look at their differences in the plan; removal will leave them.' }),
  }]);
}

async function metricsService(_cluster: Cluster, plan: Plan): Promise<PreflightFinding[]> {
  const other = plan.objects.find(({ object: { manifest }, state, exists }) => manifest.kind === 'APIService' && exists && state !== 'unchanged');
  return Promise.resolve(other === undefined ? [] : [{ severity: 'warning', message: `${nameOf(other.object.manifest)} is served by something else already; the stack would take it over, and "kubectl top" and autoscalers with it.`, nextStep: 'Leave the adapter out, or remove the metrics server first.' }]);
}

async function namespaceLabels(cluster: Cluster, plan: Plan, options: Options): Promise<PreflightFinding[]> {
  const namespace = await cluster.object(core('namespaces', false), undefined, plan.namespace, options).catch((error: unknown) => {
    if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
    throw error;
  });
  if (namespace === undefined) return [];
  const { labels = {}, deletionTimestamp } = namespace.metadata;
  const enforced = labels['pod-security.kubernetes.io/enforce'];
  const host = plan.objects.find(({ object: { manifest } }) => manifest.kind === 'DaemonSet' && /"host(Network|PID)":true/.test(JSON.stringify(manifest)));
  return [
    ...(deletionTimestamp === undefined ? [] : [{ severity: 'error' as const, message: `The namespace ${plan.namespace} is being deleted.`, nextStep: 'Wait until it is gone.' }]),
    ...(host !== undefined && (enforced === 'restricted' || enforced === 'baseline') && !plan.objects.some(({ object: { manifest }, changes }) => manifest.kind === 'Namespace' && changes.some(({ field }) => field.includes('pod-security')))
      ? [{ severity: 'error' as const, message: `The namespace ${plan.namespace} enforces ${enforced} pod security, under which ${nameOf(host.object.manifest)} makes no pods: it reads the node's files.`, nextStep: 'Label the namespace pod-security.kubernetes.io/enforce=privileged, or leave that component out.' }] : []),
    ...(labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined || labels['linkerd.io/inject'] === 'enabled' || namespace.metadata.annotations?.['linkerd.io/inject'] === 'enabled'
      ? [{ severity: 'warning' as const, message: `A service mesh puts its proxy into the pods of ${plan.namespace}: scraping by address then fails where mutual TLS is strict.`, nextStep: 'Exclude the namespace from the mesh, or the ports of metrics.' }] : []),
  ];
}

async function storage(cluster: Cluster, plan: Plan, options: Options): Promise<PreflightFinding[]> {
  const claims = plan.objects.flatMap(({ object: { manifest } }) => {
    if (manifest.kind === 'CustomResourceDefinition') return [];
    const text = JSON.stringify(manifest);
    return text.includes('volumeClaimTemplate') ? [{ name: nameOf(manifest), wanted: /"storageClassName":"([^"]+)"/.exec(text)?.[1] }] : [];
  });
  if (claims.length === 0) return [];
  const { items } = await cluster.list(storageClasses, options);
  const isDefault = items.some(isDefaultClass);
  return claims.filter(({ wanted }) => (wanted === undefined ? !isDefault : !items.some(({ metadata }) => metadata.name === wanted))).map(({ name, wanted }) => ({
    severity: 'error', message: `${name} asks for a volume, and ${wanted === undefined ? 'the cluster has no default storage class' : `there is no storage class ${wanted}`}: its pods will wait for ever.`,
    nextStep: items.length === 0 ? 'Choose the profile local, which keeps no data, or install a storage class.' : `Choose one of ${items.map(({ metadata }) => metadata.name).join(', ')}.`,
  }));
}

function interrupted(_cluster: Cluster, { earlier }: Plan): Promise<PreflightFinding[]> {
  if (earlier === undefined || earlier.state === 'complete') return Promise.resolve([]);
  const what = earlier.state === 'removing' ? 'A removal' : 'A deployment';
  return Promise.resolve([{ severity: 'warning', message: `${what} of ${earlier.source} began at ${earlier.since} and has not ended: it was interrupted, or somebody is at it now.`, nextStep: earlier.state === 'removing' ? 'Finish the removal first.' : 'If nobody is, go on: applying continues where it was.' }]);
}
