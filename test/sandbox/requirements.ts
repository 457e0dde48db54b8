import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { neededGo } from './build.ts';
import { command } from './command.ts';
import { Progress } from './progress.ts';

/** Debian's package for each program that the sandbox runs. */
const packages: Readonly<Record<string, string>> = {
  containerd: 'containerd', 'containerd-shim-runc-v2': 'containerd', ctr: 'containerd', runc: 'runc',
  nft: 'nftables', iptables: 'iptables', ip: 'iproute2', sysctl: 'procps', pkill: 'procps',
  mount: 'mount', unshare: 'util-linux', nsenter: 'util-linux', flock: 'util-linux',
};
/** Where Debian puts the plugins of the container network; the package is containernetworking-plugins. */
export const networkPlugins = '/usr/lib/cni';
/** Root's own folders; a login as root by su may leave them out of PATH. */
export const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(delimiter);

const wayOut = 'Use any other cluster instead: npm start -- --context NAME (for example one that kind makes).';

/** Why this machine cannot run the sandbox, and what to do; undefined when it can. */
export function sandboxUnavailable(): string | undefined {
  const problem = findProblem();
  return problem === undefined ? undefined : `The sandbox ${problem}. ${wayOut}`;
}

function findProblem(): string | undefined {
  if (process.platform !== 'linux') return `is a Linux node, and this is ${process.platform === 'darwin' ? 'macOS' : process.platform === 'win32' ? 'Windows' : process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root, for namespaces and mounts of its own; run the same command as root';
  const go = spawnSync('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], { encoding: 'utf8' });
  if (go.error !== undefined) return `builds Kubernetes from source and needs Go ${neededGo} or newer, and there is no go in PATH`;
  const [version = '', toolchain = ''] = go.stdout.trim().split('\n');
  if (toolchain === 'local' && isOlder(version.replace(/^go/, ''), neededGo)) return `needs Go ${neededGo} or newer; this is ${version}, and GOTOOLCHAIN=local forbids it to fetch another`;
  const namespaces = spawnSync('unshare', ['--net', '--mount', '--pid', '--uts', '--ipc', '--fork', 'true'], { encoding: 'utf8' });
  if (namespaces.error !== undefined) return 'needs unshare of util-linux';
  if (namespaces.status !== 0) return `needs namespaces of its own, which this machine refuses to root (${namespaces.stderr.trim()})`;
  if (!existsSync('/sys/fs/cgroup/pids') && !existsSync('/sys/fs/cgroup/cgroup.controllers')) return 'needs control groups at /sys/fs/cgroup';
  const missing = missingPrograms();
  if (missing.length > 0 && findProgram('apt-get') === undefined) return `needs the Debian packages ${missing.join(', ')}, and there is no apt-get to install them with`;
  return undefined;
}

/** True when a dotted version is lower than another. */
export function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/** Debian packages of which a program is missing. */
function missingPrograms(): string[] {
  const missing = Object.entries(packages).filter(([program]) => findProgram(program) === undefined).map(([, name]) => name);
  if (!['bridge', 'host-local', 'portmap', 'loopback'].every((plugin) => existsSync(join(networkPlugins, plugin)))) missing.push('containernetworking-plugins');
  return [...new Set(missing)];
}

function findProgram(name: string): string | undefined {
  return systemPath.split(delimiter).map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs what is missing with apt-get, and nothing else. */
export async function installPackages(): Promise<void> {
  const missing = missingPrograms();
  if (missing.length === 0) return;
  const progress = new Progress(`Installing the Debian packages ${missing.join(', ')}`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await command('apt-get', ['update', '--quiet'], { environment });
  progress.update('lists read');
  const install = ['install', '--yes', '--quiet', '--no-install-recommends', '--option=APT::Status-Fd=2', ...missing];
  await command('apt-get', install, {
    environment,
    onLine: (line) => {
      const [, step, percent] = /^(dl|pm)status:[^:]*:([\d.]+):/.exec(line) ?? [];
      if (percent !== undefined) progress.update(`${String(Math.round(Number(percent)))} % ${step === 'dl' ? 'downloaded' : 'unpacked'}`);
    },
  });
  const still = missingPrograms();
  if (still.length > 0) throw new Error(`apt-get installed ${missing.join(', ')}, and programs of ${still.join(', ')} are still missing.`);
  progress.done('installed');
}
