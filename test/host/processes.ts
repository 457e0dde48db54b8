/** Child processes and temporary folders that never outlive us: not on success, failure or Ctrl-C. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const children = new Set<ChildProcess>();
const folders = new Set<string>();
let guarded = false;

/** Starts a process in a group of its own, so that {@link endProcess} reaches its children too. */
export function startProcess(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  guard();
  const child = spawn(command, args, { ...options, detached: true });
  children.add(child);
  child.once('exit', () => {
    // What it started may still run: the group keeps its number until its last process is gone.
    signalGroup(child, 'SIGKILL');
    children.delete(child);
  });
  return child;
}

/** Ends a process and all that it started; resolves when it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => { signalGroup(child, 'SIGKILL'); }, 3000);
  await gone;
  clearTimeout(timer);
}

/** Runs a command to its end and answers its standard output; rejects with what it said when it fails. */
export async function runCommand(command: string, args: readonly string[], options: SpawnOptions & { timeout?: number } = {}): Promise<string> {
  const { timeout = 600_000, ...rest } = options;
  const child = startProcess(command, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => { output += text; });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  const timer = setTimeout(() => void endProcess(child), timeout);
  const status = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => { resolve(error.message); });
    child.once('close', (code, signal) => { resolve(code ?? signal ?? 'unknown'); });
  });
  clearTimeout(timer);
  if (status !== 0) throw new Error(`"${[command, ...args].join(' ')}" ended with ${String(status)}:\n${(errors + output).trim().slice(-3000)}`);
  return output;
}

/** A new empty folder in the system's temporary folder, removed when this process ends. */
export function temporaryFolder(purpose: string): string {
  guard();
  const folder = mkdtempSync(join(tmpdir(), `kubeprom-${purpose}-`));
  folders.add(folder);
  return folder;
}

/** Removes a {@link temporaryFolder} before the process ends. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.delete(folder);
}

function guard(): void {
  if (guarded) return;
  guarded = true;
  process.on('exit', () => {
    for (const child of children) signalGroup(child, 'SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what we want.
  }
}
