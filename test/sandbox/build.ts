import { cpSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached, cacheFolder } from './cache.ts';
import { command } from './command.ts';
import { Progress } from './progress.ts';
import { type GoModule, modules } from './versions.ts';

const programsFolder = join(import.meta.dirname, 'programs');

/** The settings that every build has in common, whatever the user's own are. */
const goEnvironment = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off', GOOS: 'linux' };

/**
 * A compiler lives for seconds: it collects garbage only when it has much, which saves a fifth of the time. It changes
 * nothing in what is built, so it is no part of a recipe.
 */
const compilerEnvironment = { ...goEnvironment, GOGC: 'off', GOMEMLIMIT: '1GiB' };

/** The oldest Go that compiles Kubernetes 1.36. */
export const neededGo = '1.26.0';

/** Files that a module lacks as it comes from the Go proxy: Alertmanager embeds its web page, which only its releases contain. */
const addedFiles: Partial<Record<keyof typeof modules, Readonly<Record<string, string>>>> = {
  alertmanager: { 'ui/app/dist/index.html': '<!doctype html><title>Alertmanager</title><p>The sandbox has no web page here. The API is complete: /api/v2/status.\n' },
};

/** Sources of our own that are compiled in the wrapper module, beside what it requires. */
const ownSources: Partial<Record<keyof typeof modules, string>> = { coredns: 'coredns/main.go' };

/** The folder with the programs of a module, built when the cache does not have them. */
export async function buildModule(name: keyof typeof modules): Promise<string> {
  const module: GoModule = modules[name];
  const own = ownSources[name];
  const source = own === undefined ? undefined : await readFile(join(programsFolder, own), 'utf8');
  return cached(`programs/${name}`, { module, source, added: addedFiles[name], goEnvironment, go: await goVersion() }, async (folder) => {
    const wrapper = join(cacheFolder, 'build', name);
    await rm(wrapper, { recursive: true, force: true });
    await mkdir(wrapper, { recursive: true });
    if (source !== undefined) await writeFile(join(wrapper, 'main.go'), source);
    await wrapModule(module, wrapper, addedFiles[name]);
    await compile(`${Object.values(module.programs).join(', ')} ${module.version}`, wrapper, ['-mod=mod', ...buildFlags(module)], module.programs, folder);
  });
}

/** The folder with the sandbox's own programs: bridge, certificates, demo, pause, rbacproxy. */
export async function buildOwnPrograms(): Promise<string> {
  const names = ['bridge', 'certificates', 'demo', 'pause', 'rbacproxy'];
  const files = names.flatMap((name) => (name === 'bridge' ? ['main', 'serve', 'line', 'keeper'].map((part) => `bridge/${part}.go`) : [`${name}/main.go`]));
  const sources = await Promise.all(['go.mod', ...files].map((file) => readFile(join(programsFolder, file), 'utf8')));
  return cached('programs/own', { sources, goEnvironment, go: await goVersion() }, async (folder) => {
    await compile('the sandbox\'s own programs', programsFolder, ['-trimpath', '-ldflags=-s -w'], Object.fromEntries(names.map((name) => [`./${name}`, name])), folder);
  });
}

/** The folder with the program that stands in for Grafana. It is not one of {@link buildOwnPrograms}, which the snapshots are made of. */
export async function buildGrafana(): Promise<string> {
  const sources = await Promise.all(['go.mod', ...['main', 'api', 'live', 'page'].map((part) => `grafana/${part}.go`)].map((file) => readFile(join(programsFolder, file), 'utf8')));
  return cached('programs/grafana', { sources, goEnvironment, go: await goVersion() }, async (folder) => {
    await compile('the stand-in for Grafana', programsFolder, ['-trimpath', '-ldflags=-s -w'], { './grafana': 'grafana' }, folder);
  });
}

/** The folder of the module's sources in Go's module cache. */
export async function moduleFolder(module: GoModule): Promise<string> {
  const text = await command('go', ['mod', 'download', '-json', `${module.path}@${module.version}`], { cwd: programsFolder, environment: goEnvironment });
  const { Sum: sum, Dir: folder } = JSON.parse(text) as { Sum: string; Dir: string };
  if (sum !== module.sum) throw new Error(`${module.path} ${module.version} has the hash ${sum}, not ${module.sum}: it is not the module that the sandbox was made with.`);
  return folder;
}

async function goVersion(): Promise<string> {
  return (await command('go', ['env', 'GOVERSION', 'GOARCH'], { cwd: programsFolder, environment: goEnvironment })).trim();
}

