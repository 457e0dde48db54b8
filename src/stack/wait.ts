import { setTimeout as delay } from 'node:timers/promises';
import { ClusterError } from '../cluster/errors.ts';

/** Milliseconds for which something that is only early is tried again, where nobody says. */
export const defaultPatience = 120_000;

/** Waits; rejects with the signal's reason when that comes first. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

export interface Patience {
  /** Whether a failure may pass by itself; the failures of a server that is away when not given. */
  readonly isEarly?: (error: ClusterError) => boolean;
  /** Milliseconds from the first failure on. */
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: (error: ClusterError) => void;
}

/** Does something again while it fails with what may pass; rejects with the last failure, or the signal's reason. */
export async function patiently<T>(work: () => Promise<T>, { isEarly = (error) => error.passing, patience = defaultPatience, signal, onWait }: Patience = {}): Promise<T> {
  let until: number | undefined;
  for (let wait = 100; ; wait = Math.min(wait * 2, 2000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ClusterError) || !isEarly(error)) throw error;
      const now = performance.now();
      until ??= now + patience;
      if (now >= until) throw error;
      onWait?.(error);
      await pause(wait, signal);
    }
  }
}

/** Milliseconds that a server has to answer what was on its way when a run was cancelled. */
const grace = 5000;

/** A signal for requests that comes some seconds after the one for a run: what is on its way is still answered, and can be told of. */
export function afterwards(signal: AbortSignal | undefined): { readonly signal: AbortSignal; done(): void } {
  const later = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = () => { timer = setTimeout(() => { later.abort(signal?.reason); }, grace); };
  if (signal?.aborted === true) begin();
  else signal?.addEventListener('abort', begin, { once: true });
  return {
    signal: later.signal,
    done: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', begin);
    },
  };
}
