import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from './usage.ts';

/**
 * The absolute paths of files that differ from a git revision, those that git does not track yet included.
 * @throws UsageError when git has no such revision, or the folder is in no repository
 */
export async function changedSince(revision: string, folder: string): Promise<Set<string>> {
  const root = (await git(folder, ['rev-parse', '--show-toplevel'])).trim();
  const changed = await git(root, ['diff', '--name-only', '-z', '--end-of-options', revision, '--']);
  const untracked = await git(root, ['ls-files', '--others', '--exclude-standard', '-z']);
  return new Set(`${changed}${untracked}`.split('\0').filter((name) => name !== '').map((name) => resolve(root, name)));
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)('git', [...args], { cwd: folder, maxBuffer: 256 * 1024 * 1024 })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new UsageError(`--changed-since needs git's answer: ${said}`);
  }
}
