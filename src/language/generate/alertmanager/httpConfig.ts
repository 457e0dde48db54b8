/** The HTTP client, TLS and proxy settings of an AlertmanagerConfig in Alertmanager's words (ConfigBuilder.convertHTTPConfig of operator v0.93.1). */

import { filled, mapOf, type Fields } from '../fields.ts';
import { list, map, type MapNode } from '../node.ts';
import type { Source } from '../source.ts';
import type { Resolver } from './resolver.ts';

/** Undefined where the object says nothing of it. */
export function httpConfig(http: Source, resolver: Resolver): MapNode | undefined {
  if (!http.exists) return undefined;
  const proxy = proxyFields(http, resolver);
  return mapOf({
    authorization: authorization(http.at('authorization'), resolver),
    basic_auth: basicAuth(http.at('basicAuth'), resolver),
    oauth2: oauth2(http.at('oauth2'), resolver),
    bearer_token: http.at('bearerTokenSecret').exists ? nonEmpty(resolver.secret(http.at('bearerTokenSecret'))) : undefined,
    tls_config: tlsConfig(http.at('tlsConfig'), resolver),
    follow_redirects: http.at('followRedirects'),
    enable_http2: http.at('enableHttp2'),
    ...proxy,
    // The older spelling wins.
    proxy_url: filled(http.at('proxyURL')) ?? proxy['proxy_url'],
  }, http.origin);
}

/** Empty texts are left out of the configuration. */
export function nonEmpty<T extends { readonly value: unknown }>(node: T): T | undefined {
  return node.value === '' ? undefined : node;
}

function authorization(source: Source, resolver: Resolver): MapNode | undefined {
  if (!source.exists) return undefined;
  const credentials = resolver.secret(source.at('credentials'));
  if (credentials.value === '') return undefined;
  const type = source.at('type');
  return mapOf({ type: type.text === '' ? 'Bearer' : type, credentials }, source.origin);
}

function basicAuth(source: Source, resolver: Resolver): MapNode | undefined {
  if (!source.exists) return undefined;
  const [username, password] = [nonEmpty(resolver.secret(source.at('username'))), nonEmpty(resolver.secret(source.at('password')))];
  return username === undefined && password === undefined ? undefined : mapOf({ username, password }, source.origin);
}

function oauth2(source: Source, resolver: Resolver): MapNode | undefined {
  if (!source.exists) return undefined;
  return mapOf({
    client_id: resolver.secretOrConfigMap(source.at('clientId')),
    client_secret: resolver.secret(source.at('clientSecret')),
    scopes: filled(source.at('scopes')),
    token_url: source.at('tokenUrl').scalar(source.at('tokenUrl').text),
    endpoint_params: filled(source.at('endpointParams')),
    ...proxyFields(source, resolver),
  }, source.origin);
}

function proxyFields(source: Source, resolver: Resolver): Fields {
  const headers = source.at('proxyConnectHeader');
  return {
    proxy_url: filled(source.at('proxyUrl')),
    no_proxy: filled(source.at('noProxy')),
    proxy_from_environment: source.at('proxyFromEnvironment').isTrue ? source.at('proxyFromEnvironment') : undefined,
    proxy_connect_header: headers.fields.length === 0 ? undefined : map(headers.fields.map(([name, selectors]) =>
      [name, list(selectors.items.map((selector) => resolver.secret(selector)), selectors.origin)] as const), headers.origin),
  };
}

/** Undefined where the object says nothing of it. */
export function tlsConfig(tls: Source, resolver: Resolver): MapNode | undefined {
  if (!tls.exists) return undefined;
  return mapOf({
    ca_file: resolver.tlsAsset(tls.at('ca')),
    cert_file: resolver.tlsAsset(tls.at('cert')),
    key_file: resolver.tlsKey(tls.at('keySecret')),
    server_name: filled(tls.at('serverName')),
    insecure_skip_verify: tls.at('insecureSkipVerify').scalar(tls.at('insecureSkipVerify').isTrue),
    min_version: filled(tls.at('minVersion')),
    max_version: filled(tls.at('maxVersion')),
  }, tls.origin);
}
