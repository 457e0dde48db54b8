/** Insertions, deletions, replacements and swaps of neighbours between two words; more than `limit` is not counted out. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let leastBefore = 0;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforePrevious[j - 2] ?? 0) + 1 : Infinity;
      const distance = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped);
      row.push(distance);
      least = Math.min(least, distance);
    }
    // Neither this row nor the one before leads to anything nearer.
    if (least > limit && leastBefore > limit) return limit + 1;
    leastBefore = least;
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
