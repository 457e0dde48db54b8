/** URLs as Go's net/url reads and writes them, which is more lenient than the WHATWG's rules and refuses other texts. */

import { decodeUtf8, encodeUtf8 } from '../templates/utf8.ts';
import { quoted } from './goText.ts';

/** A URL as url.Parse takes it apart; all parts but the query are unescaped and, like all text here, ordinary strings. */
export interface GoUrl {
  readonly scheme: string;
  readonly host: string;
  /** The URL as Go writes it (url.URL.String), with a password replaced by `xxxxx` where asked. */
  format(options?: { readonly redactPassword?: boolean }): string;
}

type Part = 'path' | 'host' | 'zone' | 'user' | 'fragment';

class InvalidUrl extends Error {}

/** Reads any URL, relative ones too; the error is in Go's words. */
export function parseGoUrl(text: string): GoUrl | { readonly error: string } {
  const hash = text.indexOf('#');
  const address = hash === -1 ? text : text.slice(0, hash);
  try {
    return parse(address, hash === -1 ? '' : text.slice(hash + 1));
  } catch (error) {
    if (error instanceof InvalidUrl) return { error: `parse ${quoted(address)}: ${error.message}` };
    throw error;
  }
}

/** What Alertmanager and the operator find wrong with the address of a web service; undefined when it is fine. */
export function webUrlFault(text: string): string | undefined {
  const url = parseGoUrl(text);
  if ('error' in url) return url.error;
  if (url.scheme !== 'http' && url.scheme !== 'https') return `unsupported scheme ${quoted(url.scheme)} for URL`;
  return url.host === '' ? 'missing host for URL' : undefined;
}

function parse(address: string, fragment: string): GoUrl {
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x1f\x7f]/.test(address)) throw new InvalidUrl('net/url: invalid control character in URL');
  if (address.startsWith(':')) throw new InvalidUrl('missing protocol scheme');
  const schemeMatch = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(address);
  const scheme = schemeMatch?.[1]?.toLowerCase() ?? '';
  let rest = schemeMatch === null ? address : address.slice(schemeMatch[0].length);
  const question = rest.indexOf('?');
  const query = question === -1 ? '' : rest.slice(question);
  if (question !== -1) rest = rest.slice(0, question);
  const tail = `${query}${fragmentText(fragment)}`;
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme, host: '', format: () => `${scheme}:${rest}${tail}` };
    if (address !== '*' && (rest.split('/')[0] ?? '').includes(':')) throw new InvalidUrl('first path segment in URL cannot contain colon');
  }
  const authority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///')) ? /^\/\/[^/]*/.exec(rest)?.[0].slice(2) : undefined;
  const path = authority === undefined ? rest : rest.slice(2 + authority.length);
  const at = authority?.lastIndexOf('@') ?? -1;
  const host = authority === undefined ? '' : parseHost(scheme, authority.slice(at + 1));
  const user = authority === undefined || at === -1 ? undefined : parseUser(authority.slice(0, at));
  const escapedPath = canonical(path, 'path');
  return {
    scheme,
    host,
    format: ({ redactPassword = false } = {}) => {
      const prefix = scheme === '' ? '' : `${scheme}:`;
      const login = user === undefined ? '' : `${user.name}${user.password === undefined ? '' : `:${redactPassword ? 'xxxxx' : user.password}`}@`;
      const slashes = authority !== undefined && (host !== '' || path !== '' || user !== undefined) ? '//' : '';
      return `${prefix}${slashes}${login}${escape(host, 'host')}${escapedPath}${tail}`;
    },
  };
}

function fragmentText(fragment: string): string {
  return fragment === '' ? '' : `#${canonical(fragment, 'fragment')}`;
}

/** A path or fragment as it was written, where that is a valid escaping; else escaped anew. */
function canonical(text: string, part: 'path' | 'fragment'): string {
  const plain = unescape(text, part);
  const valid = [...encodeUtf8(text)].every((byte) => "!$&'()*+,;=:@[]%".includes(byte) || !shouldEscape(byte.charCodeAt(0), part));
  return valid ? text : escape(plain, part);
}

