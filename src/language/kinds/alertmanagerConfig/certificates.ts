/**
 * Certificates and keys in PEM form, as far as their form goes: what Go's x509 refuses for its form is refused here, but no
 * signature is verified and no key compared with its certificate.
 */

/** Why a text is no certificate (pem.Decode and x509.ParseCertificate); undefined when it looks like one. */
export function certificateFault(text: string): string | undefined {
  const block = pemBlocks(text)[0];
  if (block === undefined) return 'failed to decode PEM block';
  return isCertificate(block.bytes) ? undefined : 'failed to parse certificate';
}

/** Why a certificate and a key cannot be used together (tls.X509KeyPair). */
export function keyPairFault(certificate: string, key: string): string | undefined {
  const certificates = pemBlocks(certificate).filter(({ type }) => type === 'CERTIFICATE');
  const [leaf] = certificates;
  if (leaf === undefined) return 'failed to find any PEM data in certificate input';
  const privateKey = pemBlocks(key).find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (privateKey === undefined) return 'failed to find any PEM data in key input';
  if (!isCertificate(leaf.bytes)) return 'failed to parse certificate';
  return isSequence(privateKey.bytes) ? undefined : 'failed to parse private key';
}

interface PemBlock {
  readonly type: string;
  readonly bytes: readonly number[];
}

function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = '', body = ''] of text.matchAll(/(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n((?:(?!-----)[^\n]*\n)*)-----END \1-----[ \t\r]*(?=\n|$)/g)) {
    const bytes = decodeBase64(body.replace(/^(?:[^\n]*:[^\n]*\n)+/, '').replace(/[ \t\r\n]/g, ''));
    if (bytes !== undefined) blocks.push({ type, bytes });
  }
  return blocks;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): number[] | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of text.replace(/=+$/, '')) {
    buffer = ((buffer << 6) | alphabet.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 0xff);
  }
  return bytes;
}

/** An element of DER: its tag and the place of its content. */
interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const sequence = 0x30;
const bitString = 0x03;
const integer = 0x02;
const explicitVersion = 0xa0;

function elementAt(bytes: readonly number[], index: number): Element | undefined {
  const tag = bytes[index];
  const first = bytes[index + 1];
  if (tag === undefined || first === undefined) return undefined;
  const extra = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || extra > 4) return undefined;
  let length = extra === 0 ? first : 0;
  for (let i = 0; i < extra; i++) length = length * 256 + (bytes[index + 2 + i] ?? 0);
  const start = index + 2 + extra;
  return start + length <= bytes.length ? { tag, start, end: start + length } : undefined;
}

/** The elements inside another one; undefined when they do not fill it. */
function children(bytes: readonly number[], { start, end }: Element): Element[] | undefined {
  const elements: Element[] = [];
  for (let index = start; index < end;) {
    const element = elementAt(bytes, index);
    if (element === undefined || element.end > end) return undefined;
    elements.push(element);
    index = element.end;
  }
  return elements;
}

function isSequence(bytes: readonly number[]): boolean {
  const element = elementAt(bytes, 0);
  return element?.tag === sequence && element.end === bytes.length;
}

/** The outline that RFC 5280 gives a certificate. */
function isCertificate(bytes: readonly number[]): boolean {
  const outer = elementAt(bytes, 0);
  if (outer?.tag !== sequence || outer.end !== bytes.length) return false;
  const [body, algorithm, signature, ...more] = children(bytes, outer) ?? [];
  if (body?.tag !== sequence || algorithm?.tag !== sequence || signature?.tag !== bitString || more.length > 0) return false;
  const parts = children(bytes, body) ?? [];
  const fields = parts[0]?.tag === explicitVersion ? parts.slice(1) : parts;
  return [integer, sequence, sequence, sequence, sequence, sequence].every((tag, index) => fields[index]?.tag === tag);
}
