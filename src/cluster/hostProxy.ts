// Without `node:`: VS Code patches what is required by these names, and by no others.
import http from 'http';
import https from 'https';

/** Milliseconds until a host that does not say is taken for one that patches nothing. */
const patience = 10_000;

/**
 * The proxy that VS Code would use for an address: its settings, the system's, a PAC script. VS Code has no call for that,
 * but the `request` functions that it patches tell it of each connection (event `proxy`). One is begun, and ended when it tells.
 * Undefined where no proxy is used. It asks nothing of the server, and says nothing to it.
 */
export async function hostProxy(address: URL): Promise<URL | undefined> {
  const { request } = address.protocol === 'https:' ? https : http;
  return new Promise((resolve) => {
    // The certificate is not looked at: nothing is sent.
    const probe = request(address, { method: 'HEAD', rejectUnauthorized: false });
    const timer = setTimeout(() => { done(undefined); }, patience);
    const done = (proxy: URL | undefined) => {
      clearTimeout(timer);
      resolve(proxy);
      probe.destroy();
    };
    probe.once('proxy', ({ proxy }: { readonly proxy?: string }) => { done(proxyOf(proxy ?? 'DIRECT')); });
    // A host that patches nothing connects: before it sends, it is stopped.
    probe.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => { done(undefined); });
      else done(undefined);
    });
    probe.on('error', () => { done(undefined); });
  });
}

/** `PROXY host:port`, `HTTPS host:port` or `DIRECT`, as PAC scripts say it. */
function proxyOf(answer: string): URL | undefined {
  const [kind = '', target = ''] = answer.trim().split(/\s+/);
  const scheme = { PROXY: 'http', HTTP: 'http', HTTPS: 'https', SOCKS: 'socks5', SOCKS5: 'socks5' }[kind.toUpperCase()];
  return scheme === undefined || !URL.canParse(`${scheme}://${target}`) ? undefined : new URL(`${scheme}://${target}`);
}
