import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of test inputs beside the project: corpora with verdicts, upstream manifests. Not part of the project. */
export const sharedFolder = fileURLToPath(new URL('../../shared/', import.meta.url));

/** Why tests that need a file of {@link sharedFolder} are left out; undefined when it is there. */
export function missingShared(path: string): string | undefined {
  return existsSync(join(sharedFolder, path)) ? undefined : `../shared/${path} is not beside the project`;
}

/** The objects of a corpus, one JSON object a line; empty when it is absent (see {@link missingShared}). */
export function readCorpus<T>(name: string): T[] {
  const path = `corpora/${name}.jsonl`;
  if (missingShared(path) !== undefined) return [];
  return readFileSync(join(sharedFolder, path), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
