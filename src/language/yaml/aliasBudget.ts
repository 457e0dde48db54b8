/**
 * Counts what decoding costs go-yaml, which refuses a document whose decoding is for the greatest part
 * that of aliases (decode.go, "excessive aliasing"): a few lines could stand for gigabytes.
 */
export class AliasBudget {
  #steps = 0;
  #aliased = 0;

  /** One node was decoded. */
  step(): void {
    this.#steps++;
  }

  /** A collection begins; the function that it gives tells, at its end, the steps that it took with everything in it. */
  open(): () => number {
    const before = this.#steps++;
    return () => this.#steps - before;
  }

  /** An alias stands for `steps` steps; false when Go gives up. */
  expand(steps: number): boolean {
    this.#steps += steps + 1;
    this.#aliased += steps;
    return this.#aliased <= 100 || this.#steps <= 1000 || this.#aliased / this.#steps <= allowedShare(this.#steps);
  }
}

/** The share of steps that may be spent on aliases: 99 % in small documents, 10 % in large ones. */
function allowedShare(steps: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (steps <= low) return 0.99;
  if (steps >= high) return 0.1;
  return 0.99 - (0.89 * (steps - low)) / (high - low);
}
