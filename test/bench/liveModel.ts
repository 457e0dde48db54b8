/**
 * How long the first live model of a large cluster takes, beside plain reads of the same answers: 1,000 ServiceMonitors and 2,000
 * PrometheusRules of a sandbox's API server, 20,000 targets of a stand-in. Usage: liveModel.ts (starts a sandbox).
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cluster } from '../../src/cluster/cluster.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { ClusterMonitoring } from '../../src/monitoring/clusterMonitoring.ts';
import { directWay } from '../../src/monitoring/directWay.ts';
import { KubernetesSource } from '../../src/monitoring/discovery/kubernetesSource.ts';
import { Endpoint } from '../../src/monitoring/endpoint.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { command } from '../sandbox/command.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';

/** Seconds, and what they lead to. */
export interface LiveModelFigures {
  readonly objects: number;
  readonly targets: number;
  /** `kubectl get --raw` of both lists, and a plain HTTP read of targets and rules, in seconds: the best of the rounds. */
  readonly raw: number;
  /** From the subscription to the whole first model, in seconds: the best of the rounds. */
  readonly firstModel: number;
  /** The first round, in which nothing is compiled yet. */
  readonly cold: number;
  /** Processor time of the best first model, in seconds. */
  readonly processor: number;
  /** From an applied change to the model's event, in seconds. */
  readonly change: number;
  /** Nodes that this event named. */
  readonly changedNodes: number;
  /** Megabytes of the heap that the model holds, after garbage collection. */
  readonly megabytes: number;
}

const counts = { ServiceMonitor: 1000, PrometheusRule: 2000 } as const;
const namespace = 'large';

const rounds = 3;
const key = 'Prometheus/monitoring/k8s';

interface Looking extends Disposable {
  readonly monitoring: ClusterMonitoring;
  readonly seconds: number;
  readonly processor: number;
}

/** Fills the sandbox once, and measures. */
export async function measureLiveModel(sandbox: Sandbox): Promise<LiveModelFigures> {
  await fill(sandbox);
  await using server = await standIn(sandbox);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const times: { readonly raw: number; readonly firstModel: number; readonly processor: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const raw = await timed(async () => {
      for (const plural of ['servicemonitors', 'prometheusrules']) await command(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, 'get', '--raw', `/apis/monitoring.coreos.com/v1/${plural}`]);
      for (const path of ['targets?state=active', 'rules']) await drain(`${server.url}/api/v1/${path}`);
    });
    using looking = await firstModel(sandbox, server.url);
    times.push({ raw, firstModel: looking.seconds, processor: looking.processor });
  }
  collect();
  const before = process.memoryUsage().heapUsed;
  using looking = await firstModel(sandbox, server.url);
  const { model } = looking.monitoring;
  let changedNodes = 0;
  const changed = new Promise<void>((resolve) => {
    model.onChange(({ nodes }) => {
      if (!nodes.has(`${key} > ServiceMonitor/${namespace}/object-1`)) return;
      changedNodes = nodes.size;
      resolve();
    });
  });
  const change = await timed(async () => {
    await sandbox.cluster.apply(objectOf('ServiceMonitor', 1, `changed-${String(Date.now())}`));
    await changed;
  });
  collect();
  const node = model.get(key);
  const best = (figures: readonly number[]): number => Math.min(...figures);
  return {
    objects: counts.ServiceMonitor + counts.PrometheusRule, targets: node?.node === 'instance' ? (node.counts.targets?.up ?? 0) + (node.counts.targets?.down ?? 0) : 0,
    raw: best(times.map(({ raw }) => raw)), firstModel: best(times.map((time) => time.firstModel)), cold: times[0]?.firstModel ?? 0, processor: best(times.map(({ processor }) => processor)),
    change, changedNodes, megabytes: (process.memoryUsage().heapUsed - before) / 1e6,
  };
}

/** Opens the cluster, and waits for the whole of it. */
async function firstModel(sandbox: Sandbox, server: string): Promise<Looking> {
  const { contexts: [context] } = await loadKubeconfig([sandbox.kubeconfig]);
  if (context === undefined) throw new Error('The kubeconfig has no context.');
  const cluster = new Cluster(context);
  const source = new KubernetesSource(cluster);
  source.endpointOf = (instance) => Promise.resolve(new Endpoint(instance.key, [directWay({ url: server })], '/-/healthy'));
  const monitoring = new ClusterMonitoring(source);
  const cpu = process.cpuUsage();
  const { model } = monitoring;
  const seconds = await timed(async () => {
    for (const topic of ['objects', 'targets', 'rules'] as const) monitoring.subscribe({ topic });
    await until('the whole model', 300, () => {
      const node = model.get(key);
      const isWhole = node?.node === 'instance' && (node.counts.rules?.groups ?? 0) >= counts.PrometheusRule && (node.counts.targets?.up ?? 0) > 19_000 && node.counts.monitors >= counts.ServiceMonitor;
      return Promise.resolve(isWhole && model.unchecked === 0 ? true : undefined);
    }, 5);
  });
  const { user, system } = process.cpuUsage(cpu);
  return { monitoring, seconds, processor: (user + system) / 1e6, [Symbol.dispose]: () => { monitoring.close(); cluster.close(); } };
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await what();
  return (performance.now() - began) / 1000;
}

