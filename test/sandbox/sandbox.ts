import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildModule, buildOwnPrograms } from './build.ts';
import { cached, withLock, withLockIfFree } from './cache.ts';
import { accessOf, makeCertificates } from './certificates.ts';
import { Cluster, type KubernetesObject } from './cluster.ts';
import { command } from './command.ts';
import { Faults } from './faults.ts';
import { allStates, type Folders, foldersOf } from './folders.ts';
import { image, imageNames } from './images.ts';
import { applyAll, install, podsReady } from './install.ts';
import { runningNode, startedAt, startNode, stopNode } from './node.ts';
import { formatSeconds, Progress } from './progress.ts';
import { firstTestPort, testPorts } from './ports.ts';
import { installPackages, sandboxUnavailable } from './requirements.ts';
import { contentOf, fingerprint, ownManifests, type Stack, type StackContent } from './stacks.ts';
import { makeUsers } from './users.ts';
import { operatorVersions } from './versions.ts';
import { Hopeless, until } from './wait.ts';

export { sandboxUnavailable } from './requirements.ts';

/** A running sandbox. */
export class Sandbox {
  readonly folders: Folders;
  /** The API server, as admin. */
  readonly cluster: Cluster;
  readonly faults: Faults;
  /** The folders of kubectl and the other programs. */
  readonly programs: readonly string[];

  constructor(folders: Folders, cluster: Cluster, programs: readonly string[]) {
    this.folders = folders;
    this.cluster = cluster;
    this.programs = programs;
    this.faults = new Faults(folders, programs, cluster);
  }

  /** The path of a kubeconfig with the contexts of users.ts. */
  get kubeconfig(): string {
    return this.folders.kubeconfig;
  }

  get kubectl(): string {
    return this.programs.map((folder) => join(folder, 'kubectl')).find((path) => existsSync(path)) ?? 'kubectl';
  }

  /** Prometheus' HTTP API in the namespace `monitoring`, through the service proxy. @param path for example `targets?state=active` */
  async prometheus<T>(path: string): Promise<T> {
    const text = await this.cluster.proxy('monitoring', 'prometheus-k8s:web', `/api/v1/${path}`);
    return (JSON.parse(text) as { data: T }).data;
  }

  /** Alertmanager's API v2. @param path for example `alerts` */
  async alertmanager<T>(path: string): Promise<T> {
    return JSON.parse(await this.cluster.proxy('monitoring', 'alertmanager-main:web', `/api/v2/${path}`)) as T;
  }

  /** A namespace for one test, in which Prometheus may discover; it goes away at the end of an `await using` block. */
  async namespace(prefix: string): Promise<{ readonly name: string } & AsyncDisposable> {
    const name = `${prefix}-${Math.random().toString(36).slice(2, 8)}`;
    const demo = await ownManifests('demo');
    const rights = demo.map(({ object }) => object).filter(({ kind }) => kind === 'Role' || kind === 'RoleBinding');
    await this.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const object of rights) await this.cluster.apply({ ...object, metadata: { ...object.metadata, namespace: name } });
    return { name, [Symbol.asyncDispose]: () => this.cluster.delete(`/api/v1/namespaces/${name}`) };
  }
}

export interface UpOptions {
  /** The id of a process with which the sandbox ends, whatever ends it; without one it stays until `down`. */
  readonly owner?: number;
}

/** Starts the sandbox of a port as it was when it was stopped, bare when there is none yet, and waits until its node is Ready. */
export async function up(port: number, options: UpOptions = {}): Promise<Sandbox> {
  refuseWhereImpossible();
  const folders = foldersOf(port);
  return withLock(folders.lock, `The sandbox on port ${String(port)}`, () => start(folders, options));
}

/** Stops the sandbox of a port and removes all it left on the machine but its state. */
export async function down(port: number): Promise<void> {
  refuseWhereImpossible();
  const folders = foldersOf(port);
  await withLock(folders.lock, `The sandbox on port ${String(port)}`, () => stopNode(folders, true));
}

/** Installs a stack on what is there. */
export async function installStack(sandbox: Sandbox, stack: Stack): Promise<void> {
  const content = await contentOf(stack);
  await install(sandbox.cluster, sandbox.folders, sandbox.programs, stack.name, content);
  await writeFile(sandbox.folders.stack, JSON.stringify(stack));
}

/** Puts the second Prometheus (namespace `second`, route prefix /second) beside what is installed. */
export async function installSecondPrometheus(sandbox: Sandbox): Promise<void> {
  const manifests = await ownManifests('second-prometheus');
  const isNamespace = ({ object }: { object: KubernetesObject }) => object.kind === 'Namespace';
  await applyAll(sandbox.cluster, manifests.filter(isNamespace));
  await applyAll(sandbox.cluster, manifests.filter((manifest) => !isNamespace(manifest)));
  await podsReady(sandbox.cluster, sandbox.folders, manifests, 120);
}

