/**
 * How long an answer of 20 MB takes through the proxy of Grafana, beside a direct read of the same server, by turns.
 * Server, proxy and reader are processes of their own, as Grafana, the extension host and the browser are. Usage: grafanaProxy.ts [--rounds 15]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { GrafanaProxy } from '../../src/grafana/proxy.ts';

const megabytes = 20;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, part: { type: 'string', default: 'reader' }, origin: { type: 'string', default: '' } } });

async function serve(): Promise<void> {
  const piece = Buffer.from(JSON.stringify({ value: 'g'.repeat(999) }).padEnd(1_000_000, '{"metric":{"pod":"a"},"values":[[1,"2"]]}'));
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': piece.length * megabytes });
    for (let sent = 0; sent < megabytes; sent++) response.write(piece);
    response.end();
  });
  server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`));
  await once(process, 'disconnect');
  server.closeAllConnections();
  server.close();
}

async function proxy(origin: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const one = await GrafanaProxy.start({ name: 'Grafana', origin: new URL(origin), agent, prefix: '', stripsPrefix: false, aliases: [], credentials: () => ({ kind: 'token', token: 'glsa_0123456789abcdefghijklmnopqrstuv_12345678' }) });
  process.send?.(`${String(one.port)} ${one.address('/')}`);
  await once(process, 'disconnect');
  await one.close();
  agent.destroy();
}

/** Milliseconds until the whole answer was read. */
async function read(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  const [answer] = await once(request({ host: '127.0.0.1', port, path, headers, agent: false }).end(), 'response') as [IncomingMessage];
  for await (const piece of answer) bytes += (piece as Buffer).length;
  if (bytes !== megabytes * 1_000_000) throw new Error(`${String(answer.statusCode)}: ${String(bytes)} bytes`);
  return performance.now() - started;
}

async function compare(rounds: number): Promise<void> {
  const start = async (...args: string[]) => {
    const child = fork(import.meta.filename, args);
    const [said] = await once(child, 'message') as [string];
    return { child, said };
  };
  const server = await start('--part', 'server');
  const between = await start('--part', 'proxy', '--origin', server.said);
  try {
    const [port = '', first = ''] = between.said.split(' ');
    const address = new URL(first);
    const [entered] = await once(request({ host: '127.0.0.1', port, path: `${address.pathname}${address.search}`, headers: { host: address.host } }).end(), 'response') as [IncomingMessage];
    const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';', 1)[0] ?? '';
    const direct: number[] = [];
    const proxied: number[] = [];
    for (let round = 0; round < rounds; round++) {
      direct.push(await read(Number(new URL(server.said).port), '/', {}));
      proxied.push(await read(Number(port), '/', { host: address.host, cookie }));
    }
    const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
    const best = (list: readonly number[]) => Math.min(...list);
    console.log(`${String(megabytes)} MB, ${String(rounds)} rounds by turns, in milliseconds`);
    console.log(`direct   best ${best(direct).toFixed(1)}, median ${median(direct).toFixed(1)}`);
    console.log(`proxied  best ${best(proxied).toFixed(1)}, median ${median(proxied).toFixed(1)}`);
    console.log(`ratio    best ${(best(proxied) / best(direct)).toFixed(2)}, median ${(median(proxied) / median(direct)).toFixed(2)}`);
  } finally {
    server.child.disconnect();
    between.child.disconnect();
  }
}

if (values.part === 'server') await serve();
else if (values.part === 'proxy') await proxy(values.origin);
else await compare(Number(values.rounds));
