/** Asks every distinct question once, a few at a time, and stops asking what nobody waits for any more. */

import type { Answer } from '../../dashboards/queries/answerFrames.ts';
import type { PlannedQuery } from '../../dashboards/queries/plan.ts';

/** Asks one question; rejects with what went wrong. */
export type Ask = (question: PlannedQuery, signal: AbortSignal) => Promise<Answer>;

interface Job {
  readonly question: PlannedQuery;
  readonly controller: AbortController;
  readonly answer: Promise<Answer>;
  readonly start: () => void;
  waiting: number;
}

/** Runs questions: equal ones share an answer, at most so many run at once. */
export class QueryRunner {
  readonly #ask: Ask;
  readonly #most: number;
  readonly #jobs = new Map<string, Job>();
  readonly #queue: Job[] = [];
  #running = 0;
  #asked = 0;

  constructor(ask: Ask, most = 6) {
    this.#ask = ask;
    this.#most = most;
  }

  /** How many questions were really asked. */
  get asked(): number {
    return this.#asked;
  }

  /** The answer; rejects with an AbortError when the signal fires first. A question that nobody waits for any more is cancelled. */
  run(question: PlannedQuery, signal: AbortSignal): Promise<Answer> {
    const job = this.#jobs.get(question.key) ?? this.#add(question);
    job.waiting++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        job.waiting--;
        if (job.waiting === 0) this.#cancel(job);
        reject(new DOMException('Nobody waits for this answer any more.', 'AbortError'));
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      const settled = (): void => { signal.removeEventListener('abort', leave); };
      job.answer.then((answer) => { settled(); resolve(answer); }, (error: unknown) => { settled(); reject(error instanceof Error ? error : new Error(String(error))); });
    });
  }

  #add(question: PlannedQuery): Job {
    const controller = new AbortController();
    let start: () => void = () => {};
    const begun = new Promise<void>((resolve) => { start = resolve; });
    const answer = begun.then(async () => {
      try {
        controller.signal.throwIfAborted();
        this.#asked++;
        return await this.#ask(question, controller.signal);
      } finally {
        this.#running--;
        this.#jobs.delete(question.key);
        this.#next();
      }
    });
    // Whoever waits hears of a fault; when nobody does any more, nobody needs to.
    answer.catch(() => {});
    const job: Job = { question, controller, answer, start, waiting: 0 };
    this.#jobs.set(question.key, job);
    this.#queue.push(job);
    this.#next();
    return job;
  }

  #next(): void {
    while (this.#running < this.#most) {
      const job = this.#queue.shift();
      if (job === undefined) return;
      this.#running++;
      job.start();
    }
  }

  #cancel(job: Job): void {
    job.controller.abort();
    this.#jobs.delete(job.question.key);
    const index = this.#queue.indexOf(job);
    if (index >= 0) this.#queue.splice(index, 1);
  }
}
