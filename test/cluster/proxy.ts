import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';

export interface ProxyOptions {
  /** The status of its answers; otherwise it passes on. */
  readonly refuse?: number;
  /** A port of 127.0.0.1 that every name leads to. */
  readonly to?: number;
}

/** An HTTP proxy for CONNECT, with a password in its address. */
export async function startProxy({ refuse, to }: ProxyOptions = {}): Promise<{ readonly url: string; readonly seen: string[] } & AsyncDisposable> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => { response.writeHead(400).end(); });
  server.on('connection', (socket) => { sockets.add(socket); socket.once('close', () => sockets.delete(socket)); });
  server.on('connect', (request, socket) => {
    seen.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? '-'}`);
    socket.on('error', () => undefined);
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${String(refuse)} No\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const target = connect(to ?? Number(port), to === undefined ? host : '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://user:p%40ss@127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A SOCKS5 server that passes on to 127.0.0.1, with or without a password (u, p). */
export async function startSocks(to: number, password: boolean): Promise<{ readonly url: string; readonly seen: string[] } & AsyncDisposable> {
  const seen: string[] = [];
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    const steps = [
      (bytes: Buffer) => {
        if (password && !bytes.subarray(2).includes(2)) socket.end(Buffer.from([5, 0xff]));
        else socket.write(Buffer.from([5, password ? 2 : 0]));
      },
      ...(password ? [(bytes: Buffer) => { socket.write(Buffer.from([1, bytes.toString('latin1') === '\x01\x01u\x01p' ? 0 : 1])); }] : []),
      (bytes: Buffer) => {
        seen.push(bytes[3] === 3 ? bytes.subarray(5, -2).toString() : [...bytes.subarray(4, -2)].join('.'));
        const target = connect(to, '127.0.0.1', () => {
          // In two pieces, as a network may cut it.
          socket.write(Buffer.from([5, 0]));
          setTimeout(() => {
            socket.write(Buffer.from([0, 1, 127, 0, 0, 1, 0, 80]));
            target.pipe(socket).pipe(target);
          }, 10);
        });
        target.on('error', () => socket.destroy());
        socket.on('close', () => target.destroy());
      },
    ];
    const next = (bytes: Buffer) => {
      const step = steps.shift();
      if (steps.length === 0) socket.off('data', next);
      step?.(bytes);
    };
    socket.on('data', next);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `socks5://${password ? 'u:p@' : ''}127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen,
    [Symbol.asyncDispose]: () => new Promise((resolve) => { server.close(() => { resolve(); }); }),
  };
}
