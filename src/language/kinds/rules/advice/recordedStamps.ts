import type { RecordedMetrics } from '../../../completion/recordedMetrics.ts';

/**
 * When what is recorded under a name last changed, directly or in what it is computed from. Recording rules keep
 * their identity while their text stays the same, so that a keystroke stamps only what depends on it.
 */
class RecordedStamps {
  private metrics: RecordedMetrics | undefined;
  private readonly stamps = new Map<string, number>();
  private latest = 0;

  /** Takes the metrics of now; the same number as before means that nothing has changed. */
  update(metrics: RecordedMetrics): number {
    if (metrics === this.metrics) return this.latest;
    const changed = differing(this.metrics, metrics);
    this.metrics = metrics;
    if (changed.size === 0) return this.latest;
    spread(changed, metrics);
    this.latest++;
    for (const name of changed) this.stamps.set(name, this.latest);
    return this.latest;
  }

  /** The newest stamp of some names. */
  newest(names: readonly string[]): number {
    let newest = 0;
    for (const name of names) newest = Math.max(newest, this.stamps.get(name) ?? 0);
    return newest;
  }
}

/** One for all: metrics of another workspace are only another change. */
export const recordedStamps = new RecordedStamps();

function differing(before: RecordedMetrics | undefined, now: RecordedMetrics): Set<string> {
  const changed = new Set<string>();
  for (const [name, rules] of now.byName) {
    const old = before?.byName.get(name);
    if (old?.length !== rules.length || rules.some((rule, index) => rule !== old[index])) changed.add(name);
  }
  for (const name of before?.byName.keys() ?? []) if (!now.byName.has(name)) changed.add(name);
  return changed;
}

/** Adds the metrics that are computed from changed ones. */
function spread(changed: Set<string>, { byName }: RecordedMetrics): void {
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const [name, rules] of byName) {
      if (!changed.has(name) && rules.some((rule) => rule.words.some((word) => changed.has(word)))) changed.add(name);
    }
  }
}
