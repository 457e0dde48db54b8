/** Milliseconds between two looks at the clock. */
const beat = 5_000;
/** Milliseconds that the clock may be late without that meaning sleep: a busy machine is late too. */
const tolerance = 20_000;

/** Calls back when the machine has slept: connections from before are dead, and nobody says so. */
export class SleepWatch {
  readonly #awake: () => void;
  readonly #clock: () => number;
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(awake: () => void, clock: () => number = Date.now) {
    this.#awake = awake;
    this.#clock = clock;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#last = this.#clock();
    this.#timer = setInterval(() => { this.look(); }, beat);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Compares the clock with what it should be now. */
  look(): void {
    const now = this.#clock();
    const slept = now - this.#last > beat + tolerance;
    this.#last = now;
    if (slept) this.#awake();
  }
}
