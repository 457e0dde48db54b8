import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { certificateFault, keyPairFault } from '../../../src/language/kinds/shared/certificates.ts';

/** A DER value of a tag. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const length = body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function pem(type: string, bytes: Uint8Array): string {
  return `-----BEGIN ${type}-----\n${Buffer.from(bytes).toString('base64').replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END ${type}-----\n`;
}

const algorithm = der(0x30, der(0x06, Buffer.from('2a864886f70d01010b', 'hex')));

/** The outline of a certificate of a key, signed by nobody. */
function certificate(key: KeyObject, { serial = [1], outer = algorithm }: { serial?: readonly number[]; outer?: Buffer } = {}): Buffer {
  const time = der(0x17, Buffer.from('260101000000Z'));
  const body = der(0x30, der(0xa0, der(0x02, Buffer.from([2]))), der(0x02, Buffer.from(serial)), algorithm, der(0x30), der(0x30, time, time), der(0x30), key.export({ type: 'spki', format: 'der' }));
  return der(0x30, body, outer, der(0x03, Buffer.from([0, 1, 2])));
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaCertificate = pem('CERTIFICATE', certificate(rsa.publicKey));
const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('certificateFault', () => {
  test('takes a certificate, whatever stands around it', () => {
    for (const text of [rsaCertificate, `Certificate:\n${rsaCertificate}rest`, rsaCertificate.replaceAll('\n', '\r\n'), rsaCertificate.trim(), rsaCertificate.replace('\n', '\nProc-Type: x\n')]) {
      assert.equal(certificateFault(text), undefined, text);
    }
  });

  test('refuses what is no PEM', () => {
    for (const text of ['garbage', rsaCertificate.replace('BEGIN', 'BEGINN'), rsaCertificate.replace(/M/g, '*'), ` ${rsaCertificate}`, rsaCertificate.slice(0, -20), rsaCertificate.replace('END CERTIFICATE', 'END X')]) {
      assert.equal(certificateFault(text), 'failed to decode PEM block', text);
    }
  });

  test('refuses PEM that is no certificate', () => {
    const whole = certificate(rsa.publicKey);
    assert.equal(certificateFault(pkcs8(rsa.privateKey)), 'failed to parse certificate: x509: malformed certificate');
    assert.equal(certificateFault(pem('CERTIFICATE', whole.subarray(0, -5))), 'failed to parse certificate: x509: malformed certificate');
    assert.equal(certificateFault(pem('CERTIFICATE', Buffer.concat([whole, Buffer.from([0])]))), 'failed to parse certificate: x509: trailing data');
    assert.equal(certificateFault(pem('CERTIFICATE', certificate(rsa.publicKey, { serial: [0x80] }))), 'failed to parse certificate: x509: negative serial number');
    assert.equal(certificateFault(pem('CERTIFICATE', certificate(rsa.publicKey, { outer: der(0x30) }))), "failed to parse certificate: x509: inner and outer signature algorithm identifiers don't match");
  });

  test('long texts are read at once', () => {
    assert.equal(certificateFault('-----BEGIN A:-----\n-----END A:-----\n'.repeat(20_000).replaceAll('A:-----\n-----END', 'A:-----\nx:\n-----END')), 'failed to decode PEM block');
    assert.equal(certificateFault('\n-----END A-----'.repeat(50_000)), 'failed to decode PEM block');
    assert.equal(certificateFault(`-----BEGIN CERTIFICATE-----\n${' '.repeat(200_000)}x\n-----END CERTIFICATE-----`), 'failed to decode PEM block');
  });
});

describe('keyPairFault', () => {
  test('takes a certificate with its key in any form', () => {
    assert.equal(keyPairFault(rsaCertificate, pkcs8(rsa.privateKey)), undefined);
    assert.equal(keyPairFault(rsaCertificate, rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()), undefined);
    const curveCertificate = pem('CERTIFICATE', certificate(curve.publicKey));
    assert.equal(keyPairFault(curveCertificate, pkcs8(curve.privateKey)), undefined);
    assert.equal(keyPairFault(curveCertificate, curve.privateKey.export({ type: 'sec1', format: 'pem' }).toString()), undefined);
  });

  test('refuses one with another key, and what is no key', () => {
    assert.equal(keyPairFault(rsaCertificate, pkcs8(otherRsa.privateKey)), 'private key does not match public key');
    assert.equal(keyPairFault(rsaCertificate, pkcs8(curve.privateKey)), 'private key type does not match public key type');
    assert.equal(keyPairFault(rsaCertificate, pem('ENCRYPTED PRIVATE KEY', Buffer.from('x'))), 'failed to parse private key');
    assert.match(keyPairFault(rsaCertificate, rsaCertificate) ?? '', /type ending in "PRIVATE KEY"/);
    assert.match(keyPairFault(pkcs8(rsa.privateKey), pkcs8(rsa.privateKey)) ?? '', /"CERTIFICATE" PEM block/);
  });
});
