import { ClientRequest } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ClusterError, errorCode } from './errors.ts';
import { established } from './established.ts';
import { askSocks } from './socks.ts';

/** Milliseconds for the proxy's answer, its own connection included. */
const answerTimeout = 20_000;

/** A connection to host and port that a proxy passes on. Rejects with a {@link ClusterError} of the hop `proxy`. */
export async function connectThroughProxy(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  if (/^socks5h?:$/.test(proxy.protocol)) return throughSocks(proxy, host, port, signal);
  if (!/^https?:$/.test(proxy.protocol)) throw new ClusterError('proxy', `Proxies of the kind ${proxy.protocol.replace(/:$/, '')} are not supported.`, { nextStep: 'Name an http, https or socks5 proxy.' });
  return throughHttp(proxy, host, port, signal);
}

function proxyError(proxy: URL, message: string, cause?: unknown): ClusterError {
  return new ClusterError('proxy', `The proxy ${proxy.host} ${message}`, { cause, nextStep: 'Look at proxy-url in the kubeconfig, at HTTPS_PROXY and NO_PROXY, and at VS Code\'s http.proxy.' });
}

async function throughSocks(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerTimeout)]);
  const socket = connectTcp({ host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port || 1080), keepAlive: true });
  const end = () => { socket.destroy(new Error('it does not answer')); };
  limit.addEventListener('abort', end, { once: true });
  try {
    await established(socket, 'connect', signal);
    await askSocks(socket, decodeURIComponent(proxy.username), decodeURIComponent(proxy.password), host, port);
    return socket;
  } catch (error) {
    socket.destroy();
    throw proxyError(proxy, `cannot be used: ${error instanceof Error ? error.message : String(error)}.`, error);
  } finally {
    limit.removeEventListener('abort', end);
  }
}

function throughHttp(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const secure = proxy.protocol === 'https:';
  const proxyPort = Number(proxy.port || (secure ? 443 : 80));
  const proxyHost = proxy.hostname.replace(/^\[|\]$/g, '');
  const target = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown) => { reject(proxyError(proxy, message, cause)); };
    // The class itself: VS Code patches the functions of http and https, and would go to this proxy through another.
    const request = new ClientRequest({
      method: 'CONNECT', path: target, host: proxyHost, port: proxyPort, timeout: answerTimeout, signal,
      headers: { host: target, ...proxyAuthorization(proxy) },
      createConnection: () => (secure ? connectTls({ host: proxyHost, port: proxyPort, servername: proxyHost }) : connectTcp({ host: proxyHost, port: proxyPort, keepAlive: true })),
    });
    request.once('connect', (answer, socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket as Socket);
        return;
      }
      socket.destroy();
      fail(answer.statusCode === 407 ? 'asks for a password (407).' : `refused to connect to ${target}: ${String(answer.statusCode)} ${answer.statusMessage ?? ''}`.trim());
    });
    request.once('response', (answer) => {
      answer.destroy();
      fail(`answered ${String(answer.statusCode)} to CONNECT.`);
    });
    request.once('timeout', () => { request.destroy(new Error('it does not answer')); });
    request.once('error', (error) => { fail(errorCode(error) === 'ENOTFOUND' ? 'cannot be found.' : `cannot be used: ${error.message}`, error); });
    request.end();
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` };
}
