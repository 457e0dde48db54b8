/**
 * Certificates and keys as far as the operator reads them before it hands them to Prometheus (Go's x509.ParseCertificate and
 * tls.X509KeyPair): whether they are there and in one piece, not who signed them or how long they hold.
 */

import { DerReader, derTags, hex, unsigned } from './der.ts';
import { pemBlocks } from './pem.ts';

/** What is wrong with the first block of a PEM text, which has to be a certificate; undefined when nothing is. */
export function certificateFault(pem: string): string | undefined {
  const [block] = pemBlocks(pem);
  if (block === undefined) return 'failed to decode PEM block';
  return typeof parseCertificate(block.bytes) === 'string' ? `failed to parse certificate: ${String(parseCertificate(block.bytes))}` : undefined;
}

/** What is wrong with a certificate and its private key, both PEM; undefined when nothing is. */
export function keyPairFault(certificatePem: string, keyPem: string): string | undefined {
  const certificates = pemBlocks(certificatePem);
  const certificate = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (certificate === undefined) return certificates.length === 0 ? 'failed to find any PEM data in certificate input' : 'failed to find "CERTIFICATE" PEM block in certificate input';
  const keys = pemBlocks(keyPem);
  const keyBlock = keys.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (keyBlock === undefined) return keys.length === 0 ? 'failed to find any PEM data in key input' : 'failed to find PEM block with type ending in "PRIVATE KEY" in key input';
  const publicKey = parseCertificate(certificate.bytes);
  if (typeof publicKey === 'string') return publicKey;
  const privateKey = parsePrivateKey(keyBlock.bytes);
  if (privateKey === undefined) return 'failed to parse private key';
  if (privateKey.algorithm !== publicKey.algorithm) return 'private key type does not match public key type';
  const differs = privateKey.material !== undefined && privateKey.material !== publicKey.material;
  return differs ? 'private key does not match public key' : undefined;
}

/** What says which public key it is: RSA's modulus, or the bytes of the other kinds' keys. */
interface Key {
  readonly algorithm: string;
  /** Undefined where a private key does not carry its public one along. */
  readonly material: string | undefined;
}

const rsa = '2a864886f70d010101';
const ellipticCurve = '2a8648ce3d0201';
const ed25519 = '2b6570';

/** The public key of a certificate, or what is wrong with it in Go's words. */
function parseCertificate(bytes: Uint8Array): Key | string {
  const malformed = 'x509: malformed certificate';
  const outer = new DerReader(bytes);
  const certificate = outer.sequence();
  if (certificate === undefined) return malformed;
  if (!outer.atEnd) return 'x509: trailing data';
  const body = certificate.sequence();
  const outerAlgorithm = certificate.read(derTags.sequence);
  const signature = certificate.read(derTags.bitString);
  if (body === undefined || outerAlgorithm === undefined || signature === undefined) return malformed;
  body.read(derTags.context0);
  const serial = body.read(derTags.integer);
  const algorithm = body.read(derTags.sequence);
  const [issuer, validity, subject] = [body.sequence(), body.sequence(), body.sequence()];
  const publicKey = body.sequence();
  if (serial === undefined || algorithm === undefined || issuer === undefined || validity === undefined || subject === undefined || publicKey === undefined) return malformed;
  if (((serial.contents[0] ?? 0x80) & 0x80) !== 0) return 'x509: negative serial number';
  if (hex(algorithm.whole) !== hex(outerAlgorithm.whole)) return "x509: inner and outer signature algorithm identifiers don't match";
  return parsePublicKey(publicKey) ?? 'x509: malformed public key';
}

function parsePublicKey(reader: DerReader): Key | undefined {
  const algorithm = reader.sequence()?.read(derTags.objectIdentifier);
  const bits = reader.read(derTags.bitString);
  if (algorithm === undefined || bits === undefined) return undefined;
  const name = hex(algorithm.contents);
  const key = bits.contents.subarray(1);
  if (name !== rsa) return { algorithm: name, material: hex(key) };
  const modulus = new DerReader(key).sequence()?.read(derTags.integer);
  return modulus === undefined ? undefined : { algorithm: rsa, material: unsigned(modulus) };
}

/** A private key in any of the three forms in use: PKCS#1 (RSA), PKCS#8 and SEC 1 (elliptic curves). */
function parsePrivateKey(bytes: Uint8Array): Key | undefined {
  return parseRsaKey(bytes) ?? parsePkcs8Key(bytes) ?? parseCurveKey(bytes);
}

function parseRsaKey(bytes: Uint8Array): Key | undefined {
  const fields = new DerReader(bytes).sequence();
  // The version, the modulus, the two exponents, the two primes and what is computed from them.
  const numbers = Array.from({ length: 9 }, () => fields?.read(derTags.integer));
  const modulus = numbers[1];
  return modulus === undefined || numbers.includes(undefined) ? undefined : { algorithm: rsa, material: unsigned(modulus) };
}

function parsePkcs8Key(bytes: Uint8Array): Key | undefined {
  const fields = new DerReader(bytes).sequence();
  const version = fields?.read(derTags.integer);
  const algorithm = fields?.sequence()?.read(derTags.objectIdentifier);
  const key = fields?.read(derTags.octetString);
  if (version === undefined || algorithm === undefined || key === undefined) return undefined;
  switch (hex(algorithm.contents)) {
    case rsa: return parseRsaKey(key.contents);
    case ellipticCurve: return parseCurveKey(key.contents);
    case ed25519: return new DerReader(key.contents).read(derTags.octetString)?.contents.length === 32 ? { algorithm: ed25519, material: undefined } : undefined;
    default: return undefined;
  }
}

function parseCurveKey(bytes: Uint8Array): Key | undefined {
  const fields = new DerReader(bytes).sequence();
  const version = fields?.read(derTags.integer);
  const key = fields?.read(derTags.octetString);
  if (fields === undefined || version === undefined || key === undefined || hex(version.contents) !== '01') return undefined;
  fields.read(derTags.context0);
  const publicKey = fields.read(derTags.context1);
  const bits = publicKey === undefined ? undefined : new DerReader(publicKey.contents).read(derTags.bitString);
  return { algorithm: ellipticCurve, material: bits === undefined ? undefined : hex(bits.contents.subarray(1)) };
}
