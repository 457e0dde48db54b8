/** Milliseconds between two readings while something is about to change. */
const hurriedInterval = 2_000;
/** Milliseconds after a change in which its consequences may come: the operator writes, the kubelet syncs (a minute), the server reloads. */
const hurriedFor = 90_000;
/** Milliseconds after a reading that came to nothing; each further one doubles them, up to the interval: what has just begun is there soon. */
const firstRetry = 2_000;
/** A reading may take this part of the time at most: what takes long is read seldom. */
const share = 10;
/** Milliseconds: so old is what is shown at most, however long a reading takes. */
const longestPause = 300_000;

/** Reads something again and again, one reading at a time, until it is stopped. */
export class Poller {
  readonly #read: (signal: AbortSignal) => Promise<boolean>;
  readonly #interval: () => number;
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #hurriedUntil = 0;
  #took = 0;
  /** Readings in a row that came to nothing. */
  #failures = 0;
  #isReading = false;
  /** Readings that have ended, well or not. */
  readings = 0;

  /**
   * Begins at once.
   * @param read one reading, and whether it came to something: one that waited in vain for an answer says nothing of how long readings take, and is tried again sooner
   * @param interval milliseconds between the beginnings of two readings
   */
  constructor(read: (signal: AbortSignal) => Promise<boolean>, interval: () => number) {
    this.#read = read;
    this.#interval = interval;
    void this.#run();
  }

  /** Something changed: reads soon, and more often for a while. */
  hurry(): void {
    this.#hurriedUntil = performance.now() + hurriedFor;
    if (!this.#isReading) this.#schedule(Math.min(500, this.#pause()));
  }

  /** Reads as soon as it can. */
  now(): void {
    if (!this.#isReading) this.#schedule(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#end.abort();
  }

  async #run(): Promise<void> {
    this.#isReading = true;
    const began = performance.now();
    const isRead = await this.#read(this.#end.signal).catch(() => false);
    this.#isReading = false;
    this.readings++;
    if (this.#end.signal.aborted) return;
    const took = performance.now() - began;
    this.#took = isRead ? took : 0;
    this.#failures = isRead ? 0 : this.#failures + 1;
    this.#schedule(isRead ? this.#pause() - took : Math.min(this.#pause(), firstRetry * 2 ** (this.#failures - 1)));
  }

  #pause(): number {
    const interval = performance.now() < this.#hurriedUntil ? Math.min(hurriedInterval, this.#interval()) : this.#interval();
    return Math.max(interval, Math.min(longestPause, this.#took * share));
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#end.signal.aborted) return;
    this.#timer = setTimeout(() => { void this.#run(); }, Math.max(0, milliseconds));
    this.#timer.unref();
  }
}