function drain(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => { answer.on('data', () => undefined).on('end', resolve).on('error', reject); }).on('error', reject);
  });
}

/** Without an operator, so that nobody but the API server has to carry the load. */
async function fill(sandbox: Sandbox): Promise<void> {
  await scaleOperator(sandbox, 0);
  await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const kind of ['ServiceMonitor', 'PrometheusRule'] as const) {
    const known = new Set((await sandbox.cluster.list<KubernetesObject>(pathOf(kind))).map(({ metadata }) => metadata.name));
    const missing = Array.from({ length: counts[kind] }, (_, index) => index).filter((index) => !known.has(`object-${String(index)}`));
    const worker = async () => { for (let index = missing.pop(); index !== undefined; index = missing.pop()) await sandbox.cluster.apply(objectOf(kind, index, 'first')); };
    await Promise.all(Array.from({ length: 4 }, worker));
  }
}

async function scaleOperator(sandbox: Sandbox, replicas: number): Promise<void> {
  await sandbox.cluster.raw('/apis/apps/v1/namespaces/monitoring/deployments/prometheus-operator/scale', { method: 'PATCH', body: { spec: { replicas } }, contentType: 'application/merge-patch+json' });
}

function pathOf(kind: keyof typeof counts): string {
  return `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/${kind.toLowerCase()}s`;
}

function objectOf(kind: keyof typeof counts, index: number, state: string): KubernetesObject {
  const name = `object-${String(index)}`;
  const rules = [0, 1, 2].map((number) => ({
    alert: `Alert${String(number)}`, expr: `sum by (namespace) (rate(http_requests_total{job="${name}",code=~"5.."}[5m])) > ${String(number)}`, for: '5m', labels: { severity: 'warning' },
    annotations: { summary: `Many errors of ${name}`, description: 'More than {{ $value }} errors a second.' },
  }));
  return {
    apiVersion: 'monitoring.coreos.com/v1', kind, metadata: { name, namespace },
    spec: kind === 'ServiceMonitor' ? { jobLabel: state, selector: { matchLabels: { app: name } }, endpoints: [{ port: 'web', interval: '30s' }] } : { groups: [{ name, rules }] },
  };
}

async function standIn(sandbox: Sandbox): Promise<{ readonly url: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'kubeprom-targets-'));
  const file = join(folder, 'objects.json');
  const lists = await Promise.all((['ServiceMonitor', 'PrometheusRule'] as const).map(async (kind) => (await sandbox.cluster.list<KubernetesObject>(pathOf(kind))).map(({ metadata }) => [kind, metadata.namespace, metadata.name, metadata.uid])));
  await writeFile(file, JSON.stringify(lists.flat()));
  const child: ChildProcess = fork(join(import.meta.dirname, 'targetStandIn.ts'), [file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] });
  if (child.stdout === null) throw new Error('The stand-in has no output.');
  const [port] = await once(createInterface({ input: child.stdout }), 'line') as [string];
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

if (import.meta.main) {
  const sandbox = await acquireSandbox({ stack: 'minimal', port: testPorts.bench });
  try {
    const { objects, targets, raw, firstModel: first, cold, processor, change, changedNodes, megabytes } = await measureLiveModel(sandbox);
    console.log(`${objects.toLocaleString('en')} objects and ${targets.toLocaleString('en')} targets: the first model in ${first.toFixed(2)} s (${processor.toFixed(2)} s of processor time; in a process that has just begun ${cold.toFixed(2)} s), plain reads of the same ${raw.toFixed(2)} s: ${(first / raw).toFixed(2)} × (goal: below 2). It holds ${megabytes.toFixed(0)} MB (goal: below 200).`);
    console.log(`One changed object is seen after ${change.toFixed(2)} s (goal: below 2), and ${String(changedNodes)} nodes are told.`);
  } finally {
    await sandbox.cluster.delete(`/api/v1/namespaces/${namespace}`);
    await scaleOperator(sandbox, 1);
    sandbox.cluster.close();
  }
}
