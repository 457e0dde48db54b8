import { formatDuration, parseDuration } from '../../../duration.ts';
import type { Problem } from '../../../finding.ts';

/** A recording rule that is evaluated more rarely than queries look back leaves gaps in its metric. Paths begin at the group. */
export function* groupInterval(group: Readonly<Record<string, unknown>>, lookback: number): Generator<Problem> {
  const { interval, rules } = group;
  const length = typeof interval === 'string' ? parseDuration(interval) : undefined;
  if (length === undefined || length <= lookback || !Array.isArray(rules)) return;
  const records = (rules as unknown[]).some((rule) => typeof rule === 'object' && rule !== null && 'record' in rule);
  if (!records) return;
  yield {
    code: 'rule/interval-over-lookback',
    severity: 'warning',
    path: ['interval'],
    message: `A query looks back ${formatDuration(lookback)} for a sample: of what this group records every ${formatDuration(length)} it finds nothing in between. Evaluate the group every ${formatDuration(lookback)} or more often.`,
  };
}
