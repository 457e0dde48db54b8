/** A label set that is being changed, in the order in which Prometheus goes through it. */

import { encodeUtf8 } from '../templates/utf8.ts';

/**
 * Labels with changes on top. Going through them yields the original ones that were not touched, by name, then the
 * changed ones in the order of their first change: where labelmap gives several labels one name, the last one wins.
 */
export class LabelBuilder {
  readonly #original: ReadonlyMap<string, string>;
  readonly #set = new Map<string, string>();
  readonly #deleted = new Set<string>();

  constructor(labels: Readonly<Record<string, string>>) {
    this.#original = new Map(Object.entries(labels).filter(([, value]) => value !== '').sort(byName));
  }

  /** The label's value; empty when there is none. */
  get(name: string): string {
    return this.#set.get(name) ?? (this.#deleted.has(name) ? '' : this.#original.get(name) ?? '');
  }

  /** Sets a label; an empty value removes it. */
  set(name: string, value: string): void {
    if (value === '') this.delete(name);
    else this.#set.set(name, value);
  }

  delete(name: string): void {
    this.#set.delete(name);
    this.#deleted.add(name);
  }

  /** The labels as they are now; changes while going through them have no part in it. */
  entries(): (readonly [name: string, value: string])[] {
    const untouched = [...this.#original].filter(([name]) => !this.#deleted.has(name) && !this.#set.has(name));
    return [...untouched, ...this.#set];
  }

  /** The labels by name. */
  labels(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.entries().toSorted(byName));
  }
}

/** Prometheus sorts by bytes; UTF-16 would put U+FFFD behind what is beyond the basic plane. */
function byName([left]: readonly [string, string], [right]: readonly [string, string]): number {
  const [a, b] = [encodeUtf8(left), encodeUtf8(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
