import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { command } from './command.ts';
import type { Folders } from './folders.ts';
import { networkPlugins, systemPath } from './requirements.ts';
import { Hopeless, until } from './wait.ts';

const here = import.meta.dirname;
const controlGroups = '/sys/fs/cgroup';
const components = ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];

/** A process, named for good: pids are used again, pid and start time together are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, as /proc/PID/stat has them. */
  readonly startTime: string;
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process, or only its remains (a zombie). */
function startTimeOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return fields?.[0] === 'Z' ? undefined : fields?.[19];
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** The process in the root namespace below which the node lives; undefined when the node is not running. */
export function runningNode(folders: Folders): ProcessIdentity | undefined {
  if (!existsSync(folders.record)) return undefined;
  const [pid, startTime] = readFileSync(folders.record, 'utf8').trim().split(' ');
  if (pid === undefined || startTime === undefined) return undefined;
  const identity = { pid: Number(pid), startTime };
  return isAlive(identity) ? identity : undefined;
}

/** The node's first process, seen from the root namespace. */
export function firstProcess(node: ProcessIdentity): ProcessIdentity | undefined {
  const pid = Number(readFileSync(`/proc/${String(node.pid)}/task/${String(node.pid)}/children`, 'utf8').trim().split(' ')[0]);
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** When the running node was started: what the cluster says of times before is from an earlier life. */
export async function startedAt(folders: Folders): Promise<Date> {
  return (await stat(folders.record)).mtime;
}

/** The arguments of nsenter that run a program inside the node. */
export function insideNode(folders: Folders, program: string, ...args: string[]): string[] {
  const node = runningNode(folders);
  const init = node && firstProcess(node);
  if (init === undefined) throw new Error(`The sandbox on port ${String(folders.port)} is not running. Start it: npm run sandbox -- up`);
  return ['--target', String(init.pid), '--mount', '--net', '--pid', '--uts', '--ipc', program, ...args];
}

/** What the node's processes find in their environment, and nothing of the user's (no proxy settings above all). */
export function nodeEnvironment(folders: Folders, programs: readonly string[]): Record<string, string> {
  return {
    PATH: [...programs, systemPath].join(delimiter), HOME: '/',
    KUBEPROM_SANDBOX: String(folders.port),
    STATE: folders.state, CONFIGURATION: folders.configuration, CERTIFICATES: folders.certificates, CGROUP: folders.controlGroup,
  };
}

/**
 * Starts the node; the record names it from its very first moment, before there is anything that could be left behind.
 * @param programs the folders of Kubernetes', etcd's and our own programs
 * @param owner a process with which the node ends; without one it lives until it is stopped
 */
export async function startNode(folders: Folders, programs: readonly string[], owner: number | undefined): Promise<void> {
  await mkdir(folders.logs, { recursive: true });
  await writeFile(folders.images, '', { flag: 'a' });
  await writeConfiguration(folders);
  const bridge = programs.map((folder) => join(folder, 'bridge')).find((path) => existsSync(path)) ?? 'bridge';
  const namespaces = ['unshare', '--net', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child'];
  const log = await open(join(folders.logs, 'node.log'), 'w');
  const child = spawn(bridge, ['open', String(folders.port), folders.record, owner === undefined ? '' : String(owner), ...namespaces, join(here, 'node-init.sh'), 'run'], {
    cwd: '/', detached: true, stdio: ['ignore', log.fd, log.fd],
    env: { ...nodeEnvironment(folders, programs), OWNED: owner === undefined ? 'free' : 'owned' },
  });
  let ended: string | undefined;
  child.on('error', (error) => { ended = error.message; });
  child.on('exit', (code, signal) => { ended = signal ?? `code ${String(code)}`; });
  child.unref();
  await log.close();
  await until('the node\'s first process', 60, async () => {
    if (ended !== undefined) throw new Hopeless(`The node ended at once (${ended}): ${(await readFile(join(folders.logs, 'node.log'), 'utf8')).trim()}`);
    const node = runningNode(folders);
    return node && firstProcess(node);
  });
}

async function writeConfiguration(folders: Folders): Promise<void> {
  await rm(folders.configuration, { recursive: true, force: true });
  await mkdir(join(folders.configuration, 'network'), { recursive: true });
  for (const name of ['containerd.toml', 'kubelet.yaml', 'kube-proxy.yaml', 'network/bridge.conflist']) {
    const template = await readFile(join(here, 'conf', name), 'utf8');
    const filled = template.replaceAll('@CERTIFICATES@', folders.certificates).replaceAll('@CONFIGURATION@', folders.configuration).replaceAll('@NETWORK_PLUGINS@', networkPlugins);
    await writeFile(join(folders.configuration, name), filled);
  }
  const certificate = (name: string) => join(folders.certificates, name);
  for (const name of components) {
    // JSON is YAML. The address is the API server's inside the node.
    await writeFile(join(folders.configuration, `${name}.kubeconfig`), JSON.stringify({
      apiVersion: 'v1', kind: 'Config', 'current-context': 'node',
      clusters: [{ name: 'node', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority': certificate('ca.crt') } }],
      users: [{ name: 'node', user: { 'client-certificate': certificate(`${name}.crt`), 'client-key': certificate(`${name}.key`) } }],
      contexts: [{ name: 'node', context: { cluster: 'node', user: 'node' } }],
    }));
  }
}

/** Brings the images of the list into a node that runs already. */
export async function importImages(folders: Folders, programs: readonly string[]): Promise<void> {
  await command('nsenter', insideNode(folders, join(here, 'node-init.sh'), 'import'), { environment: nodeEnvironment(folders, programs) });
}

/**
 * Ends the node and removes what outlives it; it is no error when it does not run.
 * @param gracefully lets containers write down what they hold in memory (at most 3 s)
 */
export async function stopNode(folders: Folders, gracefully: boolean): Promise<void> {
  const node = runningNode(folders);
  if (node !== undefined) {
    const init = firstProcess(node);
    if (gracefully && init !== undefined) {
      process.kill(init.pid, 'SIGTERM');
      await until('the node\'s goodbye', 8, () => Promise.resolve(isAlive(node) ? undefined : true)).catch(() => undefined);
    }
    if (isAlive(node)) process.kill(node.pid, 'SIGKILL');
    await until('the end of the node', 60, () => Promise.resolve([node, ...(init === undefined ? [] : [init])].some(isAlive) ? undefined : true));
  }
  await removeControlGroups(folders.controlGroup);
  await rm(folders.record, { force: true });
}

/** Folders of control groups with this name: one a controller in version 1, one in version 2. */
export async function controlGroupFolders(name: string): Promise<string[]> {
  const parents = [controlGroups, ...(await readdir(controlGroups, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => join(controlGroups, entry.name))];
  return parents.map((parent) => join(parent, name)).filter((path) => existsSync(path));
}

async function removeControlGroups(name: string): Promise<void> {
  // The last processes leave their groups a moment after they ended.
  await until(`the removal of the control groups ${name}`, 60, async () => {
    for (const folder of await controlGroupFolders(name)) await removeControlGroup(folder);
    return true;
  });
}

async function removeControlGroup(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory()) await removeControlGroup(join(folder, entry.name));
  await rmdir(folder);
}
