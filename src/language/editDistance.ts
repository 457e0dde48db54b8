/** Insertions, deletions, replacements and swaps of neighbours between two words; more than `limit` is not counted out. */
export function editDistance(a: string, b: string, limit: number): number {
  let [endOfA, endOfB] = [a.length, b.length];
  if (Math.abs(endOfA - endOfB) > limit) return limit + 1;
  let start = 0;
  while (start < endOfA && start < endOfB && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (endOfA > start && endOfB > start && a.charCodeAt(endOfA - 1) === b.charCodeAt(endOfB - 1)) {
    endOfA--;
    endOfB--;
  }
  const [rows, columns] = [endOfA - start, endOfB - start];
  if (rows === 0 || columns === 0) return rows + columns;
  const tooFar = limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: columns + 1 }, (_, index) => Math.min(index, tooFar));
  let leastBefore = 0;
  for (let i = 1; i <= rows; i++) {
    // Nothing farther from the diagonal than the limit leads to an end within it.
    const first = Math.max(1, i - limit);
    const last = Math.min(columns, i + limit);
    const row = [Math.min(i, tooFar)];
    for (let j = 1; j < first; j++) row.push(tooFar);
    let least = tooFar;
    for (let j = first; j <= last; j++) {
      const letter = a.charCodeAt(start + i - 1);
      const other = b.charCodeAt(start + j - 1);
      let distance = Math.min((previous[j] ?? tooFar) + 1, (row[j - 1] ?? tooFar) + 1, (previous[j - 1] ?? tooFar) + (letter === other ? 0 : 1));
      if (i > 1 && j > 1 && letter === b.charCodeAt(start + j - 2) && a.charCodeAt(start + i - 2) === other) distance = Math.min(distance, (beforePrevious[j - 2] ?? tooFar) + 1);
      row.push(distance);
      if (distance < least) least = distance;
    }
    // Neither this row nor the one before leads to anything nearer.
    if (least > limit && leastBefore > limit) return tooFar;
    leastBefore = least;
    beforePrevious = previous;
    previous = row;
  }
  return previous[columns] ?? tooFar;
}
