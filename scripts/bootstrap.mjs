// The one entry of every npm script: brings node_modules up to date, then runs a TypeScript file
// under the pinned Node 24. Plain JavaScript without dependencies, since nothing is installed yet
// when it starts (any Node >= 20 runs it).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

installDependencies();
const node = join(modules, '.bin', windows ? 'node.cmd' : 'node');
const version = spawnSync(node, ['--version'], { encoding: 'utf8', shell: windows }).stdout?.trim() ?? '';
if (!version.startsWith('v24.')) {
  fail(`Kubeprom's scripts need Node 24; ${version === '' ? 'the pinned copy in node_modules does not run here' : `node_modules holds ${version}`}. ` +
    'Run "npm ci --include=optional" and try again.');
}
const [script, ...args] = process.argv.slice(2);
const environment = { ...process.env, PATH: `${join(modules, '.bin')}${windows ? ';' : ':'}${process.env.PATH ?? ''}` };
// A terminal's Ctrl-C reaches the child as well; it decides how to end, and we follow.
process.on('SIGINT', () => {});
const run = spawnSync(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], { stdio: 'inherit', env: environment, shell: windows });
process.exit(run.status ?? 1);

/** Runs `npm ci` when node_modules does not belong to the lock file. */
function installDependencies() {
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const stamp = join(modules, '.kubeprom-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing the npm packages of package-lock.json …');
  const npm = spawnSync('npm', ['ci', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows });
  if (npm.status !== 0) fail('npm could not install the packages; its message above says why.');
  writeFileSync(stamp, lock);
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}
