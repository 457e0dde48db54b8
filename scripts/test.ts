/**
 * `npm test`: everything that can be checked here, without a question and with one last line that counts.
 * Usage: npm test [-- [unit|server|browser|extension|sandbox | FILE.test.ts …] [--filter REGEXP]]
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureChromium } from '../test/host/chromium.ts';
import { ensureRelease } from '../test/host/codeServer.ts';
import { runCommand } from '../test/host/processes.ts';
import { cannotRun, type Release, releases } from '../test/host/releases.ts';
import type { TestResult } from '../test/host/results.ts';
import { runSuite } from '../test/host/suite.ts';
import { down, prepare, sandboxUnavailable, whileAlone } from '../test/sandbox/sandbox.ts';
import { buildAll } from './build.ts';
import { filesOf, type GroupName, groupNames, groupOf, sandboxPortOf } from './testing/groups.ts';
import { runNodeTests } from './testing/nodeTests.ts';
import { Report } from './testing/report.ts';
import { typecheck } from './typecheck.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const cores = availableParallelism();
const minutes = 60_000;

interface Selection {
  readonly groups: ReadonlySet<GroupName>;
  /** Only these files; all of the groups when empty. */
  readonly files: readonly string[];
  readonly filter?: string;
}

const report = new Report();
const selection = select(process.argv.slice(2));
const everything = selection.groups.size === groupNames.length && selection.files.length === 0;

// What the later groups need is fetched while the earlier ones run.
const wantsChromium = selection.groups.has('browser') || selection.groups.has('extension');
const chromium = wantsChromium ? settled(ensureChromium(report.line)) : undefined;
const hosts = new Map(releases.filter((release) => selection.groups.has('extension') && cannotRun(release) === undefined)
  .map((release) => [release, settled(ensureRelease(release, report.line))]));

if (await build()) {
  const checks = everything ? Promise.all([report.group('typecheck', typecheck), report.group('lint', lint)]) : undefined;
  await nodeGroup('unit', { concurrency: cores, timeout: 5 * minutes });
  await checks;
  await nodeGroup('server', { concurrency: cores, timeout: 5 * minutes });
  await nodeGroup('browser', { concurrency: 1, timeout: 5 * minutes }, chromium);
  // The tests of the cluster wait for it most of the time.
  await Promise.all([selection.groups.has('extension') ? extension() : undefined, sandbox()]);
}
process.exitCode = report.end();

function select(args: string[]): Selection {
  const { values, positionals } = parseArgs({ args, options: { filter: { type: 'string' } }, allowPositionals: true });
  const groups = new Set<GroupName>();
  const files: string[] = [];
  for (const one of positionals) {
    const name = groupNames.find((group) => group === one);
    if (name !== undefined) groups.add(name);
    else if (one.endsWith('.test.ts') && existsSync(resolve(one))) {
      files.push(resolve(one));
      groups.add(groupOf(resolve(one)));
    } else {
      console.error(`"${one}" is neither a group (${groupNames.join(', ')}) nor a test file.`);
      process.exit(2);
    }
  }
  return { groups: groups.size === 0 ? new Set(groupNames) : groups, files, ...(values.filter === undefined ? {} : { filter: values.filter }) };
}

/** Builds what the tests run; without it nothing else is worth running. */
async function build(): Promise<boolean> {
  const [result] = await report.group('build', async (add) => {
    const one = await outcome(['the product is built'], () => buildAll());
    add(one);
    return [one];
  });
  return result?.state === 'passed';
}

async function lint(add: (result: TestResult) => void): Promise<TestResult[]> {
  const result = await outcome(['eslint has nothing to say'], () => runCommand(process.execPath, [join(root, 'node_modules/eslint/bin/eslint.js'), '.', '--max-warnings', '0'], { cwd: root }));
  add(result);
  return [result];
}

