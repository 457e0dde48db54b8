/** Network addresses as Go's net.SplitHostPort takes them apart. */

/** Host and port, of which each may be empty; the error is in Go's words. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | { readonly error: string } {
  const fail = (reason: string): { error: string } => ({ error: `address ${text}: ${reason}` });
  const colon = text.lastIndexOf(':');
  if (colon === -1) return fail('missing port in address');
  if (!text.startsWith('[')) {
    const host = text.slice(0, colon);
    if (host.includes(':')) return fail('too many colons in address');
    if (text.includes('[')) return fail("unexpected '[' in address");
    if (text.includes(']')) return fail("unexpected ']' in address");
    return { host, port: text.slice(colon + 1) };
  }
  const close = text.indexOf(']');
  if (close === -1) return fail("missing ']' in address");
  if (close + 1 !== colon) return fail(text.charAt(close + 1) === ':' ? 'too many colons in address' : 'missing port in address');
  if (text.indexOf('[', 1) !== -1) return fail("unexpected '[' in address");
  if (text.indexOf(']', close + 1) !== -1) return fail("unexpected ']' in address");
  return { host: text.slice(1, close), port: text.slice(colon + 1) };
}

/** net.JoinHostPort. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