/** The stack that was installed last on a port. */
export async function installedStack(port: number): Promise<Stack> {
  const { stack } = foldersOf(port);
  return existsSync(stack) ? (JSON.parse(await readFile(stack, 'utf8')) as Stack) : { name: 'none' };
}

/**
 * Makes a sandbox what it was right after the installation of a stack, and starts it. The first time the stack is
 * installed on a bare cluster and kept as a snapshot; from then on the snapshot is taken.
 */
export async function reset(port: number, stack: Stack, options: UpOptions = {}): Promise<Sandbox> {
  refuseWhereImpossible();
  const folders = foldersOf(port);
  return withLock(folders.lock, `The sandbox on port ${String(port)}`, () => resetLocked(folders, stack, options));
}

/** The running sandbox of a port, without starting one. */
export async function attach(port: number): Promise<Sandbox> {
  const folders = foldersOf(port);
  if (runningNode(folders) === undefined) throw new Error(`No sandbox is running on port ${String(port)}. Start it: npm run sandbox -- up`);
  return new Sandbox(folders, new Cluster(await accessOf(folders, 'admin')), await programFolders());
}

async function resetLocked(folders: Folders, stack: Stack, options: UpOptions): Promise<Sandbox> {
  const content = await contentOf(stack);
  const snapshot = stack.name === 'none' ? undefined : await snapshotOf(folders, stack, content, options);
  await stopNode(folders, false);
  await forget(folders);
  const archives = await Promise.all(['pause' as const, ...content.images].map(image));
  await mkdir(folders.state, { recursive: true });
  await writeFile(folders.images, archives.map((archive) => `${archive}\n`).join(''));
  if (snapshot !== undefined) await restore(folders, snapshot);
  const sandbox = await start(folders, options);
  await podsReady(sandbox.cluster, folders, content.then, 180);
  return sandbox;
}

/**
 * What a cluster is. Containers and images are not part of it: the kubelet makes the one anew, the list of images names
 * the other. `stack` says that the others are complete: it goes first and comes last.
 */
const snapshotParts = ['stack', 'etcd', 'kubelet', 'certificates'];

async function snapshotOf(folders: Folders, stack: Stack, content: StackContent, options: UpOptions): Promise<string> {
  const recipe = { stack: fingerprint(stack, content), programs: await programFolders(), format: 1 };
  return cached(`snapshots/${stack.name}`, recipe, async (unfinished) => {
    await stopNode(folders, false);
    await forget(folders);
    const sandbox = await start(folders, options);
    await installStack(sandbox, stack);
    await allTargetsUp(sandbox, 180);
    sandbox.cluster.close();
    await stopNode(folders, true);
    await command('tar', ['--create', '--sparse', '--numeric-owner', '--file', join(unfinished, 'state.tar'), '--directory', folders.state, ...snapshotParts]);
  });
}

interface Target {
  readonly health: string;
  readonly scrapePool: string;
  readonly lastError: string;
}

/** Waits until Prometheus scrapes all of its targets, and gives them. */
export async function allTargetsUp(sandbox: Sandbox, seconds: number): Promise<readonly Target[]> {
  return until('the scraping of all targets', seconds, async () => {
    const { activeTargets } = await sandbox.prometheus<{ activeTargets: readonly Target[] }>('targets?state=active');
    const bad = activeTargets.find(({ health }) => health !== 'up');
    if (bad !== undefined) throw new Error(`${bad.scrapePool} is ${bad.health}: ${bad.lastError}`);
    return activeTargets.length > 0 ? activeTargets : undefined;
  }, 500);
}

/** Each part disappears and appears as a whole, so that a process that is killed here leaves no half of one. */
async function forget(folders: Folders): Promise<void> {
  for (const part of snapshotParts) {
    const path = join(folders.state, part);
    await rm(`${path}.old`, { recursive: true, force: true });
    if (existsSync(path)) await rename(path, `${path}.old`);
    await rm(`${path}.old`, { recursive: true, force: true });
  }
}

async function restore(folders: Folders, snapshot: string): Promise<void> {
  const unpacked = join(folders.state, 'unpacked');
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked);
  await command('tar', ['--extract', '--file', join(snapshot, 'state.tar'), '--directory', unpacked]);
  for (const part of snapshotParts.toReversed()) await rename(join(unpacked, part), join(folders.state, part));
}

async function programFolders(): Promise<string[]> {
  return [await buildModule('kubernetes'), await buildModule('etcd'), await buildOwnPrograms()];
}

