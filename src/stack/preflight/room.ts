import type { KubernetesObject, Resource } from '../../cluster/resources.ts';
import { quantityToNumber } from '../../language/generate/quantity.ts';
import { isRecord } from '../../language/json.ts';
import { nameOf } from '../manifests.ts';
import type { Check, PreflightFinding } from './finding.ts';

const core = (plural: string, namespaced: boolean): Resource => ({ group: '', version: 'v1', plural, namespaced });

/** Processors (cores) and memory (bytes). */
interface Amount {
  readonly cpu: number;
  readonly memory: number;
}

const nothing: Amount = { cpu: 0, memory: 0 };
const plus = (a: Amount, b: Amount): Amount => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory });

/** Whether nodes have what the new pods ask for, beside what runs on them: in all, and on one node for each pod. */
export const room: Check = async (cluster, plan, options) => {
  const nodes = (await cluster.list(core('nodes', false), options)).items.filter(({ spec }) => !(isRecord(spec) && spec['unschedulable'] === true));
  if (nodes.length === 0) return [{ severity: 'error', message: 'The cluster has no node that takes pods.', nextStep: 'Add a node, or uncordon one.' }];
  const { items } = await cluster.list(core('pods', true), options);
  const free = nodes.map(({ metadata: { name }, status }) => items.filter((pod) => runsOn(pod, name)).reduce((rest, { spec }) => {
    const asked = requestsOf(spec);
    return { cpu: rest.cpu - asked.cpu, memory: rest.memory - asked.memory };
  }, amountOf(isRecord(status) ? status['allocatable'] : undefined)));
  const all = free.reduce(plus, nothing);
  const workloads = plan.objects.filter(({ state }) => state === 'create').map(({ object: { manifest } }) => ({ name: nameOf(manifest), ...podsOf(manifest, nodes.length) })).filter(({ count }) => count > 0);
  const wanted = workloads.reduce((sum, { count, each }) => plus(sum, { cpu: count * each.cpu, memory: count * each.memory }), nothing);
  const short = (['cpu', 'memory'] as const).filter((what) => wanted[what] > all[what]);
  const tooLarge = workloads.filter(({ each }) => !free.some((one) => one.cpu >= each.cpu && one.memory >= each.memory));
  const smaller = 'Choose a smaller profile, or add nodes.';
  return [
    ...short.map((what): PreflightFinding => ({ severity: 'warning', message: `The new pods ask for ${inWords(what, wanted[what])}, more than the nodes have free (${inWords(what, all[what])}).`, nextStep: smaller })),
    ...tooLarge.map(({ name, each }): PreflightFinding => ({ severity: 'warning', message: `No node has room for a pod of ${name}, which asks for ${inWords('cpu', each.cpu)} and ${inWords('memory', each.memory)}.`, nextStep: smaller })),
  ];
};

function runsOn({ spec, status }: KubernetesObject, node: string): boolean {
  return isRecord(spec) && spec['nodeName'] === node && !(isRecord(status) && (status['phase'] === 'Succeeded' || status['phase'] === 'Failed'));
}

/** How many pods a workload makes, and what each asks for, as far as its manifest says. */
function podsOf({ kind, spec }: Readonly<Record<string, unknown>>, nodes: number): { readonly count: number; readonly each: Amount } {
  if (!isRecord(spec)) return { count: 0, each: nothing };
  const replicas = typeof spec['replicas'] === 'number' ? spec['replicas'] : 1;
  switch (kind) {
    case 'Deployment': case 'StatefulSet': case 'DaemonSet': return { count: kind === 'DaemonSet' ? nodes : replicas, each: requestsOf(isRecord(spec['template']) ? spec['template']['spec'] : undefined) };
    case 'Prometheus': case 'Alertmanager': case 'PrometheusAgent': case 'ThanosRuler': return { count: replicas, each: amountOf(isRecord(spec['resources']) ? spec['resources']['requests'] : undefined) };
    default: return { count: 0, each: nothing };
  }
}

/** What the containers of a pod ask for. */
function requestsOf(spec: unknown): Amount {
  const containers: unknown = isRecord(spec) ? spec['containers'] : undefined;
  return (Array.isArray(containers) ? containers.filter(isRecord) : []).map(({ resources }) => amountOf(isRecord(resources) ? resources['requests'] : undefined)).reduce(plus, nothing);
}

function amountOf(quantities: unknown): Amount {
  return isRecord(quantities) ? { cpu: numberOf(quantities['cpu']), memory: numberOf(quantities['memory']) } : nothing;
}

const numberOf = (quantity: unknown) => (typeof quantity === 'string' || typeof quantity === 'number' ? quantityToNumber(quantity) ?? 0 : 0);

const inWords = (what: keyof Amount, amount: number) => (what === 'cpu' ? `${(Math.round(amount * 100) / 100).toString()} CPU` : `${(amount / 1024 ** 3).toFixed(1)} GiB of memory`);
