import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { certificateFault, keyPairFault } from './certificates.ts';
import { rejected, type MonitorScope } from './monitorScope.ts';
import { checkReference, checkSecretOrConfigMap, readSecret, readSecretOrConfigMap } from './references.ts';

/**
 * What the operator refuses in a `tlsConfig`: settings that exclude each other, references that lead nowhere, and what
 * is there but is no certificate or key. Only a ServiceMonitor's may name files (`caFile` and the like); elsewhere the schema drops them.
 */
export function checkTlsConfig(tls: Source, scope: MonitorScope): Problem[] {
  if (!tls.exists) return [];
  return [
    ...checkTlsSettings(tls),
    ...checkSecretOrConfigMap(tls.at('ca'), scope),
    ...checkSecretOrConfigMap(tls.at('cert'), scope),
    ...checkReference(tls.at('keySecret'), 'Secret', scope),
    ...checkContents(tls, scope),
  ];
}

/** The settings alone, where the operator reads nothing of what they refer to. */
export function checkTlsSettings(tls: Source): Problem[] {
  return [
    ...checkOneSource(tls.at('ca')),
    ...checkOneSource(tls.at('cert')),
    ...checkFileOrReference(tls, 'ca', 'caFile'),
    ...checkFileOrReference(tls, 'cert', 'certFile'),
    ...checkFileOrReference(tls, 'keySecret', 'keyFile'),
    ...checkPair(tls),
    ...checkVersions(tls),
  ];
}

/** Whether a `secretOrConfigMap` names anything; `{}` is as good as absent. */
export function namesAsset(selector: Source): boolean {
  return selector.at('secret').exists || selector.at('configMap').exists;
}

/** Both a Secret and a ConfigMap for one value. */
export function checkOneSource(selector: Source): Problem[] {
  if (!selector.at('secret').exists || !selector.at('configMap').exists) return [];
  return [rejected(selector.at('configMap'), 'tls/secret-and-configmap', 'Cannot specify both a Secret and a ConfigMap.', 'Keep one of the two.', { on: 'key' })];
}

function checkFileOrReference(tls: Source, name: string, fileName: string): Problem[] {
  const reference = tls.at(name);
  const isGiven = name === 'keySecret' ? reference.exists : namesAsset(reference);
  if (!isGiven || tls.at(fileName).text === '') return [];
  return [rejected(tls.at(fileName), 'tls/file-and-reference', `Cannot specify both '${fileName}' and '${name}'.`, 'Keep one of the two.', { on: 'key' })];
}

function checkPair(tls: Source): Problem[] {
  const hasCertificate = namesAsset(tls.at('cert')) || tls.at('certFile').text !== '';
  const hasKey = tls.at('keySecret').exists || tls.at('keyFile').text !== '';
  if (hasCertificate === hasKey) return [];
  const [given, missing, place] = hasCertificate
    ? ['cert', "'keySecret'", tls.at(namesAsset(tls.at('cert')) ? 'cert' : 'certFile')] as const
    : ['key', "'cert'", tls.at(tls.at('keySecret').exists ? 'keySecret' : 'keyFile')] as const;
  return [rejected(place, 'tls/certificate-without-key', `Client ${given} specified without client ${given === 'cert' ? 'key' : 'cert'}.`, `Add ${missing}, or remove both.`, { on: 'key' })];
}

function checkVersions(tls: Source): Problem[] {
  const [minimum, maximum] = [tls.at('minVersion'), tls.at('maxVersion')];
  // The names TLS10 to TLS13 are in the order of the versions, and are compared as text.
  if (!minimum.exists || !maximum.exists || maximum.text >= minimum.text) return [];
  return [rejected(maximum, 'tls/version-range', `maxVersion ${maximum.text} is older than minVersion ${minimum.text}.`, 'Write a maxVersion that is at least the minVersion.')];
}

function checkContents(tls: Source, scope: MonitorScope): Problem[] {
  const authority = readSecretOrConfigMap(tls.at('ca'), scope) ?? '';
  const certificate = readSecretOrConfigMap(tls.at('cert'), scope) ?? '';
  const key = readSecret(tls.at('keySecret'), scope) ?? '';
  const remedy = 'Put a PEM block under that key, from "-----BEGIN" to "-----END".';
  const authorityFault = authority === '' ? undefined : certificateFault(authority);
  const pairFault = certificate === '' || key === '' ? undefined : keyPairFault(certificate, key);
  return [
    ...authorityFault === undefined ? [] : [rejected(tls.at('ca'), 'tls/invalid-certificate', `What this leads to is no certificate: ${authorityFault}.`, remedy)],
    ...pairFault === undefined ? [] : [rejected(tls.at('cert'), 'tls/invalid-certificate', `What this and keySecret lead to is no certificate with its key: ${pairFault}.`, remedy)],
  ];
}
