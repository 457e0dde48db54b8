/** Cookies of one server at most: a server that sets more is broken. */
const maximumCookies = 50;
const maximumLength = 8_000;

interface Cookie {
  readonly value: string;
  readonly path: string;
  /** In milliseconds since 1970; undefined: as long as the jar. */
  readonly until: number | undefined;
}

/** The cookies of one server, kept away from the browser: its session is of no use to any page. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Takes the Set-Cookie headers of an answer. */
  store(headers: readonly string[]): void {
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || pair.length > maximumLength) continue;
      const cookie = cookieOf(pair.slice(at + 1).trim(), attributes);
      this.#cookies.delete(name);
      if ((cookie.until ?? Number.POSITIVE_INFINITY) > Date.now() && this.#cookies.size < maximumCookies) this.#cookies.set(name, cookie);
    }
  }

  /** The Cookie header for a path. @param others pairs of the page itself, which do not count where the server has set the same name */
  header(path: string, others: readonly string[] = []): string {
    const now = Date.now();
    const own = [...this.#cookies].filter(([, { path: of, until }]) => (until ?? now) >= now && (path === of || path.startsWith(of.endsWith('/') ? of : `${of}/`)));
    const names = new Set(own.map(([name]) => name));
    return [...own.map(([name, { value }]) => `${name}=${value}`), ...others.filter((pair) => !names.has(pair.split('=', 1)[0] ?? ''))].join('; ');
  }

  clear(): void {
    this.#cookies.clear();
  }
}

function cookieOf(value: string, attributes: readonly string[]): Cookie {
  let path = '/';
  let until: number | undefined;
  let hasAge = false;
  for (const attribute of attributes) {
    const [name = '', ...rest] = attribute.split('=');
    const said = rest.join('=').trim();
    switch (name.trim().toLowerCase()) {
      case 'path': path = said.startsWith('/') ? said : '/'; break;
      case 'max-age':
        if (!/^-?\d+$/.test(said)) break;
        hasAge = true;
        until = Date.now() + Number(said) * 1000;
        break;
      case 'expires': if (!hasAge && !Number.isNaN(Date.parse(said))) until = Date.parse(said); break;
    }
  }
  return { value, path, until };
}
