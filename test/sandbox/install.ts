import { readFile, writeFile } from 'node:fs/promises';
import type { Cluster, KubernetesObject } from './cluster.ts';
import type { Folders } from './folders.ts';
import { image, type ImageName } from './images.ts';
import { importImages, startedAt } from './node.ts';
import { Progress } from './progress.ts';
import type { Manifest, StackContent } from './stacks.ts';
import { until } from './wait.ts';

const parallelRequests = 8;

/** Brings the stack's images into the running node, applies its objects and waits until all its pods are Ready. */
export async function install(cluster: Cluster, folders: Folders, programs: readonly string[], name: string, content: StackContent): Promise<void> {
  const archives: string[] = [];
  for (const needed of ['pause' as const, ...content.images]) archives.push(await image(needed));
  await writeFile(folders.images, archives.map((archive) => `${archive}\n`).join(''));
  for (const { component, image: missing } of content.leftOut) process.stderr.write(`${name}: ${component} is left out: its image ${missing} cannot be made here\n`);
  const progress = new Progress(`Installing ${name}`);
  await importImages(folders, programs);
  progress.update('images imported');
  await applyAll(cluster, content.first);
  await until('the establishment of the CRDs', 120, async () => {
    const definitions = await cluster.list<KubernetesObject & { status?: { conditions?: readonly Condition[] } }>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
    return definitions.every(({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True')) ? true : undefined;
  });
  progress.update('CRDs established');
  await applyAll(cluster, content.then);
  progress.update('objects applied');
  await podsReady(cluster, folders, content.then, 300, (text) => { progress.update(text); });
  progress.done(`${String(content.first.length + content.then.length)} objects, all pods Ready`);
}

/** Brings one more image into the running node. */
export async function addImage(folders: Folders, programs: readonly string[], name: ImageName): Promise<void> {
  const archive = await image(name);
  const known = await readFile(folders.images, 'utf8');
  if (!known.includes(archive)) await writeFile(folders.images, `${known}${archive}\n`);
  await importImages(folders, programs);
}

/** Server-side apply of objects whose order does not matter. */
export async function applyAll(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const waiting = [...manifests];
  await Promise.all(Array.from({ length: parallelRequests }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await cluster.apply(next.object, next.text);
  }));
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Workload extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number; readonly desiredNumberScheduled?: number; readonly numberReady?: number; readonly availableReplicas?: number };
}

interface Pod extends KubernetesObject {
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly state: { readonly running?: { readonly startedAt: string } } }[];
  };
}

/**
 * Waits until every pod is Ready through containers that were started in this life of the node, and there are as many
 * as the workloads among the objects ask for. (For some seconds after a start the API still shows the Ready of before.)
 */
export async function podsReady(cluster: Cluster, folders: Folders, manifests: readonly Manifest[], seconds: number, report: (text: string) => void = () => undefined): Promise<void> {
  const since = Math.floor((await startedAt(folders)).getTime() / 1000) * 1000;
  const wanted = manifests.map(({ object }) => object).filter(({ kind }) => kind in workloadResources);
  let waitingFor = '';
  await until('the readiness of all pods', seconds, async () => {
    const pods = await cluster.list<Pod>('/api/v1/pods');
    const unready = pods.filter((pod) => pod.status.phase !== 'Succeeded' && !isReady(pod, since)).map(({ metadata }) => metadata.name);
    const incomplete = await incompleteWorkloads(cluster, wanted);
    waitingFor = [...incomplete, ...unready].join(', ');
    report(`waiting for ${waitingFor}`);
    return waitingFor === '' && pods.length >= wanted.length ? true : undefined;
  }, 250).catch((error: unknown) => { throw new Error(`Not Ready after ${String(seconds)} s: ${waitingFor}`, { cause: error }); });
}

function isReady(pod: Pod, since: number): boolean {
  const containers = pod.status.containerStatuses ?? [];
  return containers.length > 0 && containers.every(({ ready, state }) => ready && state.running !== undefined && Date.parse(state.running.startedAt) >= since);
}

/** Kinds that make pods, and their paths; the operator's own make StatefulSets first. */
const workloadResources: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/deployments', DaemonSet: '/apis/apps/v1/daemonsets', StatefulSet: '/apis/apps/v1/statefulsets',
  Prometheus: '/apis/monitoring.coreos.com/v1/prometheuses', Alertmanager: '/apis/monitoring.coreos.com/v1/alertmanagers',
};

async function incompleteWorkloads(cluster: Cluster, wanted: readonly KubernetesObject[]): Promise<string[]> {
  const kinds = [...new Set(wanted.map(({ kind }) => kind))];
  const existing = new Map<string, Workload>((await Promise.all(kinds.map(async (kind) => (await cluster.list<Workload>(workloadResources[kind] ?? '')).map((one) => [`${kind} ${one.metadata.namespace ?? ''}/${one.metadata.name}`, one] as const)))).flat());
  return wanted.flatMap(({ kind, metadata }) => {
    const key: string = `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
    const workload = existing.get(key);
    return workload !== undefined && isComplete(workload) ? [] : [key];
  });
}

function isComplete({ spec, status }: Workload): boolean {
  if (status?.desiredNumberScheduled !== undefined) return status.numberReady === status.desiredNumberScheduled;
  return (status?.readyReplicas ?? status?.availableReplicas ?? 0) >= (spec.replicas ?? 1);
}
