import { isIP, type Socket } from 'node:net';

const version = 5;
const noPassword = 0;
const withPassword = 2;

/** What a SOCKS server says when it does not connect (RFC 1928, 6). */
const refusals: readonly string[] = ['', 'it has a fault', 'its rules forbid it', 'the network cannot be reached', 'the host cannot be reached', 'nothing listens there', 'the way is too long', 'it cannot connect', 'it does not know that kind of address'];

/**
 * Asks a SOCKS5 server (RFC 1928, passwords by RFC 1929) on a connection to it for one to host and port; afterwards the
 * connection is that. Names are resolved by the server, as `socks5://` means in kubectl. Rejects with what it says.
 */
export async function askSocks(socket: Socket, user: string, password: string, host: string, port: number): Promise<void> {
  const reader = new Reader(socket);
  try {
    socket.write(Buffer.from(user === '' ? [version, 1, noPassword] : [version, 2, noPassword, withPassword]));
    const [spoken, method] = await reader.take(2);
    if (spoken !== version) throw new Error('it does not speak SOCKS5');
    if (method === withPassword) {
      socket.write(Buffer.concat([Buffer.from([1]), short(user), short(password)]));
      const [, accepted] = await reader.take(2);
      if (accepted !== 0) throw new Error('it does not accept the password');
    } else if (method !== noPassword) throw new Error('it asks for a password');
    socket.write(Buffer.concat([Buffer.from([version, 1, 0]), address(host), Buffer.from([port >> 8, port & 0xff])]));
    const [, reply = 1, , kind] = await reader.take(4);
    if (reply !== 0) throw new Error(refusals[reply] ?? `it answers ${String(reply)}`);
    const length = kind === 1 ? 4 : kind === 4 ? 16 : (await reader.take(1))[0] ?? 0;
    await reader.take(length + 2); // its own address and port
  } finally {
    reader.end();
  }
}

const short = (value: string) => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);

function address(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)]);
  // Addresses of IPv6 go as names: every server resolves them.
  return Buffer.concat([Buffer.from([3]), short(host)]);
}

/** Takes so many bytes at a time from a socket; what comes after them stays in it. */
class Reader {
  readonly #socket: Socket;
  #fail: ((error: Error) => void) | undefined;
  readonly #broken = (error?: Error | boolean): void => { this.#fail?.(error instanceof Error ? error : new Error('it closes the connection')); };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', this.#broken).on('close', this.#broken).on('end', this.#broken);
  }

  take(count: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const bytes = this.#socket.read(count) as Buffer | null;
        if (bytes === null || bytes.length < count) return;
        this.#socket.off('readable', look);
        resolve(bytes);
      };
      this.#fail = (error) => {
        this.#socket.off('readable', look);
        reject(error);
      };
      this.#socket.on('readable', look);
      look();
    });
  }

  end(): void {
    this.#socket.off('error', this.#broken).off('close', this.#broken).off('end', this.#broken);
  }
}
