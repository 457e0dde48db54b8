import type { ModelChange } from './entities.ts';

/** Gathers what changes during an update, and tells it once at its end. */
export class Changes {
  #nodes = new Set<string>();
  #lists = new Set<string>();
  #depth = 0;
  readonly #listeners = new Set<(change: ModelChange) => void>();

  /** A node that is new, other than before, or gone. */
  node(key: string): void {
    this.#nodes.add(key);
  }

  /** A list whose members or whose order changed. */
  list(key: string): void {
    this.#lists.add(key);
  }

  /** Runs an update; updates inside of it are part of it. */
  during<T>(update: () => T): T {
    this.#depth++;
    try {
      return update();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#tell();
    }
  }

  onChange(listener: (change: ModelChange) => void): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  #tell(): void {
    if (this.#nodes.size === 0 && this.#lists.size === 0) return;
    const change = { nodes: this.#nodes, lists: this.#lists };
    this.#nodes = new Set();
    this.#lists = new Set();
    for (const listener of this.#listeners) listener(change);
  }
}