function parseUser(text: string): { readonly name: string; readonly password: string | undefined } {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new InvalidUrl('net/url: invalid userinfo');
  const colon = text.indexOf(':');
  const name = escape(unescape(colon === -1 ? text : text.slice(0, colon), 'user'), 'user');
  return { name, password: colon === -1 ? undefined : escape(unescape(text.slice(colon + 1), 'user'), 'user') };
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new InvalidUrl('invalid IP-literal');
  if (open === 0) return parseBracketed(host);
  // Only http and https are strict about several colons.
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon !== -1) checkPort(host.slice(colon));
  return unescape(host, 'host');
}

function parseBracketed(host: string): string {
  const close = host.lastIndexOf(']');
  if (close === -1) throw new InvalidUrl("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const inside = host.slice(1, close);
  const zone = inside.indexOf('%25');
  const name = zone === -1 ? unescape(inside, 'host') : unescape(inside.slice(0, zone), 'host') + unescape(inside.slice(zone), 'zone');
  if (!isIPv6(name)) throw new InvalidUrl('invalid host: not an IPv6 address');
  return `[${name}]${port}`;
}

function checkPort(text: string): void {
  if (text !== '' && !/^:[0-9]*$/.test(text)) throw new InvalidUrl(`invalid port ${quoted(text)} after host`);
}

/** netip.ParseAddr for what is no IPv4 address. */
export function isIPv6(text: string): boolean {
  const percent = text.indexOf('%');
  if (percent === text.length - 1) return false;
  const address = percent === -1 ? text : text.slice(0, percent);
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => half === '' ? [] : half.split(':'));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const hasIPv4 = last.includes('.');
  if (hasIPv4 && !/^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/.test(last)) return false;
  const hex = hasIPv4 ? all.slice(0, -1) : all;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (hasIPv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Undoes `%xx`; hosts may escape only what is beyond ASCII. */
function unescape(text: string, part: Part): string {
  const bytes = encodeUtf8(text);
  let plain = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charAt(i);
    if (byte !== '%') {
      if ((part === 'host' || part === 'zone') && byte < '\x80' && shouldEscape(byte.charCodeAt(0), part)) {
        throw new InvalidUrl(`invalid character ${quoted(byte)} in host name`);
      }
      plain += byte;
      continue;
    }
    const escaped = /^%[0-9a-fA-F]{2}/.exec(bytes.slice(i, i + 3))?.[0];
    if (escaped === undefined) throw new InvalidUrl(`invalid URL escape ${quoted(bytes.slice(i, i + 3))}`);
    const value = Number.parseInt(escaped.slice(1), 16);
    const refused = (part === 'host' && value < 0x80 && escaped !== '%25')
      || (part === 'zone' && escaped !== '%25' && value !== 0x20 && shouldEscape(value, 'host'));
    if (refused) throw new InvalidUrl(`invalid URL escape ${quoted(escaped)}`);
    plain += String.fromCharCode(value);
    i += 2;
  }
  return decodeUtf8(plain);
}

function escape(text: string, part: Part): string {
  let escaped = '';
  for (const byte of encodeUtf8(text)) {
    const code = byte.charCodeAt(0);
    escaped += shouldEscape(code, part) ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : byte;
  }
  return escaped;
}

const unreserved = /[A-Za-z0-9\-_.~]/;
const allowed: Readonly<Record<Part, string>> = {
  path: '$&+,/:;=@',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  user: '$&+,;=',
  fragment: '$&+,/:;=?@!()*',
};

function shouldEscape(code: number, part: Part): boolean {
  if (code >= 0x80) return true;
  const character = String.fromCharCode(code);
  return !unreserved.test(character) && !allowed[part].includes(character);
}
