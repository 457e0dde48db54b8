import type { MapEntry, ScalarNode } from './node.ts';

/* What keeps the trees of large files small, and quick to make. */

/** The first place of each key of a map while it is read. Most maps have a few, and to look through them is quicker than a table. */
export class KeyPlaces {
  static readonly few = 16;
  readonly #entries: readonly MapEntry[];
  #byName: Map<string, ScalarNode> | undefined;

  /** @param entries the map's, which grow by one after each question */
  constructor(entries: readonly MapEntry[]) {
    this.#entries = entries;
  }

  /** Where a key stands already. */
  first(name: string): ScalarNode | undefined {
    if (this.#entries.length < KeyPlaces.few) return this.#entries.find((entry) => entry.name === name)?.key;
    if (this.#byName === undefined) this.#byName = new Map(this.#entries.toReversed().map((entry) => [entry.name, entry.key]));
    else {
      const last = this.#entries.at(-1);
      if (last !== undefined && !this.#byName.has(last.name)) this.#byName.set(last.name, last.key);
    }
    return this.#byName.get(name);
  }
}

const none: readonly never[] = [];

/** A copy without the room to grow that a list has which was pushed to: nodes live as long as their text. */
export function kept<Item>(list: readonly Item[]): readonly Item[] {
  return list.length === 0 ? none : list.slice();
}

const internedKeys = new Map<string, string>();

/** The same string for the same key: files hold few distinct ones, thousands of times. */
export function interned(key: string): string {
  const known = internedKeys.get(key);
  if (known !== undefined) return known;
  if (internedKeys.size < 1000) internedKeys.set(key, key);
  return key;
}
