import { BlockList, isIP } from 'node:net';

/** The variables that name proxies, in upper or lower case; process.env, or VS Code's settings in that form. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an address as Go's net/http finds it (and so kubectl): HTTPS_PROXY or HTTP_PROXY by the scheme, unless
 * NO_PROXY names the host; never for localhost and loopback addresses. An address of a proxy that cannot be read is none.
 */
export function environmentProxy(address: URL, variables: ProxyVariables = process.env): URL | undefined {
  const read = (name: string) => variables[name] ?? variables[name.toLowerCase()] ?? '';
  const proxy = read(address.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY').trim();
  const host = address.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (proxy === '' || host === 'localhost' || isLoopback(host)) return undefined;
  const port = address.port || (address.protocol === 'https:' ? '443' : '80');
  if (read('NO_PROXY').split(',').some((rule) => matches(rule.trim().toLowerCase(), host, port))) return undefined;
  const url = /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** `*`, an address, a network (10.0.0.0/8), a host with its subdomains, `.domain` for those alone; each perhaps with a port. */
function matches(rule: string, host: string, port: string): boolean {
  if (rule === '') return false;
  if (rule === '*') return true;
  if (rule.includes('/')) return inNetwork(rule, host);
  const { name, port: onlyPort } = withPort(rule);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const suffix = name.replace(/^\*(?=\.)/, '');
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function withPort(rule: string): { readonly name: string; readonly port?: string } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(rule);
  if (bracketed !== null) return { name: bracketed[1] ?? '', ...(bracketed[2] === undefined ? {} : { port: bracketed[2] }) };
  const simple = /^([^:]+):(\d+)$/.exec(rule);
  return simple === null ? { name: rule } : { name: simple[1] ?? '', port: simple[2] ?? '' };
}

function inNetwork(network: string, host: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const family = isIP(base);
  const prefix = Number(bits);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(base, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

const isLoopback = (host: string) => (isIP(host) === 4 ? host.startsWith('127.') : host === '::1');
