/** Brings a VS Code from npm to this machine, once, into a cache outside the clone. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './processes.ts';
import { cannotRun, type PinnedPackage, type Release } from './releases.ts';

/** A VS Code that is ready to be started. */
export interface InstalledRelease {
  readonly release: Release;
  /** The Node to run it with. */
  readonly node: string;
  /** out/server-main.js of VS Code's server. */
  readonly main: string;
}

/** Raised by one whenever the steps below change: what was built by other steps is built anew. */
const recipe = 1;
const installing = new Map<Release, Promise<InstalledRelease>>();

/**
 * The release, downloaded and unpacked if this machine does not have it yet (15 to 60 s; otherwise at once).
 * Two runs may do so at the same time. Rejects with a sentence that says what is missing.
 */
export function ensureRelease(release: Release, report: (line: string) => void = () => {}): Promise<InstalledRelease> {
  let known = installing.get(release);
  if (known === undefined) {
    known = install(release, report);
    installing.set(release, known);
  }
  return known;
}

async function install(release: Release, report: (line: string) => void): Promise<InstalledRelease> {
  const obstacle = cannotRun(release);
  if (obstacle !== undefined) throw new Error(obstacle);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubeprom');
  const folder = join(cache, `code-server-${release.codeServer.version}`);
  const stamp = JSON.stringify({ recipe, release });
  if (!isReady(folder, stamp)) await build(release, cache, folder, stamp, report);
  return {
    release,
    node: release.node === undefined ? process.execPath : join(folder, 'node', 'bin', 'node'),
    main: join(folder, 'vscode', 'out', 'server-main.js'),
  };
}

/** Builds in a folder of its own and moves it into place at the end: nobody ever sees half an installation. */
async function build(release: Release, cache: string, folder: string, stamp: string, report: (line: string) => void): Promise<void> {
  const started = Date.now();
  const label = `VS Code ${release.vscode}`;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'building-'));
  try {
    report(`${label}: downloading ${release.codeServer.name} ${release.codeServer.version} from npm (46 MB, once for this machine)`);
    await unpack(release.codeServer, work);
    renameSync(join(work, 'package', 'lib', 'vscode'), join(work, 'vscode'));
    rmSync(join(work, 'package'), { recursive: true });
    if (release.node !== undefined) {
      await unpack(release.node, work);
      renameSync(join(work, 'package'), join(work, 'node'));
    }
    report(`${label}: installing its dependencies`);
    adjustDependencies(join(work, 'vscode'), release);
    await runCommand('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: join(work, 'vscode'), env: npmEnvironment() });
    // 47 and 41 MB that no test of ours needs.
    for (const name of ['copilot', 'mermaid-markdown-features']) rmSync(join(work, 'vscode', 'extensions', name), { recursive: true, force: true });
    writeFileSync(join(work, 'stamp.json'), stamp);
    putInPlace(work, folder, stamp);
    report(`${label}: ready after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function isReady(folder: string, stamp: string): boolean {
  const file = join(folder, 'stamp.json');
  return existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

function putInPlace(work: string, folder: string, stamp: string): void {
  if (existsSync(folder) && !isReady(folder, stamp)) {
    const old = `${work}-old`;
    renameSync(folder, old);
    rmSync(old, { recursive: true, force: true });
  }
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another run was faster: its folder is as good as ours.
    if (!isReady(folder, stamp)) throw error;
  }
}

/** Downloads a package, compares its content with what is pinned, and unpacks it as `package/`. */
async function unpack(pinned: PinnedPackage, folder: string): Promise<void> {
  const printed = await runCommand('npm', ['pack', '--json', `${pinned.name}@${pinned.version}`], { cwd: folder, env: npmEnvironment() });
  const [packed] = JSON.parse(printed) as { filename: string; integrity: string }[];
  if (packed === undefined || packed.integrity !== pinned.integrity) {
    throw new Error(`npm's ${pinned.name}@${pinned.version} is not the pinned one: its integrity is ${packed?.integrity ?? 'unknown'}`);
  }
  await runCommand('tar', ['xzf', packed.filename], { cwd: folder });
  rmSync(join(folder, packed.filename));
}

/** Its shrinkwrap is out of step with its package.json, so that `npm ci` refuses both. */
function adjustDependencies(folder: string, release: Release): void {
  if (release.dependencies === undefined) return;
  rmSync(join(folder, 'npm-shrinkwrap.json'), { force: true });
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> };
  Object.assign(manifest.dependencies, release.dependencies);
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
}

/** npm runs under our Node, and is not told about the package whose script we are. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_(ignore_scripts|omit|include))/i.test(name));
  return { ...Object.fromEntries(own), PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` };
}
