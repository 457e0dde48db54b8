import type { QueryAnswer } from './prometheusApi.ts';

/** Questions that are on their way to servers at the same time. */
const atOnce = 6;

interface Asked {
  readonly answer: Promise<QueryAnswer>;
  readonly abort: AbortController;
  waiters: number;
}

/** Questions to Prometheus servers: the same question at the same time is asked once, and few are on their way at once. */
export class QueryQueue {
  readonly #asked = new Map<string, Asked>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * Asks, or joins those who have asked the same and wait. Who aborts leaves the others alone; when nobody waits any more, the request ends.
   * @param key of the question: server, expression, time and step
   */
  ask(key: string, signal: AbortSignal, send: (signal: AbortSignal) => Promise<QueryAnswer>): Promise<QueryAnswer> {
    if (signal.aborted) return Promise.reject(aborted());
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      const abort = new AbortController();
      asked = { abort, waiters: 0, answer: this.#turn(abort.signal, () => send(abort.signal)).finally(() => { if (this.#asked.get(key)?.abort === abort) this.#asked.delete(key); }) };
      // Each waiter hears of a failure; without any left, nobody has to.
      asked.answer.catch(() => undefined);
      this.#asked.set(key, asked);
    }
    const mine = asked;
    mine.waiters++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (--mine.waiters === 0) {
          if (this.#asked.get(key) === mine) this.#asked.delete(key);
          mine.abort.abort();
        }
        reject(aborted());
      };
      signal.addEventListener('abort', leave, { once: true });
      mine.answer.then(resolve, reject).finally(() => { signal.removeEventListener('abort', leave); });
    });
  }

  async #turn(signal: AbortSignal, send: () => Promise<QueryAnswer>): Promise<QueryAnswer> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
    this.#running++;
    try {
      if (signal.aborted) throw aborted();
      return await send();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

function aborted(): Error {
  return new DOMException('The question was withdrawn.', 'AbortError');
}
