/** Where two versions of a text differ: `from` to `oldEnd` in the one became `from` to `newEnd` in the other. */
export interface TextChange {
  readonly from: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** Compared at once (UTF-16 units): equal stretches cost a memory comparison. */
const stretch = 4096;

/** The smallest single change that turns one text into the other; undefined for equal texts. */
export function changeBetween(before: string, after: string): TextChange | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from + stretch <= shorter && before.slice(from, from + stretch) === after.slice(from, from + stretch)) from += stretch;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let oldEnd = before.length;
  let newEnd = after.length;
  const limit = shorter - from;
  let same = 0;
  while (same + stretch <= limit && before.slice(oldEnd - stretch, oldEnd) === after.slice(newEnd - stretch, newEnd)) {
    same += stretch;
    oldEnd -= stretch;
    newEnd -= stretch;
  }
  while (same < limit && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    same++;
    oldEnd--;
    newEnd--;
  }
  return { from, oldEnd, newEnd };
}
