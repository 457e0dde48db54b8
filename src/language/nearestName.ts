import { editDistance } from './editDistance.ts';

/**
 * The one name that another is most likely a misspelling of: same letters in another case or with other separators, few letters amiss,
 * or one the beginning or the end of the other. Undefined where none is near, or several are equally near.
 * With `misspelt`, parts of names are left out: only letters may be amiss.
 */
export function nearestName(name: string, known: Iterable<string>, { misspelt = false }: { readonly misspelt?: boolean } = {}): string | undefined {
  return nearestOf(foldedName(name), [...new Set(known)].map(foldedName), !misspelt);
}

interface FoldedName {
  readonly name: string;
  readonly folded: string;
  /** See {@link lettersOf}. */
  readonly letters: number;
}

function nearestOf(name: FoldedName, known: Iterable<FoldedName>, parts: boolean): string | undefined {
  let best: string[] = [];
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = nameDistance(name, candidate, parts);
    if (distance === undefined || distance > bestDistance) continue;
    if (distance < bestDistance) best = [];
    bestDistance = distance;
    best.push(candidate.name);
  }
  return best.length === 1 ? best[0] : undefined;
}

/** Whether a name is near enough to another to be meant for it. */
export function isNear(a: string, b: string): boolean {
  return nameDistance(foldedName(a), foldedName(b), true) !== undefined;
}

/** Letters that may be amiss in the longest names. */
const mostAmiss = 3;

/** How far two folded names are apart; undefined where neither is likely meant for the other. */
function nameDistance(a: FoldedName, b: FoldedName, parts: boolean): number | undefined {
  const { folded: left } = a;
  const { folded: right } = b;
  if (left === '' || right === '') return undefined;
  if (left === right) return 0;
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  // Half of the letters must be right: short names are all a few letters apart.
  const limit = Math.min(short.length <= 3 ? 1 : short.length <= 7 ? 2 : mostAmiss, Math.floor((short.length - 1) / 2));
  // An edit takes one letter away and brings one at most: most names are told apart without counting.
  const distance = bitCount(a.letters ^ b.letters) > 2 * limit ? limit + 1 : editDistance(left, right, limit);
  if (distance <= limit) return distance;
  return parts && short.length >= 3 && (long.startsWith(short) || long.endsWith(short)) ? limit + 1 : undefined;
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[-_./:]/g, '');
}

function foldedName(name: string): FoldedName {
  const text = folded(name);
  return { name, folded: text, letters: lettersOf(text) };
}

/** Which letters a text has, one bit for each and some for several: equal texts have equal bits. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let index = 0; index < text.length; index++) letters |= 1 << (text.charCodeAt(index) & 31);
  return letters;
}

/** The bits of a 32-bit number that are set. */
function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Names that are asked many times for the nearest one; as {@link nearestName} of misspelt names, without looking at each. */
export class KnownNames {
  readonly #byLength = new Map<number, FoldedName[]>();
  readonly #answers = new Map<string, string | undefined>();

  constructor(names: Iterable<string>) {
    for (const name of [...new Set(names)].map(foldedName)) {
      const { length } = name.folded;
      const known = this.#byLength.get(length);
      if (known === undefined) this.#byLength.set(length, [name]);
      else known.push(name);
    }
  }

  nearest(name: string): string | undefined {
    if (!this.#answers.has(name)) {
      const asked = foldedName(name);
      const lengths = Array.from({ length: 2 * mostAmiss + 1 }, (_, index) => asked.folded.length + index - mostAmiss);
      this.#answers.set(name, nearestOf(asked, lengths.flatMap((near) => this.#byLength.get(near) ?? []), false));
    }
    return this.#answers.get(name);
  }
}
