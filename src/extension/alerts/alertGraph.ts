import type { Alert, Labels, Rule } from '../../model/entities.ts';
import type { PrometheusApi } from '../../monitoring/prometheusApi.ts';
import type { AlertGraph } from '../../webviews/protocol.ts';
import { messageOf, oneLine } from '../plainText.ts';

/** Points of a graph at most. */
const points = 240;
/** Seconds that are shown at least, and at most, before now. */
const shortest = 1800;
const longest = 86_400;

/** An expression without its threshold. */
export interface Compared {
  readonly expression: string;
  readonly threshold: number | undefined;
  /** Which side of the threshold alerts. */
  readonly shade: 'above' | 'below' | undefined;
}

/** Takes `x > 5` apart, so that x can be drawn beside 5: what an alert's own expression gives is there only while it fires. */
export async function comparedIn(query: string): Promise<Compared> {
  const { thresholdOf } = await import('../../language/promql/threshold.ts');
  const found = thresholdOf(query);
  if (found === undefined) return { expression: query, threshold: undefined, shade: undefined };
  const { expression, operator, value } = found;
  return { expression, threshold: value, shade: operator.startsWith('>') ? 'above' : operator.startsWith('<') ? 'below' : undefined };
}

/** The value of an alert's expression from some time before it became active until now. */
export async function graphOf(rule: Rule, alert: Alert, api: PrometheusApi, now = Date.now()): Promise<AlertGraph> {
  const since = alert.activeAt === undefined ? undefined : alert.activeAt / 1000;
  const base = { times: [], values: [], threshold: null, shade: null, since: since ?? null };
  const { expression, threshold, shade } = await comparedIn(rule.query);
  const end = Math.floor(now / 1000);
  const span = Math.min(longest, Math.max(shortest, since === undefined ? 0 : (end - since) * 1.5));
  const step = Math.max(1, Math.ceil(span / points));
  let found: readonly (readonly [number, string])[] | undefined;
  try {
    const { series } = await api.queryRange(expression, { start: end - span, end, step }, { timeout: 20_000 });
    found = series.find(({ labels }) => isOf(labels, alert.labels, rule.labels))?.values;
  } catch (error) {
    return { ...base, note: `The values cannot be read: ${messageOf(error)}` };
  }
  if (found === undefined || found.length === 0) return { ...base, note: 'Prometheus has no values of this expression for these labels.' };
  const byTime = new Map(found);
  const times = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => end - span + index * step);
  const values = times.map((time) => { const value = Number(byTime.get(time) ?? byTime.get(Math.round(time * 1000) / 1000) ?? NaN); return Number.isFinite(value) ? value : null; });
  return {
    times, values, threshold: threshold ?? null, shade: shade ?? null, since: since ?? null,
    note: `${oneLine(expression, 1000)}, every ${String(step)} s${threshold === undefined ? '; the expression has no single threshold to draw' : ''}.`,
  };
}

/** Whether a series is the one behind an alert: the alert has its labels, but for those that the rule replaces. */
function isOf(series: Labels, alert: Labels, rule: Labels): boolean {
  return Object.entries(series).every(([name, value]) => name === '__name__' || name === 'alertname' || Object.hasOwn(rule, name) || alert[name] === value);
}
