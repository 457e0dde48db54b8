import { parseDuration } from '../../../duration.ts';
import { isRecord } from '../../../json.ts';
import { defaultPromqlOptions } from '../../../promql/options.ts';
import { atLeast } from '../../../version.ts';
import type { CheckContext } from '../../kindCheck.ts';
import type { KubernetesObject } from '../../objects.ts';
import { instancesFor } from '../../shared/instances.ts';
import { promqlOptions, type RuleJudge } from '../judge.ts';
import { ruleServers } from '../judges.ts';
import type { ServerFacts } from './advisedRule.ts';

/** The operator's default of a Prometheus' scrapeInterval (its CRD, v0.93.1). */
const defaultScrapeInterval = 30_000;
/** --query.lookback-delta. */
const defaultLookback = 300_000;

/** What the servers that load an object's rules, and the monitors around, say of times and versions. */
export function serverFacts(context: CheckContext, judges: readonly RuleJudge[]): ServerFacts {
  const servers = instancesFor(context, 'PrometheusRule', ruleServers).selecting.filter(({ kind }) => kind === 'Prometheus');
  const specs = servers.map(({ spec }) => (isRecord(spec) ? spec : {}));
  const intervals = specs.map((spec) => durationIn(spec, 'scrapeInterval') ?? defaultScrapeInterval);
  const lookbacks = specs.map((spec) => (isRecord(spec['query']) ? durationIn(spec['query'], 'lookbackDelta') : undefined) ?? defaultLookback);
  const [judge] = judges;
  const versions = judges.filter(({ component }) => component === 'Prometheus').map(({ version }) => version);
  return {
    scrapeInterval: Math.min(intervals.length === 0 ? defaultScrapeInterval : Math.max(...intervals), ...shortestIntervals(context)),
    intervalIsKnown: servers.length > 0,
    lookback: lookbacks.length === 0 ? defaultLookback : Math.min(...lookbacks),
    hasPrometheus3: versions.some((version) => atLeast(version, '3.0.0')),
    hasPrometheus2: versions.some((version) => !atLeast(version, '3.0.0')),
    promql: judge === undefined ? defaultPromqlOptions : promqlOptions(judge),
  };
}

const shortest = new WeakMap<readonly KubernetesObject[], number>();

/** Which metric comes from which target is not known here, so that the shortest interval of any counts. */
function shortestIntervals({ lookup }: CheckContext): number[] {
  return ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig'].map((kind) => {
    const monitors = lookup.list(kind);
    let known = shortest.get(monitors);
    if (known === undefined) shortest.set(monitors, (known = shortestOf(monitors, kind)));
    return known;
  });
}

function shortestOf(monitors: readonly KubernetesObject[], kind: string): number {
  let found = Number.POSITIVE_INFINITY;
  for (const { spec } of monitors) {
    if (!isRecord(spec)) continue;
    for (const part of [spec, ...listOf(spec['endpoints']), ...listOf(spec['podMetricsEndpoints'])]) found = Math.min(found, durationIn(part, kind === 'ScrapeConfig' ? 'scrapeInterval' : 'interval') ?? found);
  }
  return found;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function durationIn(map: Readonly<Record<string, unknown>>, field: string): number | undefined {
  const text = map[field];
  const length = typeof text === 'string' ? parseDuration(text) : undefined;
  return length === 0 ? undefined : length;
}