function buildFlags(module: GoModule): string[] {
  const linked = Object.entries(module.linked ?? {}).map(([variable, value]) => `-X ${variable}=${value}`);
  return ['-trimpath', `-ldflags=${['-s -w', ...linked].join(' ')}`, ...(module.tags === undefined ? [] : [`-tags=${module.tags.join(',')}`])];
}

interface GoMod {
  readonly Go: string;
  readonly Godebug?: readonly { readonly Key: string; readonly Value: string }[] | null;
  readonly Require: readonly { readonly Path: string; readonly Version: string }[];
  readonly Replace?: readonly { readonly Old: { readonly Path: string }; readonly New: { readonly Path: string; readonly Version?: string } }[] | null;
}

/**
 * Writes a module that requires the one to build, at exactly the versions that its own go.mod and go.sum name.
 * `go install PATH@VERSION` refuses modules with replace directives; those that point to folders beside the module
 * (which the Go proxy does not deliver) become the published versions of the same modules.
 */
async function wrapModule(module: GoModule, wrapper: string, added: Readonly<Record<string, string>> | undefined): Promise<void> {
  const folder = await moduleFolder(module);
  const goMod = JSON.parse(await command('go', ['mod', 'edit', '-json', join(folder, 'go.mod')], { environment: goEnvironment })) as GoMod;
  await writeFile(join(wrapper, 'go.mod'), wrapperGoMod(module, goMod, added !== undefined));
  await writeFile(join(wrapper, 'go.sum'), await readFile(join(folder, 'go.sum')));
  if (added === undefined) return;
  cpSync(folder, join(wrapper, 'source'), { recursive: true, mode: 0 });
  await command('chmod', ['-R', 'u+w', join(wrapper, 'source')]);
  for (const [path, content] of Object.entries(added)) {
    await mkdir(dirname(join(wrapper, 'source', path)), { recursive: true });
    await writeFile(join(wrapper, 'source', path), content);
  }
}

/** The text of the wrapper's go.mod; with `copied` the module's sources are in the folder `source`. */
export function wrapperGoMod(module: GoModule, goMod: GoMod, copied: boolean): string {
  const isStaging = (version: string) => module.staging !== undefined && version === 'v0.0.0';
  return [
    'module kubeprom/wrapper',
    `go ${goMod.Go}`,
    ...(goMod.Godebug ?? []).map(({ Key, Value }) => `godebug ${Key}=${Value}`),
    `require ${module.path} ${module.version}`,
    ...goMod.Require.map(({ Path, Version }) => `require ${Path} ${Version}`),
    ...goMod.Require.filter(({ Version }) => isStaging(Version)).map(({ Path }) => `replace ${Path} => ${Path} ${module.staging ?? ''}`),
    ...(goMod.Replace ?? []).flatMap(({ Old, New }) => (New.Version === undefined ? [] : [`replace ${Old.Path} => ${New.Path} ${New.Version}`])),
    ...Object.entries(module.replaced ?? {}).map(([path, version]) => `replace ${path} => ${path} ${version}`),
    ...(copied ? [`replace ${module.path} => ./source`] : []),
    '',
  ].join('\n');
}

async function compile(what: string, cwd: string, flags: readonly string[], programs: Readonly<Record<string, string>>, folder: string): Promise<void> {
  const progress = new Progress(`Building ${what}`);
  const packages = Object.keys(programs);
  let downloaded = 0;
  const countDownloads = (line: string) => {
    if (line.startsWith('go: downloading')) progress.update(`${String(++downloaded)} modules downloaded`);
  };
  const listFlags = flags.filter((flag) => flag.startsWith('-mod') || flag.startsWith('-tags'));
  const needed = await command('go', ['list', ...listFlags, '-deps', ...packages], { cwd, environment: goEnvironment, onLine: countDownloads });
  const total = needed.trim().split('\n').length;
  let compiled = 0;
  // One go build for all programs of a module: what they share is compiled once, and one is linked while others compile.
  const [first, ...others] = Object.values(programs);
  const output = first !== undefined && others.length === 0 ? join(folder, first) : `${folder}/`;
  await command('go', ['build', '-v', ...flags, '-o', output, ...packages], {
    cwd, environment: compilerEnvironment,
    onLine: (line) => {
      countDownloads(line);
      if (/^[\w.\-~/]+$/.test(line)) progress.update(`${String(++compiled)} of at most ${String(total)} packages compiled`);
    },
  });
  progress.done(`${String(packages.length)} built`);
}
