/**
 * How long the first view of many alerts takes, beside plain reads of the same answers, and what one changed alert costs: 10,000
 * alerts and 1,000 silences of a stand-in. Usage: alerts.ts
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AlertGroups } from '../../src/model/alertGroups.ts';
import type { LiveAlert } from '../../src/model/alertTable.ts';
import { ClusterMonitoring } from '../../src/monitoring/clusterMonitoring.ts';

/** Seconds, and what they lead to. */
export interface AlertFigures {
  readonly alerts: number;
  readonly silences: number;
  /** Plain reads of both lists as text, one after the other, in seconds; the median of the rounds, by turns with the views. */
  readonly raw: number;
  /** From the subscription to all alerts in groups and all silences with their counts; the median of the rounds. */
  readonly firstView: number;
  /** The first round, in which nothing is compiled yet. */
  readonly cold: number;
  /** Processor time of one changed alert in a reading of all, in seconds; and what of it the join and the groups are. */
  readonly change: number;
  readonly joined: number;
  readonly groupsTouched: number;
}

const alerts = 10_000;
const silences = 1000;
const rounds = 9;

/** Measures against a stand-in of its own. */
export async function measureAlerts(): Promise<AlertFigures> {
  const child = fork(join(import.meta.dirname, 'alertStandIn.ts'), [String(alerts), String(silences)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] });
  if (child.stdout === null) throw new Error('The stand-in has no output.');
  const [url] = await once(createInterface({ input: child.stdout }), 'line') as [string];
  try {
    const read = async (): Promise<void> => { for (const path of ['alerts', 'silences']) await (await fetch(`${url}/api/v2/${path}`)).text(); };
    const times: number[] = [];
    const views: number[] = [];
    let figures: { joined: number; groupsTouched: number; change: number } = { joined: 0, groupsTouched: 0, change: 0 };
    for (let round = 0; round < rounds; round++) {
      times.push(await timed(read));
      const monitoring = new ClusterMonitoring(undefined);
      const groups = new AlertGroups('severity', () => true);
      views.push(await timed(() => view(monitoring, groups, url)));
      figures = change(monitoring, groups);
      monitoring.close();
    }
    return { alerts, silences, raw: median(times), firstView: median(views), cold: views[0] ?? NaN, ...figures };
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** What the views do: alerts in groups, silences with how many alerts each holds. */
function view(monitoring: ClusterMonitoring, groups: AlertGroups, url: string): Promise<void> {
  const { alerts: table } = monitoring;
  return new Promise((resolve) => {
    table.onChange((changed) => {
      groups.set([...changed.alerts].map((key) => ['bench', key, table.get(key)]));
      if (table.size < alerts || table.silences.length < silences) return;
      if (groups.groups.reduce((sum, { members }) => sum + members.length, 0) !== alerts) throw new Error('Alerts are missing in the groups.');
      resolve();
    });
    monitoring.setServers([{ kind: 'Alertmanager', name: 'bench', url }]);
    monitoring.subscribe({ topic: 'alerts' });
    monitoring.subscribe({ topic: 'silences' });
  });
}

/** The next reading, in which one alert is silenced. */
function change({ alerts: table }: ClusterMonitoring, groups: AlertGroups): { joined: number; groupsTouched: number; change: number } {
  const received = [...table.all].flatMap((alert: LiveAlert) => alert.received);
  const next = received.map((one, index) => (index === 77 ? { ...one, state: 'suppressed' as const, silencedBy: ['new'] } : { ...one }));
  let groupsTouched = 0;
  const stop = table.onChange((changed) => { groupsTouched = groups.set([...changed.alerts].map((key) => ['bench', key, table.get(key)])).groups.size; });
  const before = table.joined;
  const began = process.cpuUsage();
  table.setReceived('Alertmanager//bench', next);
  const { user, system } = process.cpuUsage(began);
  stop();
  return { joined: table.joined - before, groupsTouched, change: (user + system) / 1e6 };
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await what();
  return (performance.now() - began) / 1000;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

if (import.meta.main) {
  const figures = await measureAlerts();
  console.log(Object.entries(figures).map(([name, value]) => `${name}: ${String(Math.round(value as number * 1000) / 1000)}`).join('\n'));
  console.log(`first view / raw reads: ${(figures.firstView / figures.raw).toFixed(2)} (goal: below 2)`);
  console.log(`joined anew for one changed alert: ${String(figures.joined)} (goal: 1)`);
}
