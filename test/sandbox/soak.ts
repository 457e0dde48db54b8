import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { foldersOf } from './folders.ts';
import { leftovers } from './leftovers.ts';
import { firstProcess, runningNode } from './node.ts';
import { down, up } from './sandbox.ts';

/** Who is killed, and how long after the driver was started (milliseconds). */
export interface Cycle {
  readonly victim: 'driver' | 'node';
  readonly moment: number;
}

/** About as long as an `up` takes, and some more: kills come before, while and after the node becomes Ready. */
const latest = 9000;

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same cycles for the same seed. */
export function cycles(seed: number, count: number): Cycle[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => ({ victim: random() < 0.5 ? 'driver' : 'node', moment: Math.floor(random() * latest) }));
}

/**
 * Starts the sandbox of a port with a driver of its own, kills the driver or the node's first process at the cycle's
 * moment, starts it again, and stops it.
 * @returns what is left afterwards: nothing, when all is well
 * @throws Error when the second start does not end Ready
 */
export async function runCycle(port: number, { victim, moment }: Cycle): Promise<string[]> {
  const folders = foldersOf(port);
  const driver = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'up', '--port', String(port)], { stdio: 'ignore' });
  const ended = new Promise((resolve) => driver.once('close', resolve));
  await delay(moment);
  const node = runningNode(folders);
  const init = node && firstProcess(node);
  if (victim === 'driver') driver.kill('SIGKILL');
  else if (init !== undefined) process.kill(init.pid, 'SIGKILL');
  await ended; // killed, or ended by itself: it had become Ready, or its node was gone
  const { cluster } = await up(port);
  cluster.close();
  await down(port);
  return leftovers(folders);
}
