import type { Reach } from '../model/entities.ts';
import { lossIn } from './connectionLoss.ts';
import { AnswerError, type HttpAnswer, type HttpOptions, type Requester } from './request.ts';

/** A way to one server. */
export interface Way {
  readonly name: 'pod proxy' | 'service proxy' | 'port-forward' | 'direct';
  readonly request: Requester;
  /**
   * It leads to some replica, not to a certain one: taken only where no other way works, as a Service alternates between
   * replicas and hides shards.
   */
  readonly shared?: boolean;
  /** Ends the connections that it holds. */
  readonly close?: () => void;
}

/** No way leads to a server; the message names each and why. */
export class UnreachableError extends Error {
  readonly reasons: readonly string[];

  constructor(who: string, reasons: readonly string[], options: ErrorOptions = {}) {
    super(reasons.length === 0 ? `No way leads to ${who}.` : `${who} cannot be reached. ${reasons.join(' ')}`, options);
    this.name = 'UnreachableError';
    this.reasons = reasons;
  }
}

type Trial = { readonly way: Way; readonly milliseconds: number } | { readonly way: Way; readonly reason: string; readonly cause: unknown };

/** Milliseconds for a trial. */
const trialTime = 10_000;
/** Answers whose times make the median. */
const measured = 9;

/**
 * One server, and the ways to it: all are tried side by side, the first that answers is kept until it fails; then all are tried
 * again. What blocks the others is known for a tooltip.
 */
export class Endpoint {
  readonly #who: string;
  readonly #ways: readonly Way[];
  readonly #impossible: readonly string[];
  readonly #probe: string;
  #kept: Way | undefined;
  #racing: Promise<Way> | undefined;
  readonly #blocked = new Map<string, string>();
  #times: number[] = [];
  #failed = false;
  #isLost = false;

  /**
   * @param who names it in messages: `pod prometheus-k8s-0 in the namespace monitoring`
   * @param probe a path that every version answers fast: `/-/healthy`
   * @param impossible ways that cannot work, one sentence each
   */
  constructor(who: string, ways: readonly Way[], probe: string, impossible: readonly string[] = []) {
    this.#who = who;
    this.#ways = ways;
    this.#probe = probe;
    this.#impossible = impossible;
  }

  /** How it is reached now; untried while nothing of its cluster is reached, which says nothing of the server. */
  get reach(): Reach {
    if (this.#isLost) return { state: 'untried', way: undefined, milliseconds: undefined, blocked: [] };
    const sorted = [...this.#times].sort((a, b) => a - b);
    return {
      state: this.#kept !== undefined ? 'reached' : this.#failed ? 'unreachable' : 'untried',
      way: this.#kept?.name,
      milliseconds: sorted[Math.floor(sorted.length / 2)],
      blocked: [...this.#impossible, ...this.#blocked.values()],
    };
  }

  /** Sends a request over the way that is kept. Rejects with an {@link UnreachableError} where none works, or with the signal's reason. */
  readonly request: Requester = async (path, options = {}) => {
    const kept = this.#kept;
    if (kept !== undefined) {
      try {
        return await this.#send(kept, path, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        // What was sent and may have had an effect is not sent again.
        this.#kept = undefined;
        this.#block(kept, error);
        if (options.method !== undefined && options.method !== 'GET') throw error;
      }
    }
    return this.#send(await this.#race(), path, options);
  };

  /** Ends the connections of all ways. */
  close(): void {
    for (const way of this.#ways) way.close?.();
  }

  async #send(way: Way, path: string, options: HttpOptions): Promise<HttpAnswer> {
    const began = performance.now();
    const answer = await way.request(path, options);
    this.#times = [...this.#times.slice(1 - measured), performance.now() - began];
    return answer;
  }

  #race(): Promise<Way> {
    this.#racing ??= this.#tryAll().finally(() => { this.#racing = undefined; });
    return this.#racing;
  }

  async #tryAll(): Promise<Way> {
    this.#times = [];
    const own = this.#ways.filter(({ shared }) => shared !== true);
    const shared = this.#ways.filter((way) => way.shared === true);
    const trials = new Map([...own, ...shared].map((way) => [way, this.#try(way)]));
    for (const group of [own, shared]) {
      const way = await firstWorking(group.flatMap((one) => trials.get(one) ?? []));
      if (way === undefined) continue;
      this.#kept = way;
      this.#failed = false;
      this.#isLost = false;
      return way;
    }
    this.#failed = true;
    const failures = (await Promise.all(trials.values())).flatMap((trial) => ('reason' in trial ? [trial] : []));
    this.#isLost = failures.length > 0 && failures.every(({ cause }) => lossIn(cause) !== undefined);
    // One that the server itself is to blame for comes first: then it is no lost connection.
    const cause = failures.toSorted((a, b) => Number(lossIn(a.cause) !== undefined) - Number(lossIn(b.cause) !== undefined))[0]?.cause;
    throw new UnreachableError(this.#who, [...this.#impossible, ...this.#blocked.values()], { cause });
  }

  async #try(way: Way): Promise<Trial> {
    const began = performance.now();
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // Whatever a way waits for, a turn or a connection: all who ask wait for the end of its trial.
    const isLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`No answer within ${String(trialTime / 1000)} s.`));
        late.abort();
      }, trialTime);
    });
    try {
      const asking = way.request(this.#probe, { timeout: trialTime, signal: late.signal }).then(async (answer) => {
        await answer.text();
        return answer;
      });
      const answer = await Promise.race([asking, isLate]);
      // A server that is not well answers all the same; a proxy that found nobody does not.
      if (answer.status >= 500 || answer.status === 404) throw new AnswerError(answer.status === 404 ? 'not served' : 'failing', answer.status, `${this.#probe} is answered with status ${String(answer.status)}${answer.status === 404 ? ': it is an older version, or stands under another path' : ''}.`);
      this.#blocked.delete(way.name);
      return { way, milliseconds: performance.now() - began };
    } catch (error) {
      return { way, reason: this.#block(way, error), cause: error };
    } finally {
      clearTimeout(timer);
    }
  }

  #block(way: Way, error: unknown): string {
    const reason = `${way.name.charAt(0).toUpperCase()}${way.name.slice(1)}: ${error instanceof Error ? error.message : String(error)}`;
    this.#blocked.set(way.name, reason);
    return reason;
  }
}

/** The way of the first trial that succeeds; undefined when none does. */
function firstWorking(trials: readonly Promise<Trial>[]): Promise<Way | undefined> {
  return new Promise((resolve) => {
    let open = trials.length;
    if (open === 0) resolve(undefined);
    for (const trial of trials) {
      void trial.then((ended) => {
        open--;
        if ('milliseconds' in ended) resolve(ended.way);
        else if (open === 0) resolve(undefined);
      });
    }
  });
}
