import type { Schema } from './types.ts';

/**
 * Remembers list items that need no second look under a schema. Decoded values are never changed in place, and what did not
 * change in a file keeps its identity between keystrokes: of a file with thousands of rules only the edited ones are walked again.
 */
export class Seen {
  readonly #items = new WeakMap<Schema, WeakSet<object>>();

  has(schema: Schema, item: unknown): boolean {
    return typeof item === 'object' && item !== null && this.#items.get(schema)?.has(item) === true;
  }

  add(schema: Schema, item: unknown): void {
    if (typeof item !== 'object' || item === null) return;
    let items = this.#items.get(schema);
    if (items === undefined) this.#items.set(schema, items = new WeakSet());
    items.add(item);
  }
}
