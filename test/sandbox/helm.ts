import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildModule } from './build.ts';

/** Why helm cannot be built on this machine; undefined when it can. */
export function helmUnavailable(): string | undefined {
  for (const program of ['go', 'flock']) {
    if (spawnSync(program, [program === 'go' ? 'version' : '--version']).status !== 0) return `helm is built from its Go module, and there is no ${program} in PATH`;
  }
  return undefined;
}

/** The folder of a real `helm` (the program has that name), built from its Go module when the cache does not have it. */
export function helmFolder(): Promise<string> {
  return buildModule('helm');
}

/** As {@link helmFolder}, the path of the program. */
export async function helmProgram(): Promise<string> {
  return join(await helmFolder(), 'helm');
}
