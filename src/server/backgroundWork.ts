/** Milliseconds of work after which others get their turn: an answer waits for one slice, and at most for the next one's start. */
const sliceLength = 5;

/** Does work in slices, one piece of work after the other, so that what the user waits for is answered in between. */
export class BackgroundWork {
  #last: Promise<void> | undefined;
  #unfinished = 0;

  /** Whether work is under way or waits. What waits for the last of it sees false. */
  get busy(): boolean {
    return this.#unfinished > 0;
  }

  /**
   * Does the parts of a work; resolves when all are done. What fits in one slice is done at once, unless earlier work is
   * still under way. Rejects with what a part throws; the work behind it goes on.
   */
  run(parts: Iterator<unknown>): Promise<void> {
    this.#unfinished++;
    const done = (this.#last === undefined ? inSlices(parts) : this.#last.then(() => inSlices(parts))).finally(() => { this.#unfinished--; });
    const settled = done.catch(() => {}).then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    this.#last = settled;
    return done;
  }
}

/** Does the parts of a work and pauses after each slice. The first slice is done before it returns. */
export async function inSlices(parts: Iterator<unknown>): Promise<void> {
  let started = performance.now();
  while (parts.next().done !== true) {
    if (performance.now() - started < sliceLength) continue;
    await new Promise((resolve) => { setTimeout(resolve, 0); });
    started = performance.now();
  }
}
