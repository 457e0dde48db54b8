import type { Socket } from 'node:net';

/** Milliseconds for making a connection. */
const connectTimeout = 15_000;

/** Waits until a socket is connected; a socket that is not in time, fails, or is no longer wanted, is destroyed. */
export function established<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    const fail = (error?: Error | boolean) => {
      end();
      reject(error instanceof Error ? error : Object.assign(new Error('the other side closed it'), { code: 'ECONNRESET' }));
    };
    const aborted = () => socket.destroy(closedError());
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })), connectTimeout);
    socket.once('error', fail).once('close', fail).once(event, () => {
      end();
      socket.off('error', fail).off('close', fail);
      resolve(socket);
    });
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true });
  });
}

/** What a request gets whose connection is no longer wanted. */
export const closedError = () => Object.assign(new Error('it was closed here'), { code: 'ECONNRESET' });
