import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { CustomResourceDefinition } from '../../src/language/schemas/crd.ts';
import { apiModule, controllerGen } from './sources.ts';

const run = promisify(execFile);

/** Go's tools, built and run outside of the clone; safe to delete. */
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubeprom', 'schemas');

/**
 * The operator's full CRDs of a version, without descriptions: controller-gen over the API module, as upstream's
 * `make generate-crds` does for example/prometheus-operator-crd-full.
 * Needs Go and its module proxy (or a warm module cache); the tool is kept in the user's cache folder.
 * @throws Error with Go's words when a module cannot be had or the generator fails
 */
export async function generateCrds(operatorVersion: string): Promise<CustomResourceDefinition[]> {
  const tool = await controllerGenBinary();
  const { stdout } = await run('go', ['mod', 'download', '-json', `${apiModule}@${operatorVersion}`]);
  const { Dir: source } = JSON.parse(stdout) as { Dir: string };
  const output = await mkdtemp(join(cacheFolder, 'crds-'));
  try {
    await run(tool, ['crd:crdVersions=v1,maxDescLen=0', 'paths=./...', `output:crd:dir=${output}`], { cwd: source });
    const files = (await readdir(output)).sort();
    return await Promise.all(files.map(async (file) => parse(await readFile(join(output, file), 'utf8')) as CustomResourceDefinition));
  } finally {
    await rm(output, { recursive: true });
  }
}

/** True when {@link generateCrds} can be tried: there is a `go` on the PATH. */
export async function hasGo(): Promise<boolean> {
  return run('go', ['version']).then(() => true, () => false);
}

/** Builds controller-gen in an empty module: `go install` refuses modules with replace directives. */
async function controllerGenBinary(): Promise<string> {
  const binary = join(cacheFolder, `controller-gen-${controllerGen.version}`);
  if (existsSync(binary)) return binary;
  await mkdir(cacheFolder, { recursive: true });
  const module = await mkdtemp(join(cacheFolder, 'build-'));
  try {
    await writeFile(join(module, 'go.mod'), 'module generate\n');
    await run('go', ['get', `${controllerGen.module}@${controllerGen.version}`], { cwd: module });
    await run('go', ['build', '-o', 'controller-gen', controllerGen.module], { cwd: module });
    await rename(join(module, 'controller-gen'), binary);
  } finally {
    await rm(module, { recursive: true });
  }
  return binary;
}
