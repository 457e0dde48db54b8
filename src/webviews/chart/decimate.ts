/**
 * Fewer points for the same picture: of the points that share a pixel column only the lowest and the highest are kept,
 * in their order, so that no peak is lost.
 */

/** Values of a series at the times of its chart; null where it has none. */
export type Values = Float64Array | readonly (number | null)[];

/** Times in ascending order and, for each, a value of every series. */
export interface Table {
  readonly times: Float64Array;
  readonly series: readonly Values[];
}

/** How many neighbouring points make one bucket, so that there are at most as many buckets as columns. @param points that are in view */
export function bucketSize(points: number, columns: number): number {
  const size = Math.ceil(points / Math.max(1, columns));
  // A bucket keeps two points, so buckets of two gain nothing.
  return size < 3 ? 1 : size;
}

/** The index of the first time that is not before `time`; the length where there is none. */
export function indexAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the time that is nearest; -1 where there are no times. */
export function nearestIndex(times: Float64Array, time: number): number {
  const after = indexAt(times, time);
  if (after === 0) return times.length === 0 ? -1 : 0;
  if (after === times.length) return after - 1;
  return time - (times[after - 1] ?? 0) <= (times[after] ?? 0) - time ? after - 1 : after;
}

/** A table reduced to the extremes of each bucket. Buckets begin at multiples of their size, so a picture that is moved keeps its shape. */
export function decimate({ times, series }: Table, size: number): Table {
  if (size <= 2) return { times, series };
  const buckets = Math.ceil(times.length / size);
  const reduced = new Float64Array(buckets * 2);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = bucket * size;
    const last = Math.min(start + size, times.length) - 1;
    reduced[bucket * 2] = times[start] ?? 0;
    // Times must ascend, also in a last bucket of one point.
    reduced[bucket * 2 + 1] = last === start ? (times[start] ?? 0) + 1e-3 : times[(start + last + 1) >> 1] ?? 0;
  }
  return { times: reduced, series: series.map((values) => (values instanceof Float64Array ? extremes(values, size, buckets) : extremesWithGaps(values, size, buckets))) };
}

function extremes(values: Float64Array, size: number, buckets: number): Float64Array {
  const reduced = new Float64Array(buckets * 2);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = bucket * size;
    const end = Math.min(start + size, values.length);
    let low = values[start] ?? 0;
    let high = low;
    let lowAt = start;
    let highAt = start;
    for (let index = start + 1; index < end; index++) {
      const value = values[index] ?? 0;
      if (value < low) {
        low = value;
        lowAt = index;
      } else if (value > high) {
        high = value;
        highAt = index;
      }
    }
    reduced[bucket * 2] = lowAt < highAt ? low : high;
    reduced[bucket * 2 + 1] = lowAt < highAt ? high : low;
  }
  return reduced;
}

function extremesWithGaps(values: readonly (number | null)[], size: number, buckets: number): (number | null)[] {
  const reduced: (number | null)[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = bucket * size;
    const end = Math.min(start + size, values.length);
    let low: number | null = null;
    let high: number | null = null;
    let lowAt = start;
    let highAt = start;
    for (let index = start; index < end; index++) {
      const value = values[index] ?? null;
      if (value === null) continue;
      if (low === null || value < low) {
        low = value;
        lowAt = index;
      }
      if (high === null || value > high) {
        high = value;
        highAt = index;
      }
    }
    reduced.push(lowAt < highAt ? low : high, lowAt < highAt ? high : low);
  }
  return reduced;
}
