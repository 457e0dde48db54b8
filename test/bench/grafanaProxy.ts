/**
 * How long an answer of 20 MB takes through the proxy of Grafana, beside a direct read of the same server in the same way, by turns:
 * plain HTTP on this machine, an address with TLS, and (where the sandbox can run) a pod by port-forward. Grafana, the proxy and
 * the reader are processes of their own, as Grafana, the extension host and the browser are; the stand-in for Grafana serves the
 * last two. A reader in Node ends, when it reads directly, where the proxy begins: at the agent by which Grafana is reached; it
 * costs as little as a reader can. Chromium is who really reads: a page at the address itself, and one behind the proxy.
 * Beside the times stands the proxy's processor time per answer, which says the same on a busy machine.
 * Usage: grafanaProxy.ts [--rounds 15] [--port-forward]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { Cluster } from '../../src/cluster/cluster.ts';
import { ConnectionPool } from '../../src/cluster/connection.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { podBehind } from '../../src/grafana/clusterGrafana.ts';
import { GrafanaProxy } from '../../src/grafana/proxy.ts';
import { launchChromium } from '../host/chromium.ts';
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

/** Reads the whole answer; gives the milliseconds that it took. */
type Read = () => Promise<number>;

function reader(url: URL, agent: Agent, headers: Readonly<Record<string, string>>): Read {
  return async () => {
    const started = performance.now();
    let bytes = 0;
    const [answer] = await once(request({ host: url.hostname, port: url.port, path, headers, agent }).end(), 'response') as [IncomingMessage];
    await once(answer.on('data', (piece: Buffer) => { bytes += piece.length; }), 'end');
    if (bytes !== size) throw new Error(`${String(answer.statusCode)}: ${String(bytes)} bytes`);
    return performance.now() - started;
  };
}

/** Reads in a page of its own, by a script of the same origin. */
async function pageReader(context: BrowserContext, address: string): Promise<Read> {
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'commit' });
  return () => page.evaluate(async ([from = '', expected]) => {
    const started = performance.now();
    const body = (await fetch(from, { cache: 'no-store' })).body?.getReader();
    let bytes = 0;
    for (let piece = await body?.read(); piece?.value !== undefined; piece = await body?.read()) bytes += piece.value.length;
    if (String(bytes) !== expected) throw new Error(`${String(bytes)} bytes`);
    return performance.now() - started;
  }, [path, String(size)]);
}

/** Reads by turns and prints a row. */
async function printTurns(what: string, proxy: ChildProcess, direct: Read, through: Read, rounds: number): Promise<void> {
  const times: [number, number][] = [];
  let before = 0;
  // The first two warm both up.
  for (let round = -2; round < rounds; round++) {
    if (round === 0) before = await processorTime(proxy);
    const turn: [number, number] = [await direct(), await through()];
    if (round >= 0) times.push(turn);
  }
  const processor = (await processorTime(proxy) - before) / rounds;
  const sorted = (index: 0 | 1) => times.map((pair) => pair[index]).toSorted((a, b) => a - b);
  const best = (index: 0 | 1) => sorted(index)[0] ?? Number.NaN;
  const middle = (index: 0 | 1) => sorted(index)[Math.floor(rounds / 2)] ?? Number.NaN;
  const cells = [best(0), best(1), middle(0), middle(1)].map((time) => time.toFixed(0));
  console.log(`| ${what} | ${cells.join(' | ')} | ${(best(1) / best(0)).toFixed(2)} | ${(middle(1) / middle(0)).toFixed(2)} | ${processor.toFixed(0)} |`);
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
    await printTurns(what, between.child, reader(new URL(place.url), agent, { host: new URL(place.url).host, authorization: `Bearer ${token}` }), reader(proxied, toProxy, { host: address.host, cookie }), rounds);
  } finally {
    between.child.disconnect();
    toProxy.destroy();
    close();
  }
}

/** The same, read by Chromium. A pod has no address that it could read directly. */
async function compareInBrowser(what: string, place: Place, rounds: number): Promise<void> {
  const between = await start('--proxy', JSON.stringify(place));
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    await printTurns(`${what}, read by Chromium`, between.child, await pageReader(context, `${place.url}/public/build/app.css`), await pageReader(context, between.said), rounds);
  } finally {
    between.child.disconnect();
    await browser.close();
  }
}

async function compareAll(rounds: number, withCluster: boolean): Promise<void> {
  console.log(`| 20 MB of Grafana, ${String(rounds)} rounds by turns, ms | direct, best | proxied, best | direct, median | proxied, median | best | median | the proxy's processor time |\n|---|---:|---:|---:|---:|---:|---:|---:|`);
  const plain = await start('--plain');
  await compare('plain HTTP on this machine', { url: plain.said }, rounds);
  plain.child.disconnect();
  {
    await using grafana = await GrafanaProcess.start({ version: '13' });
    const place = { url: grafana.url, authorityFile: grafana.authorityFile };
    await compare('an address with TLS', place, rounds);
    await compareInBrowser('an address with TLS', place, rounds);
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
