/** A Chromium for playwright-core: one that is on this machine, or Debian's. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { runCommand } from './processes.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
/** VS Code's web workbench needs none of what these switch off, and a test machine may be root and offline. */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

let installing: Promise<string> | undefined;

/** The path of a Chromium, installed with apt-get when there is none. Rejects with a sentence that says how to get one. */
export function ensureChromium(report: (line: string) => void = () => {}): Promise<string> {
  installing ??= find() ?? install(report);
  return installing;
}

/** Starts a Chromium without a window; it ends with this process. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: flags, timeout: 60_000 });
}

function find(): Promise<string> | undefined {
  const named = process.env.CHROME_PATH;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const onMac = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  const path = [...(named === undefined ? [] : [named]), ...onPath, ...onMac].find((one) => existsSync(one));
  return path === undefined ? undefined : Promise.resolve(path);
}

async function install(report: (line: string) => void): Promise<string> {
  const hint = 'Install Chromium or Google Chrome so that it is on PATH, or name it in CHROME_PATH.';
  if (process.platform !== 'linux') throw new Error(`The tests need a Chromium, and there is none. ${hint}`);
  report('Chromium: installing it with apt-get (once for this machine)');
  const started = Date.now();
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const run = async (...command: string[]) => {
    const [first = '', ...rest] = [...asRoot, ...command];
    await runCommand(first, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  try {
    await run('apt-get', 'update', '-qq');
    await run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  } catch (error) {
    throw new Error(`The tests need a Chromium, and apt-get could not install one. ${hint}`, { cause: error });
  }
  const found = await find();
  if (found === undefined) throw new Error(`apt-get installed the package chromium, which put no Chromium on PATH. ${hint}`);
  report(`Chromium: ready after ${((Date.now() - started) / 1000).toFixed(0)} s`);
  return found;
}
