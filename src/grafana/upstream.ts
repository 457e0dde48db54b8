import type { Agent } from 'node:http';

/** One Grafana, and the only server that its proxy speaks to. */
export interface Upstream {
  /** For messages: `Grafana monitoring/grafana`. */
  readonly name: string;
  /** Scheme, host and port, as the Host header says them; connections are the agent's matter. */
  readonly origin: URL;
  readonly agent: Agent;
  /** The path under which its pages believe to be (Grafana's root_url), without a slash at the end: `` or `/grafana`. */
  readonly prefix: string;
  /** Whether it does not serve that path itself: a reverse proxy in front of it takes it off, and so do we. */
  readonly stripsPrefix: boolean;
  /** Other origins by which it calls itself: that of its root_url. */
  readonly aliases: readonly string[];
  /** Asked for each request, so that a token that was removed is not sent again. */
  readonly credentials: () => Credentials | undefined;
}

/** How somebody signs in to a Grafana. `token`: of a service account. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

/** The value of the Authorization header. */
export function authorizationOf(credentials: Credentials): string {
  return `${credentials.kind === 'token' ? 'Bearer' : 'Basic'} ${secretOf(credentials)}`;
}

/** What must not stand in any answer: whoever reads it could sign in. */
export function secretOf(credentials: Credentials): string {
  return credentials.kind === 'token' ? credentials.token : Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
}

/** A path of the page as Grafana serves it. */
export function servedPath({ prefix, stripsPrefix }: Pick<Upstream, 'prefix' | 'stripsPrefix'>, path: string): string {
  if (!stripsPrefix) return path;
  const rest = path.slice(prefix.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
