import { setTimeout as delay } from 'node:timers/promises';

const pollInterval = 100;

/** Thrown by a probe that sees that waiting is in vain. */
export class Hopeless extends Error {}

/**
 * Asks again and again until the answer is neither undefined nor an error, and gives it.
 * @param what completes the sentence "… did not come about within 60 s"
 * @throws Error naming the last error when the time is over, or at once the probe's own {@link Hopeless}
 */
export async function until<T>(what: string, seconds: number, probe: () => Promise<T | undefined>, interval = pollInterval): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let problem: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
      problem = undefined;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      problem = error;
    }
    await delay(interval);
  } while (performance.now() < end);
  throw new Error(`${what} did not come about within ${String(seconds)} s${problem instanceof Error ? `: ${problem.message}` : ''}`, { cause: problem });
}
