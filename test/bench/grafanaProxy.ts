/**
 * How long an answer of 20 MB takes through the proxy of Grafana, beside a direct read of the same server in the same way, by turns:
 * plain HTTP on this machine, an address with TLS, and (where the sandbox can run) a pod by port-forward. Grafana, the proxy and
 * the reader are processes of their own, as Grafana, the extension host and the browser are; the stand-in for Grafana serves the
 * last two. A direct read ends where the proxy's begins: at the agent by which Grafana is reached. Beside the times stands the
 * proxy's processor time per answer, which says the same on a busy machine.
 * Usage: grafanaProxy.ts [--rounds 15] [--port-forward]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ConnectionPool } from '../../src/cluster/connection.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { podBehind } from '../../src/grafana/clusterGrafana.ts';
import { GrafanaProxy } from '../../src/grafana/proxy.ts';
import { deployGrafanas, GrafanaProcess, grafanaTokens } from '../sandbox/grafanaStandIn.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';

/** Of an answer. */
const size = 20_000_000;
const path = '/public/large';
const token = grafanaTokens.editor;

/** Where a Grafana is, in a form that another process can be told. */
interface Place {
  readonly url: string;
  readonly authorityFile?: string;
  readonly pod?: { readonly kubeconfig: string; readonly namespace: string; readonly service: string };
}

/** Makes the connections as the extension does. */
async function agentTo({ url, authorityFile, pod }: Place): Promise<{ readonly agent: Agent; readonly close: () => void }> {
  if (pod !== undefined) {
    const { contexts: [context] } = await loadKubeconfig([pod.kubeconfig]);
    if (context === undefined) throw new Error(`${pod.kubeconfig} has no context`);
    const cluster = new Cluster(context);
    const tunnel = cluster.tunnel(await podBehind(cluster, pod.namespace, pod.service));
    return { agent: tunnel.agent, close: () => { tunnel.close(); cluster.close(); } };
  }
  const agent = authorityFile === undefined ? new Agent({ keepAlive: true }) : new ConnectionPool({ server: new URL(url), authority: readFileSync(authorityFile, 'utf8'), insecure: false }, 4);
  return { agent, close: () => { agent.destroy(); } };
}

/** The part of a process of its own: the proxy of one Grafana, until its parent has enough. */
async function serveProxy(place: Place): Promise<void> {
  const { agent, close } = await agentTo(place);
  const proxy = await GrafanaProxy.start({ name: 'Grafana', origin: new URL(place.url), agent, prefix: '', stripsPrefix: false, aliases: [], credentials: () => ({ kind: 'token', token }) });
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.send?.(proxy.address('/'));
  await once(process, 'disconnect');
  await proxy.close();
  close();
}

/** The part of another: a plain server. */
async function servePlain(): Promise<void> {
  const piece = Buffer.from('0123456789'.repeat(100_000));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': size });
    for (let sent = 0; sent < size; sent += piece.length) response.write(piece);
    response.end();
  });
  server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`));
  await once(process, 'disconnect');
  server.closeAllConnections();
  server.close();
}

async function start(...args: string[]) {
  const child = fork(import.meta.filename, args);
  const [said] = await once(child, 'message') as [string];
  return { child, said };
}

/** Milliseconds of processor time that a child has taken so far. */
async function processorTime(child: ChildProcess): Promise<number> {
  child.send('processor time?');
  const [{ user, system }] = await once(child, 'message') as [NodeJS.CpuUsage];
  return (user + system) / 1000;
}

/** Milliseconds until the whole answer was read. */
async function read(url: URL, agent: Agent, headers: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  const [answer] = await once(request({ host: url.hostname, port: url.port, path, headers, agent }).end(), 'response') as [IncomingMessage];
  await once(answer.on('data', (piece: Buffer) => { bytes += piece.length; }), 'end');
  if (bytes !== size) throw new Error(`${String(answer.statusCode)}: ${String(bytes)} bytes`);
  return performance.now() - started;
}

async function compare(what: string, place: Place, rounds: number): Promise<void> {
  const between = await start('--proxy', JSON.stringify(place));
  const { agent, close } = await agentTo(place);
  const toProxy = new Agent({ keepAlive: true });
  try {
    const address = new URL(between.said);
    const proxied = new URL(`http://127.0.0.1:${address.port}`);
    const [entered] = await once(request({ host: proxied.hostname, port: proxied.port, path: `${address.pathname}${address.search}`, headers: { host: address.host }, agent: false }).end(), 'response') as [IncomingMessage];
    const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
    const times: [number, number][] = [];
    let before = 0;
    for (let round = 0; round < rounds + 2; round++) {
      if (round === 2) before = await processorTime(between.child);
      times.push([await read(new URL(place.url), agent, { host: new URL(place.url).host, authorization: `Bearer ${token}` }), await read(proxied, toProxy, { host: address.host, cookie })]);
    }
    const processor = (await processorTime(between.child) - before) / rounds;
    // The first two warm both up.
    const of = (index: 0 | 1) => times.slice(2).map((pair) => pair[index]).toSorted((a, b) => a - b);
    const [direct, through] = [of(0), of(1)];
    const middle = (list: readonly number[]) => list[Math.floor(list.length / 2)] ?? Number.NaN;
    const cells = [direct[0], through[0], middle(direct), middle(through)].map((time) => (time ?? Number.NaN).toFixed(0));
    console.log(`| ${what} | ${cells.join(' | ')} | ${((through[0] ?? Number.NaN) / (direct[0] ?? Number.NaN)).toFixed(2)} | ${(middle(through) / middle(direct)).toFixed(2)} | ${processor.toFixed(0)} |`);
  } finally {
    between.child.disconnect();
    toProxy.destroy();
    close();
  }
}

async function compareAll(rounds: number, withCluster: boolean): Promise<void> {
  console.log(`| 20 MB of Grafana, ${String(rounds)} rounds by turns, ms | direct, best | proxied, best | direct, median | proxied, median | best | median | the proxy's processor time |\n|---|---:|---:|---:|---:|---:|---:|---:|`);
  const plain = await start('--plain');
  await compare('plain HTTP on this machine', { url: plain.said }, rounds);
  plain.child.disconnect();
  {
    await using grafana = await GrafanaProcess.start({ version: '13' });
    await compare('an address with TLS', { url: grafana.url, authorityFile: grafana.authorityFile }, rounds);
  }
  if (!withCluster || sandboxUnavailable() !== undefined) return;
  const sandbox = await acquireSandbox({ stack: 'minimal' });
  try {
    await using namespace = await sandbox.namespace('grafana');
    await deployGrafanas(sandbox, namespace.name, { bench: { version: '13' } });
    await compare('a pod by port-forward', { url: `http://bench.${namespace.name}:80`, pod: { kubeconfig: sandbox.kubeconfig, namespace: namespace.name, service: 'bench' } }, rounds);
  } finally {
    sandbox.cluster.close();
  }
}

const { values } = parseArgs({ options: { 'rounds': { type: 'string', default: '15' }, 'port-forward': { type: 'boolean', default: false }, 'plain': { type: 'boolean', default: false }, 'proxy': { type: 'string' } } });
if (values.proxy !== undefined) await serveProxy(JSON.parse(values.proxy) as Place);
else if (values.plain) await servePlain();
else await compareAll(Number(values.rounds), values['port-forward']);
