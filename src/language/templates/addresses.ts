/** Network addresses as Go's package net takes them apart; on byte strings. */

/** net.SplitHostPort; undefined where it fails. */
export function splitHostPort(address: string): { host: string; port: string } | undefined {
  const bracketed = /^\[([^[\]]*)\]:([^:[\]]*)$/.exec(address);
  const plain = /^([^:[\]]*):([^:[\]]*)$/.exec(address);
  const [, host, port] = bracketed ?? plain ?? [];
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** net.JoinHostPort: a host with a colon gets brackets. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether net.ParseIP takes a text: dotted decimal without leading zeros, or IPv6 without a zone. */
export function isIpAddress(text: string): boolean {
  return text.includes(':') ? isIpv6(text) : isIpv4(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  let count = all.length;
  const last = groups.at(-1)?.at(-1);
  if (last?.includes('.') === true) {
    if (!isIpv4(last)) return false;
    all.pop();
    count++;
  }
  return all.every((group) => /^[\da-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
