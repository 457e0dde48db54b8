/** Cycles of connecting to a cluster, watching and asking all that the live model is made of, breaking it, closing: `npm run soak -- --what cluster`. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../../src/cluster/cluster.ts';
import type { Context } from '../../src/cluster/kubeconfig.ts';
import { ClusterMonitoring } from '../../src/monitoring/clusterMonitoring.ts';
import { KubernetesSource } from '../../src/monitoring/discovery/kubernetesSource.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { randomNumbers } from '../sandbox/soak.ts';
import { until } from '../sandbox/wait.ts';

/** What happens to a connection, and how many milliseconds after it was begun. */
export interface Cycle {
  /** `close`: it is closed, whatever it is at. The others are the sandbox's; it has to come back from them first. */
  readonly fault: 'close' | 'cut' | 'freeze';
  readonly moment: number;
}

/** The same cycles for the same seed. */
export function cycles(seed: number, count: number): Cycle[] {
  const random = randomNumbers(seed);
  const faults = ['close', 'cut', 'freeze'] as const;
  return Array.from({ length: count }, () => ({ fault: faults[Math.floor(random() * faults.length)] ?? 'close', moment: Math.floor(random() * 600) }));
}

/** What a cycle leaves behind: sockets and child processes of this process; nothing is right. */
export async function runCycle(sandbox: Sandbox, context: Context, { fault: kind, moment }: Cycle): Promise<string[]> {
  const before = new Set(children());
  const socketsBefore = sockets();
  const cluster = new Cluster(context, { exec: { allowed: () => true }, watchTimes: { silence: 2000, firstRetry: 50, lastRetry: 500, serverTimeout: 300 } });
  const monitoring = new ClusterMonitoring(new KubernetesSource(cluster));
  for (const topic of ['objects', 'targets', 'rules', 'health', 'alerts', 'silences'] as const) monitoring.subscribe({ topic });
  const tunnel = cluster.tunnel({ namespace: 'monitoring', pod: 'prometheus-k8s-0', port: 9090 });
  const asked = Array.from({ length: 8 }, () => tunnel.request('/metrics').then((answer) => answer.text()).then(() => undefined, () => undefined));
  await delay(moment);
  if (kind !== 'close') {
    await using fault = await sandbox.faults[kind]();
    await delay(500);
    await fault.undo();
    await until('the return of all watches', 60, () => Promise.resolve((monitoring.collections.length > 0 && monitoring.collections.every(({ state }) => state === 'synced')) || undefined), 20);
  }
  monitoring.close();
  cluster.close();
  await Promise.all(asked);
  // What was being closed gets a moment.
  return until('nothing to be left', 10, () => {
    const left = [...children().filter((child) => !before.has(child)), ...(sockets() > socketsBefore ? [`${String(sockets() - socketsBefore)} sockets`] : [])];
    return Promise.resolve(left.length === 0 ? left : undefined);
  }, 50).catch(() => [...children().filter((child) => !before.has(child)), `${String(sockets() - socketsBefore)} sockets`]);
}

const sockets = () => process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap|TCPConnectWrap/.test(name)).length;

/** The child processes of this one, with their names. */
function children(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const [, name = '', rest = ''] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      return Number(rest.split(' ')[1]) === process.pid ? [`${pid} ${name}`] : [];
    } catch {
      return []; // it has just ended
    }
  });
}