interface Limits {
  readonly concurrency: number;
  /** Milliseconds for one file. */
  readonly timeout: number;
  /** Of files that drive a whole VS Code or a cluster: each is told of, and one that failed is run again. */
  readonly twice?: boolean;
  /** Told of each file that has ended, and those that are still to come. */
  readonly onFile?: (file: string, rest: readonly string[]) => Promise<void>;
}

async function nodeGroup(name: GroupName, limits: Limits, needs?: Promise<Error | undefined>): Promise<void> {
  if (!selection.groups.has(name)) return;
  const files = selection.files.length > 0 ? selection.files.filter((file) => groupOf(file) === name) : filesOf(name);
  if (files.length === 0) return;
  const { twice = false, onFile: ended, ...times } = limits;
  const onFile = async (file: string, seconds: number) => {
    if (twice) report.line(`${relative(root, file)}: ${seconds.toFixed(0)} s`);
    await ended?.(file, files.slice(files.indexOf(file) + 1));
  };
  const options = { ...times, onFile, ...(twice ? { onSecondRun: (failed: readonly TestResult[]) => { report.unsteady(name, failed); } } : {}), ...(selection.filter === undefined ? {} : { filter: selection.filter }) };
  await report.group(name, async (add) => {
    const missing = await needs;
    if (missing !== undefined) return addFailure(add, ['what it needs is there'], missing);
    return runNodeTests(files, { ...options, onResult: add });
  });
}

/** The suites inside both VS Codes and both extension hosts, then the files that drive VS Code from outside. */
async function extension(): Promise<void> {
  for (const release of selection.files.length > 0 ? [] : releases) {
    for (const host of ['node', 'web'] as const) await report.group(`extension in VS Code ${release.vscode}, ${host} host`, (add) => suite(release, host, add));
  }
  const missing = await chromium;
  const ready = Promise.all(hosts.values()).then((errors) => missing ?? errors.find((error) => error !== undefined));
  await nodeGroup('extension', { concurrency: 1, timeout: 10 * minutes, twice: true }, ready);
}

/** The files share a sandbox, which ends with this process. What it is built from is made first, where its progress can be seen. */
async function sandbox(): Promise<void> {
  process.env['KUBEPROM_SANDBOX_OWNER'] = String(process.pid);
  // A cluster that nobody needs any more still takes a third of a processor.
  const onFile = async (file: string, rest: readonly string[]) => {
    const port = sandboxPortOf(file);
    if (port !== undefined && !rest.some((other) => sandboxPortOf(other) === port)) await down(port);
  };
  const limits = { concurrency: 1, timeout: 45 * minutes, twice: true };
  if (!selection.groups.has('sandbox') || sandboxUnavailable() !== undefined) return nodeGroup('sandbox', limits);
  await whileAlone(() => nodeGroup('sandbox', { ...limits, onFile }, selection.files.length === 0 ? settled(prepare()) : undefined));
}

async function suite(release: Release, host: 'node' | 'web', add: (result: TestResult) => void): Promise<TestResult[]> {
  const obstacle = cannotRun(release);
  if (obstacle !== undefined) {
    const skipped: TestResult = { titles: ['the suites'], state: 'skipped', detail: obstacle };
    add(skipped);
    return [skipped];
  }
  const missing = await chromium ?? await hosts.get(release);
  if (missing !== undefined) return addFailure(add, ['the host is ready'], missing);
  return runSuite({ release, host, onResult: add, ...(selection.filter === undefined ? {} : { filter: selection.filter }) });
}

async function outcome(titles: string[], run: () => Promise<unknown>): Promise<TestResult> {
  try {
    await run();
    return { titles, state: 'passed' };
  } catch (error) {
    return { titles, state: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function addFailure(add: (result: TestResult) => void, titles: string[], error: Error): TestResult[] {
  const result: TestResult = { titles, state: 'failed', detail: error.cause instanceof Error ? `${error.message}\n${error.cause.message}` : error.message };
  add(result);
  return [result];
}

/** Its error, for who asks later; a promise that nobody awaits yet must not end the process. */
async function settled(promise: Promise<unknown>): Promise<Error | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
