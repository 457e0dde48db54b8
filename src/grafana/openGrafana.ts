import { type GrafanaAnswer, GrafanaError, requestTo } from './grafanaRequest.ts';
import type { Upstream } from './upstream.ts';

/** Where a Grafana may be, before anybody has asked it. */
export interface GrafanaAddress extends Pick<Upstream, 'name' | 'agent' | 'credentials'> {
  /** With the path below which it stands, if there is one. */
  readonly url: URL;
  /** Where users see it, which is what it calls itself; undefined where nobody says. */
  readonly externalUrl: string | undefined;
}

/** A Grafana that has answered. */
export interface OpenedGrafana {
  readonly upstream: Upstream;
  /** Undefined where it hides its version from who is not signed in. */
  readonly version: string | undefined;
  /** The host at which one signs in, where that is another server. */
  readonly signsInAt: string | undefined;
}

/** Redirects of its own that are followed. */
const redirects = 4;

/**
 * Asks a Grafana what it is and below which path it stands: its root_url may have a path that a port-forward does not show
 * (SubPathRedirect in grafana/grafana, pkg/middleware), and that it serves itself or leaves to a reverse proxy. Rejects with a GrafanaError.
 */
export async function openGrafana({ name, agent, credentials, url, externalUrl }: GrafanaAddress): Promise<OpenedGrafana> {
  const aliases = new Set(externalUrl === undefined || !URL.canParse(externalUrl) ? [] : [new URL(externalUrl).origin]);
  const at = (prefix: string, stripsPrefix: boolean): Upstream => ({ name, agent, credentials, origin: new URL(url.origin), prefix, stripsPrefix, aliases: [...aliases] });
  const path = url.pathname.replace(/\/+$/, '');
  let upstream = at(path, false);
  let health = await requestTo(upstream)('/api/health', { anonymous: true });
  if (health.location !== undefined && URL.canParse(health.location, url.href)) {
    // It serves its path itself, and leads there by the address that it calls itself.
    const target = new URL(health.location, url.href);
    if (target.pathname.endsWith('/api/health')) {
      if (path === '') aliases.add(target.origin);
      upstream = at(target.pathname.slice(0, -'/api/health'.length), false);
      health = await requestTo(upstream)('/api/health', { anonymous: true });
    }
  }
  const version = versionIn(health, name);
  const { prefix, signsInAt } = await lookAtLogin(upstream);
  // Its pages name a path that it does not serve.
  if (prefix !== undefined && prefix !== upstream.prefix && path === '') upstream = at(prefix, true);
  return { upstream, version, signsInAt };
}

function versionIn({ status, text, contentType }: GrafanaAnswer, name: string): string | undefined {
  if (status === 200 && /json/.test(contentType)) {
    try {
      const said: unknown = JSON.parse(text);
      if (typeof said === 'object' && said !== null && 'database' in said) return 'version' in said && typeof said.version === 'string' && said.version !== '' ? said.version : undefined;
    } catch {
      // It says so below.
    }
  }
  throw new GrafanaError('unexpected', status >= 500 ? `${name} answers with status ${String(status)}.` : `${name} does not answer as Grafana does (status ${String(status)}). A login of another server may stand before it: try the port-forward, or its own address.`);
}

/** What its login page says: the path that it believes to be below (its `<base>`), or another server. */
async function lookAtLogin(upstream: Upstream): Promise<{ readonly prefix?: string; readonly signsInAt: string | undefined }> {
  const own = new Set([upstream.origin.origin, ...upstream.aliases]);
  let path = '/login';
  for (let round = 0; round < redirects; round++) {
    const answer = await requestTo(upstream)(path, { anonymous: true, headers: { accept: 'text/html' } });
    if (answer.location === undefined) {
      const [, base] = /<base href="([^"]*)"/.exec(answer.text) ?? [];
      return base === undefined || !base.startsWith('/') ? { signsInAt: undefined } : { prefix: base.replace(/\/+$/, ''), signsInAt: undefined };
    }
    const target = new URL(answer.location, new URL(`${upstream.prefix}${path}`, upstream.origin));
    if (!own.has(target.origin)) return { signsInAt: target.host };
    path = `${target.pathname.startsWith(`${upstream.prefix}/`) ? target.pathname.slice(upstream.prefix.length) : target.pathname}${target.search}`;
  }
  return { signsInAt: undefined };
}
