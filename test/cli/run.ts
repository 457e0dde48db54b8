import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What a run of the program printed. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kubeprom` as a user would. */
export async function kubeprom(args: readonly string[], options: { cwd?: string; stdin?: string; env?: Readonly<Record<string, string>> } = {}): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], { cwd: options.cwd ?? tmpdir(), env: { ...process.env, ...options.env } });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.end(options.stdin ?? '');
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** A folder with files, by path; call the result's `remove` in the end. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'kubeprom-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
