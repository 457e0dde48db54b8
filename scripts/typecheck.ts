/** Runs tsc for each tsconfig.json of src/ and test/: each room has the globals of the place where it runs, and no others. */
import { existsSync, globSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../test/host/processes.ts';
import type { TestResult } from '../test/host/results.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What earlier runs know of files by their content. Its paths are relative, so that another clone can begin with it. */
const memory = join(root, 'node_modules', '.cache', 'kubeprom', 'typecheck');
const kept = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubeprom', 'typecheck');

/** One result a tsconfig.json. */
export async function typecheck(onResult: (result: TestResult) => void = () => {}): Promise<TestResult[]> {
  if (!existsSync(memory) && existsSync(kept)) await cp(kept, memory, { recursive: true });
  const queue = globSync(['src/**/tsconfig.json', 'test/tsconfig.json'], { cwd: root }).sort();
  const results: TestResult[] = [];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await check(file);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all([worker(), worker()]);
  await mkdir(kept, { recursive: true });
  await cp(memory, kept, { recursive: true });
  return results;
}

async function check(file: string): Promise<TestResult> {
  const titles = ['typecheck', file];
  try {
    await runCommand(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, file), '--pretty', 'false', '--incremental', '--tsBuildInfoFile', join(memory, `${file.replaceAll('/', '-')}.tsbuildinfo`)], { cwd: root });
    return { titles, state: 'passed' };
  } catch (error) {
    return { titles, state: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

if (import.meta.main) {
  const results = await typecheck((result) => { console.log(`${result.state === 'passed' ? '✔' : '✖'} ${result.titles.join(' › ')}${result.detail === undefined ? '' : `\n${result.detail}`}`); });
  if (results.some(({ state }) => state === 'failed')) process.exitCode = 1;
}
