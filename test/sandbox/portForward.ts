import { createServer, type AddressInfo, type Socket } from 'node:net';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import type { Sandbox } from './sandbox.ts';

/** A local address behind which a pod's port is, through the API server by WebSocket; closed at the end of an `await using` block. */
export async function portForward(sandbox: Sandbox, namespace: string, pod: string, port: number): Promise<{ readonly url: string } & AsyncDisposable> {
  const configuration = new KubeConfig();
  configuration.loadFromFile(sandbox.kubeconfig);
  const forward = new PortForward(configuration, true);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    forward.portForward(namespace, pod, [port], socket, null, socket).then((connection) => {
      // The library leaves its connection open when the socket has gone.
      const close = () => { (typeof connection === 'function' ? connection() : connection)?.close(); };
      if (socket.destroyed) close();
      else socket.once('close', close);
    }, (error: unknown) => { socket.destroy(error instanceof Error ? error : undefined); });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy(); // those that the client keeps for later
      await closed;
    },
  };
}
