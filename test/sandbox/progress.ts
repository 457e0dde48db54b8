const interval = process.stderr.isTTY ? 200 : 15_000;

/** Says what is being done, how far it is and how long it took: one line that is rewritten in a terminal, a line each 15 s elsewhere. */
export class Progress {
  readonly #what: string;
  readonly #started = performance.now();
  #printed = performance.now();
  #onScreen = false;

  constructor(what: string) {
    this.#what = what;
    this.#print('…');
  }

  /** Says how far it is, at most once an interval. */
  update(howFar: string): void {
    if (performance.now() - this.#printed < interval) return;
    this.#print(`${howFar}, ${this.#elapsed()}`);
  }

  done(result = 'done'): void {
    this.#print(`${result}, ${this.#elapsed()}`);
    if (this.#onScreen) process.stderr.write('\n');
  }

  #elapsed(): string {
    return formatSeconds((performance.now() - this.#started) / 1000);
  }

  #print(text: string): void {
    this.#printed = performance.now();
    const line = `${this.#what}: ${text}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K${line}`);
      this.#onScreen = true;
    } else process.stderr.write(`${line}\n`);
  }
}

/** `4.2 s`, `3 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  return `${String(Math.floor(rounded / 60))} min ${String(rounded % 60)} s`;
}