async function start(folders: Folders, options: UpOptions): Promise<Sandbox> {
  await clearDead(folders.port);
  await installPackages();
  const programs = await programFolders();
  const wasRunning = runningNode(folders) !== undefined;
  if (!wasRunning) {
    await stopNode(folders, false); // clears what a killed node left
    await mkdir(folders.state, { recursive: true });
    if (!existsSync(folders.images)) await writeFile(folders.images, `${await image('pause')}\n`);
    await makeCertificates(folders, programs);
  }
  const progress = new Progress(`The sandbox on port ${String(folders.port)}`);
  const endInterruption = wasRunning ? () => undefined : stopWhenInterrupted(folders);
  try {
    if (!wasRunning) await startNode(folders, programs, options.owner);
    const cluster = new Cluster(await accessOf(folders, 'admin'));
    await untilReady(cluster, folders, progress);
    progress.done(wasRunning ? 'running already' : `node Ready after ${formatSeconds((Date.now() - (await startedAt(folders)).getTime()) / 1000)}`);
    return new Sandbox(folders, cluster, programs);
  } finally {
    endInterruption();
  }
}

async function untilReady(cluster: Cluster, folders: Folders, progress: Progress): Promise<void> {
  const stillRunning = <T>(probe: () => Promise<T>) => async () => {
    if (runningNode(folders) === undefined) throw new Hopeless(`The node has ended: see ${folders.logs}`);
    return probe();
  };
  await until('the readiness of the API server', 120, stillRunning(() => cluster.raw('/readyz')));
  progress.update('API server ready');
  await makeUsers(cluster, folders);
  await until('the readiness of the node', 120, stillRunning(() => nodeReady(cluster, folders)));
}

/** An interrupted start takes its node along. */
function stopWhenInterrupted(folders: Folders): () => void {
  const stop = () => {
    void stopNode(folders, false).finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
  };
}

interface Node extends KubernetesObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastHeartbeatTime: string }[] };
}

/** Ready with a heartbeat of this life. */
async function nodeReady(cluster: Cluster, folders: Folders): Promise<true | undefined> {
  const since = Math.floor((await startedAt(folders)).getTime() / 1000) * 1000;
  const [node] = await cluster.list<Node>('/api/v1/nodes');
  return node?.status.conditions?.some(({ type, status, lastHeartbeatTime }) => type === 'Ready' && status === 'True' && Date.parse(lastHeartbeatTime) >= since) ? true : undefined;
}

/** Clears what the sandboxes of other ports left whose node was killed; one that somebody is at is left to them. */
async function clearDead(ownPort: number): Promise<void> {
  for (const name of existsSync(allStates) ? await readdir(allStates) : []) {
    if (!/^\d+$/.test(name) || Number(name) === ownPort) continue;
    const folders = foldersOf(Number(name));
    await withLockIfFree(folders.lock, async () => {
      if (existsSync(folders.record) && runningNode(folders) === undefined) await stopNode(folders, false);
    });
  }
}

function refuseWhereImpossible(): void {
  const reason = sandboxUnavailable();
  if (reason !== undefined) throw new Error(reason);
}

/** Makes, with progress, all programs and images that there are: what the first start of a sandbox would make otherwise. */
export async function prepare(): Promise<void> {
  await installPackages();
  await programFolders();
  for (const name of imageNames) await image(name);
}

/** Runs tests of sandboxes while no other run on this machine does: they use the same ports. */
export function whileAlone<T>(tests: () => Promise<T>): Promise<T> {
  return withLock(join(allStates, `tests-${String(firstTestPort)}.lock`), 'The tests of the sandbox', tests);
}

/** Set for a file that is run a second time, which is to find nothing of what the first run left behind. */
export const anewVariable = 'KUBEPROM_SANDBOX_ANEW';
/** The ports of the sandboxes that this process has acquired. */
const acquired = new Set<number>();

export interface AcquireOptions {
  readonly stack: 'none' | 'minimal' | 'kube-prometheus';
  /** The folder of kube-prometheus manifests; needed for that stack. */
  readonly folder?: string;
  /** Another port gives a sandbox of one's own, to break things in. */
  readonly port?: number;
}

/**
 * A running sandbox with a stack, for tests: the one that runs already when it has the stack, otherwise one started
 * from the stack's snapshot. It ends with the process that KUBEPROM_SANDBOX_OWNER names (the test runner), or else with
 * this one, whatever ends it. Suites that share it work in namespaces of their own ({@link Sandbox.namespace}).
 */
export async function acquireSandbox({ stack: name, folder, port = testPorts.shared }: AcquireOptions): Promise<Sandbox> {
  const stack: Stack = name === 'kube-prometheus' ? { name, folder: folder ?? '' } : name === 'minimal' ? { name, operator: operatorVersions[0] } : { name };
  const isKept = process.env[anewVariable] === undefined || acquired.has(port);
  acquired.add(port);
  if (isKept && runningNode(foldersOf(port)) !== undefined && JSON.stringify(await installedStack(port)) === JSON.stringify(stack)) {
    const sandbox = await up(port);
    await podsReady(sandbox.cluster, sandbox.folders, (await contentOf(stack)).then, 180);
    return sandbox;
  }
  return reset(port, stack, { owner: Number(process.env['KUBEPROM_SANDBOX_OWNER'] ?? process.pid) });
}
