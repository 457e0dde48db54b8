import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Go program that the benchmark compares with: its module, pinned, and the package of the program. */
interface Program {
  readonly path: string;
  readonly version: string;
  readonly package: string;
  readonly tags: readonly string[];
}

const programs = {
  promtool: {
    path: 'github.com/prometheus/prometheus', version: 'v0.313.2', package: 'cmd/promtool',
    // Without the SDKs of the clouds: checking rules needs none, and they make the program start more slowly.
    tags: ['remove_all_sd'],
  },
  kubeconform: { path: 'github.com/yannh/kubeconform', version: 'v0.8.0', package: 'cmd/kubeconform', tags: [] },
} as const satisfies Record<string, Program>;

/** Where what benchmarks compare with is kept. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kubeprom', 'bench');
const environment = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' };
const run = promisify(execFile);

interface GoMod {
  readonly Go: string;
  readonly Require: readonly { readonly Path: string; readonly Version: string }[];
}

/**
 * The path of a program, built from its Go module when the cache does not have it.
 * Rejects with Go's message when it cannot be downloaded or compiled.
 */
export async function program(name: keyof typeof programs): Promise<string> {
  const { path, version, package: folder, tags }: Program = programs[name];
  const file = join(cacheFolder, `${name}-${version}`);
  if (existsSync(file)) return file;
  console.error(`bench: building ${name} ${version} (once)`);
  const wrapper = join(cacheFolder, 'build', `${name}-${String(process.pid)}`);
  await mkdir(wrapper, { recursive: true });
  try {
    // A module of its own that asks for exactly what the program's module asks for: `go install` refuses replace directives.
    const go = async (...args: string[]): Promise<string> => (await run('go', args, { cwd: wrapper, env: environment, maxBuffer: 1 << 26 })).stdout;
    await writeFile(join(wrapper, 'go.mod'), 'module kubeprom/bench\n');
    const { Dir: source } = JSON.parse(await go('mod', 'download', '-json', `${path}@${version}`)) as { Dir: string };
    const { Go: language, Require: required } = JSON.parse(await go('mod', 'edit', '-json', join(source, 'go.mod'))) as GoMod;
    await writeFile(join(wrapper, 'go.mod'), ['module kubeprom/bench', `go ${language}`, `require ${path} ${version}`, ...required.map((one) => `require ${one.Path} ${one.Version}`), ''].join('\n'));
    await writeFile(join(wrapper, 'go.sum'), await readFile(join(source, 'go.sum')));
    const unfinished = `${file}.${String(process.pid)}`;
    await go('build', '-mod=mod', '-trimpath', '-ldflags=-s -w', ...(tags.length === 0 ? [] : [`-tags=${tags.join(',')}`]), '-o', unfinished, `${path}/${folder}`);
    await rename(unfinished, file);
  } finally {
    await rm(wrapper, { recursive: true, force: true });
  }
  return file;
}
