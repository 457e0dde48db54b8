import { readFileSync, statSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch/posix.js';
import { maximumTextLength } from '../language/workspace/sourceFile.ts';
import { UsageError } from './usage.ts';

/** A file as it was named and found: its absolute path, and how output names it. */
export interface InputFile {
  readonly path: string;
  /** Relative to the working folder, with `/`. */
  readonly name: string;
}

const extensions = /\.(?:ya?ml|json)$/i;
const ignoredFolders = new Set(['node_modules', '.git', '.hg', '.svn']);
/** At this many bytes a file cannot hold fewer characters than are read. */
const maximumBytes = maximumTextLength * 4;

/**
 * The files that paths mean: a file itself, the YAML and JSON files of a folder and those below, the matches of a glob.
 * @throws UsageError for a path that is not there
 */
export async function findFiles(paths: readonly string[], workingFolder: string): Promise<InputFile[]> {
  const found = new Map<string, InputFile>();
  const add = (path: string): void => {
    found.set(path, { path, name: relative(workingFolder, path).split(sep).join('/') || path });
  };
  for (const given of paths) {
    const path = resolve(workingFolder, given);
    const stat = await lstat(path).catch(() => undefined);
    if (stat === undefined) {
      const { base, glob } = picomatch.scan(given.split(sep).join('/'));
      if (glob === '') throw new UsageError(`"${given}" is not there.`);
      const matches = picomatch(given.split(sep).join('/'));
      for (const file of await walk(resolve(workingFolder, base))) {
        if (matches(relative(workingFolder, file).split(sep).join('/'))) add(file);
      }
    } else if (stat.isDirectory()) {
      for (const file of await walk(path)) if (extensions.test(file)) add(file);
    } else {
      add(path);
    }
  }
  return [...found.values()];
}

/** The text of a file; undefined for one too large to be read. Invalid UTF-8 becomes U+FFFD. At once: waiting for each of many small files costs more than reading them. */
export function readText(path: string): string | undefined {
  return statSync(path).size > maximumBytes ? undefined : readFileSync(path, 'utf8');
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!ignoredFolders.has(entry.name)) files.push(...(await walk(path)));
    } else if (entry.isFile()) {
      files.push(path);
    }
  }
  return files;
}
