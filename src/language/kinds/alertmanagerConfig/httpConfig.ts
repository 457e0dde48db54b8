/** The HTTP, TLS and proxy settings of an AlertmanagerConfig: what the operator refuses (HTTPConfig.Validate, checkHTTPConfig and the asset store of v0.93.1). */

import type { Source } from '../../generate/source.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import type { Version } from '../../version.ts';
import { certificateFault, keyPairFault } from '../shared/certificates.ts';
import type { References } from './references.ts';
import type { Verdict } from './verdict.ts';

/** The checks that need nothing but the object; the webhook makes them too. */
export function validateHttpConfig(http: Source, verdict: Verdict): void {
  if (!http.exists) return;
  const [basic, oauth2, authorization, bearer] = ['basicAuth', 'oauth2', 'authorization', 'bearerTokenSecret'].map((key) => http.at(key)) as [Source, Source, Source, Source];
  const methods = [basic, oauth2, authorization, bearer].filter((method) => method.exists);
  const [, second] = methods;
  if (second !== undefined) {
    const names = methods.map((method) => String(method.path.at(-1)));
    verdict.reject(second, 'http', `${names.join(' and ')} exclude each other`, 'Keep one of them.', 'key');
  }
  if (authorization.exists) {
    if (authorization.at('type').text.trim().toLowerCase() === 'basic') verdict.reject(authorization.at('type'), 'http', 'authorization cannot have the type "basic"', 'Use basicAuth.');
    if (!authorization.at('credentials').exists) verdict.reject(authorization, 'http', 'authorization needs credentials');
  }
  if (oauth2.exists) validateOAuth2(oauth2, verdict);
  validateTlsConfig(http.at('tlsConfig'), verdict);
  validateProxy(http, verdict);
}

function validateOAuth2(oauth2: Source, verdict: Verdict): void {
  if (oauth2.at('tokenUrl').text === '') verdict.reject(oauth2, 'http', 'oauth2 needs a tokenUrl');
  const client = oauth2.at('clientId');
  if (!client.at('secret').exists && !client.at('configMap').exists) verdict.reject(oauth2, 'http', 'oauth2 needs a clientId from a Secret or a ConfigMap');
  rejectBoth(client, verdict);
  validateTlsConfig(oauth2.at('tlsConfig'), verdict);
  validateProxy(oauth2, verdict);
}

function rejectBoth(source: Source, verdict: Verdict): void {
  if (source.at('secret').exists && source.at('configMap').exists) verdict.reject(source, 'http', 'secret and configMap exclude each other', 'Keep one of them.');
}

/** The rules of a TLS configuration. */
export function validateTlsConfig(tls: Source, verdict: Verdict): void {
  if (!tls.exists) return;
  rejectBoth(tls.at('ca'), verdict);
  rejectBoth(tls.at('cert'), verdict);
  const [minimum, maximum] = [tls.at('minVersion'), tls.at('maxVersion')];
  if (minimum.exists && maximum.exists && maximum.text < minimum.text) verdict.reject(maximum, 'tls', `maxVersion ${maximum.text} is below minVersion ${minimum.text}`);
  const certificate = tls.at('cert', 'secret').exists || tls.at('cert', 'configMap').exists;
  const key = tls.at('keySecret').exists;
  if (certificate && !key) verdict.reject(tls.at('cert'), 'tls', 'A client certificate without a key', 'Set keySecret.', 'key');
  if (key && !certificate) verdict.reject(tls.at('keySecret'), 'tls', 'A client key without a certificate', 'Set cert.', 'key');
}

function validateProxy(source: Source, verdict: Verdict): void {
  const url = source.at('proxyUrl');
  const without = source.at('noProxy');
  const headers = source.at('proxyConnectHeader');
  const fromEnvironment = source.at('proxyFromEnvironment').isTrue;
  if (headers.fields.length > 0 && !fromEnvironment && url.text === '') verdict.reject(headers, 'http', 'proxyConnectHeader without a proxy', 'Set proxyUrl or proxyFromEnvironment.', 'key');
  if (fromEnvironment && url.text !== '') verdict.reject(url, 'http', 'proxyUrl and proxyFromEnvironment exclude each other', undefined, 'key');
  if (fromEnvironment && without.text !== '') verdict.reject(without, 'http', 'noProxy and proxyFromEnvironment exclude each other', undefined, 'key');
  if (url.text === '' && without.text !== '') verdict.reject(without, 'http', 'noProxy without a proxy', 'Set proxyUrl.', 'key');
  for (const [name, selectors] of headers.fields) {
    if (selectors.items.length === 0) verdict.reject(selectors, 'http', `The header "${name}" names no Secret`);
    for (const selector of selectors.items) {
      if (selector.at('name').text === '' && selector.at('key').text === '' && !selector.at('optional').exists) verdict.reject(selector, 'http', `The header "${name}" names no Secret`);
    }
  }
  const parsed = parseGoUrl(url.text);
  if ('error' in parsed) verdict.reject(url, 'url', `The proxy's address is no URL (${parsed.error})`);
}

/** The checks that need the Alertmanager's version and the Secrets. */
export function checkHttpConfig(http: Source, version: Version, references: References, verdict: Verdict): void {
  if (!http.exists) return;
  for (const key of ['authorization', 'oauth2']) if (http.at(key).exists) verdict.rejectBefore(version, '0.22.0', http.at(key), `httpConfig.${key}`);
  const proxy = ['noProxy', 'proxyFromEnvironment', 'proxyConnectHeader'].map((key) => http.at(key)).find((field) => field.exists);
  if (proxy !== undefined) verdict.rejectBefore(version, '0.25.0', proxy, `httpConfig.${String(proxy.path.at(-1))}`);
  if (http.at('bearerTokenSecret').exists) references.secret(http.at('bearerTokenSecret'));
  const credentials = http.at('authorization', 'credentials');
  if (credentials.exists && credentials.at('name').text !== '') references.secret(credentials);
  if (http.at('basicAuth').exists) {
    references.secret(http.at('basicAuth', 'username'));
    references.secret(http.at('basicAuth', 'password'));
  }
  checkTlsAssets(http.at('tlsConfig'), references, verdict);
  checkProxyHeaders(http, references);
  const oauth2 = http.at('oauth2');
  if (!oauth2.exists) return;
  references.secretOrConfigMap(oauth2.at('clientId'));
  references.secret(oauth2.at('clientSecret'));
  checkProxyHeaders(oauth2, references);
  checkTlsAssets(oauth2.at('tlsConfig'), references, verdict);
}

function checkProxyHeaders(source: Source, references: References): void {
  for (const [, selectors] of source.at('proxyConnectHeader').fields) for (const selector of selectors.items) references.secret(selector);
}

/** Reads the certificates and keys that a TLS configuration names, as far as they are there. */
export function checkTlsAssets(tls: Source, references: References, verdict: Verdict): void {
  if (!tls.exists) return;
  const authority = references.secretOrConfigMap(tls.at('ca'));
  const certificate = references.secretOrConfigMap(tls.at('cert'));
  const key = tls.at('keySecret').exists ? references.secret(tls.at('keySecret')) : '';
  const broken = authority === undefined || authority === '' ? undefined : certificateFault(authority);
  if (broken !== undefined) verdict.reject(tls.at('ca'), 'tls', `The CA is no certificate in PEM form (${broken})`);
  if (certificate === undefined || certificate === '' || key === undefined || key === '') return;
  const fault = keyPairFault(certificate, key);
  if (fault !== undefined) verdict.reject(tls.at('cert'), 'tls', `The client certificate or its key cannot be read (${fault})`);
}
