import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Where addresses with a token are. */
const door = '/.kubeprom/';
const cookieName = 'kubeprom';

export interface GateOptions {
  /** Milliseconds for which an address can be opened, once. */
  readonly tokenLife: number;
  /** What is written behind the cookie: where it may be sent. */
  readonly cookieAttributes: string;
}

/** What the gate says of a request. */
export type Verdict =
  | { readonly may: 'pass' }
  /** The address was opened in time: the cookie goes out with a redirect. */
  | { readonly may: 'enter'; readonly cookie: string; readonly to: string }
  | { readonly may: 'not'; readonly status: number; readonly message: string };

/**
 * Who may use a listener on 127.0.0.1. Any program and any page of a browser can connect to it; in gets only who opens an
 * address that was given out, once, and shows from then on the cookie that it became.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #tokens = new Map<string, number>();
  /** Hosts under which a browser may name it; any other is a page that rebinds its own name. */
  readonly #hosts = new Set<string>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  addHost(host: string): void {
    this.#hosts.add(host.toLowerCase());
  }

  /** The path of an address that can be opened once. @param to where it leads: a path */
  admit(to: string): string {
    const now = Date.now();
    for (const [token, until] of this.#tokens) if (until < now) this.#tokens.delete(token);
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(token, now + this.#options.tokenLife);
    return `${door}${token}?to=${encodeURIComponent(to)}`;
  }

  /** Whether a request is for this listener at all, by its form, its Host and its Origin, and whether its cookie is right. */
  judge(request: IncomingMessage): Verdict {
    const { headers, rawHeaders, method } = request;
    const path = request.url ?? '';
    if (method === 'CONNECT' || !path.startsWith('/') || path.startsWith('//')) return refuse(400, 'This is no proxy for other servers.');
    const host = (headers.host ?? '').toLowerCase();
    if (!this.#hosts.has(host) || countOf(rawHeaders, 'host') !== 1) return refuse(403, 'This address is for the page that Kubeprom opened.');
    const { origin } = headers;
    if (origin !== undefined && !this.#isOwn(origin)) return refuse(403, 'Another page may not use this address.');
    const [pathname = '', query = ''] = path.split('?', 2);
    if (pathname.startsWith(door)) return this.#enter(pathname.slice(door.length), query);
    // A frame or a window comes from elsewhere, by the redirect that gave the cookie; what a page loads is its own.
    const isElsewhere = headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site';
    if (isElsewhere && (headers['sec-fetch-mode'] !== 'navigate' || method !== 'GET')) return refuse(403, 'Another page may not use this address.');
    return this.#hasCookie(request) ? { may: 'pass' } : refuse(403, 'This address is for the page that Kubeprom opened. Open it from VS Code again.');
  }

  /** A request's cookies without that of the gate. */
  static foreignCookies(cookies: string): string[] {
    return cookies.split(/;\s*/).filter((one) => one !== '' && !one.startsWith(`${cookieName}=`));
  }

  #enter(token: string, query: string): Verdict {
    const until = this.#tokens.get(token) ?? 0;
    this.#tokens.delete(token);
    if (until < Date.now()) return refuse(403, 'This address was used already, or is too old. Open it from VS Code again.');
    const to = new URLSearchParams(query).get('to') ?? '/';
    return { may: 'enter', cookie: `${cookieName}=${this.#secret}; HttpOnly; ${this.#options.cookieAttributes}; Path=/`, to: /^\/(?![/\\])/.test(to) ? to : '/' };
  }

  #isOwn(origin: string): boolean {
    return URL.canParse(origin) && this.#hosts.has(new URL(origin).host.toLowerCase());
  }

  #hasCookie({ headers }: IncomingMessage): boolean {
    const right = Buffer.from(`${cookieName}=${this.#secret}`);
    return (headers.cookie ?? '').split(/;\s*/).some((one) => {
      const given = Buffer.from(one);
      return given.length === right.length && timingSafeEqual(given, right);
    });
  }
}

function refuse(status: number, message: string): Verdict {
  return { may: 'not', status, message };
}

function countOf(rawHeaders: readonly string[], name: string): number {
  return rawHeaders.filter((one, index) => index % 2 === 0 && one.toLowerCase() === name).length;
}
