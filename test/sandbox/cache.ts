import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Programs, images and snapshots: kept by version, used by every clone on this machine. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubeprom', 'sandbox');

const sumsFile = 'SHA256SUMS';

/**
 * The folder of something that was made once from a recipe: taken from the cache when its files still have the hashes
 * that were written down, otherwise made (by one process at a time) and put there as a whole.
 * @param name becomes part of the folder's path
 * @param recipe everything that the content depends on; another recipe is another folder
 */
export function cached(name: string, recipe: unknown, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder, name, createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16));
  const known = checked.get(folder) ?? checkOrMake(folder, name, make);
  checked.set(folder, known);
  known.catch(() => checked.delete(folder));
  return known;
}

/** Each folder is checked once a process. */
const checked = new Map<string, Promise<string>>();

async function checkOrMake(folder: string, name: string, make: (folder: string) => Promise<void>): Promise<string> {
  if (await isIntact(folder)) return folder;
  return withLock(`${folder}.lock`, name, async () => {
    if (await isIntact(folder)) return folder;
    const unfinished = `${folder}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await make(unfinished);
    await writeSums(unfinished);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return folder;
  });
}

async function writeSums(folder: string): Promise<void> {
  const lines = await Promise.all((await readdir(folder)).map(async (name) => `${await sha256(join(folder, name))}  ${name}\n`));
  await writeFile(join(folder, sumsFile), lines.join(''));
}

/** True when every file that the folder's SHA256SUMS names is there with the content of then. */
export async function isIntact(folder: string): Promise<boolean> {
  const path = join(folder, sumsFile);
  if (!existsSync(path)) return false;
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  const checks = await Promise.all(
    lines.map(async (line) => {
      const file = join(folder, line.slice(66));
      return existsSync(file) && (await sha256(file)) === line.slice(0, 64);
    }),
  );
  return checks.length > 0 && checks.every(Boolean);
}

/** The hash of a file's content, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Runs `work` while no other process holds the lock. The kernel keeps the lock (flock) for a child that lives only as
 * long as this process, so a process that is killed never leaves one behind; the file says who holds it.
 */
export async function withLock<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  const waiting = new AbortController();
  void delay(1000, undefined, { signal: waiting.signal }).then(
    async () => { process.stderr.write(`${what}: waiting for process ${(await readFile(path, 'utf8')).trim()}, which is at it\n`); },
    () => undefined,
  );
  const release = await takeLock(path, []).finally(() => { waiting.abort(); });
  try {
    return await work();
  } finally {
    await release?.();
  }
}

/** Runs `work` unless another process holds the lock. */
export async function withLockIfFree(path: string, work: () => Promise<void>): Promise<void> {
  const release = await takeLock(path, ['--nonblock']);
  try {
    if (release !== undefined) await work();
  } finally {
    await release?.();
  }
}

async function takeLock(path: string, options: readonly string[]): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn('flock', ['--exclusive', ...options, path, 'sh', '-c', 'echo locked; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<false>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('close', () => { resolve(false); });
  });
  const locked = new Promise<true>((resolve) => holder.stdout.once('data', () => { resolve(true); }));
  if (!(await Promise.race([locked, ended]))) {
    if (options.length > 0) return undefined;
    throw new Error(`flock could not lock ${path}`);
  }
  await writeFile(path, `${String(process.pid)}\n`);
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
