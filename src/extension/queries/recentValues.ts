import type { RecentValues } from '../../language/hover/recentValues.ts';
import { seriesName } from '../../language/promql/seriesName.ts';
import type { Queries } from '../clusters/connection.ts';
import { graphOf } from './frames.ts';
import { usualServer } from './usualServer.ts';

/** Series that are drawn one by one; of more the lowest, the mean and the highest. */
const mostLines = 3;
/** Series whose values are shown, and of how many at most they are asked for. */
const mostValues = 5;
const mostAsked = 1000;
/** Seconds between two points of an hour. */
const step = 60;
/** Milliseconds after which nobody looks at a hover any more. */
const patience = 3000;

/** What a selector's series are now and were in the last hour, from the first server that answers queries; undefined where there is none. Rejects as queries do. */
export async function recentValues(queries: Queries | undefined, selector: string, isCounter: boolean, now = Date.now() / 1000): Promise<RecentValues | undefined> {
  const server = usualServer(queries?.servers ?? []);
  if (queries === undefined || server === undefined) return undefined;
  const signal = AbortSignal.timeout(patience);
  const { series: [counted] } = await queries.query(server.key, `count(${selector})`, { time: now, signal });
  const count = Number(counted?.value?.[1] ?? 0);
  if (count === 0) return { server: server.name, count, now: [], isRate: isCounter, lines: [] };
  const end = Math.floor(now / step) * step;
  const range = { start: end - 3600, end, step };
  const drawn = isCounter ? `rate(${selector}[5m])` : selector;
  const asked = count <= mostLines ? [{ name: '', expression: drawn }] : (['min', 'avg', 'max'] as const).map((name) => ({ name, expression: `${name}(${drawn})` }));
  const [values, ...lines] = await Promise.all([
    // Servers before Prometheus 3 know no limit.
    count > mostAsked ? { series: [] } : queries.query(server.key, selector, { time: now, limit: mostValues, signal }),
    ...asked.map(async ({ name, expression }) => graphOf(await queries.queryRange(server.key, expression, range, { signal }), range).series.map(({ labels, values: own }) => ({ name: count === 1 ? '' : name || seriesName(labels), values: own }))),
  ]);
  return {
    server: server.name, count, isRate: isCounter, lines: lines.flat(),
    now: values.series.slice(0, mostValues).flatMap(({ labels, value }) => (value === undefined ? [] : [{ labels, value: value[1] }])),
  };
}
