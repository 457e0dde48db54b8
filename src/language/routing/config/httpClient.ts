/** The HTTP client settings of an Alertmanager configuration (prometheus/common config 0.70). */

import { any, bool, list, secret, struct, text, textMap, texts, type FaultReporter, type Shape, type Struct } from './shape.ts';
import { anyUrl, tlsVersion } from './texts.ts';

/** How many of the fields hold a text. */
function count(value: Struct, ...keys: readonly string[]): number {
  return keys.filter((key) => value.filled(key)).length;
}

export const tlsConfig = struct({
  ca: text, cert: text, key: secret, ca_file: text, cert_file: text, key_file: text, ca_ref: text, cert_ref: text, key_ref: text,
  server_name: text, insecure_skip_verify: bool, min_version: tlsVersion, max_version: tlsVersion,
}, (value, fault) => {
  if (count(value, 'ca', 'ca_file', 'ca_ref') > 1) fault('at most one of ca, ca_file & ca_ref must be configured');
  const certificates = count(value, 'cert', 'cert_file', 'cert_ref');
  const keys = count(value, 'key', 'key_file', 'key_ref');
  if (certificates > 1) fault('at most one of cert, cert_file & cert_ref must be configured');
  if (keys > 1) fault('at most one of key and key_file must be configured');
  if (certificates > 0 && keys === 0) fault('exactly one of key or key_file must be configured when a client certificate is configured');
  if (keys > 0 && certificates === 0) fault('exactly one of cert or cert_file must be configured when a client key is configured');
});

const proxyFields = { proxy_url: anyUrl, no_proxy: text, proxy_from_environment: bool, proxy_connect_header: { kind: 'map', value: list(secret) } } as const satisfies Record<string, Shape>;

function checkProxy(value: Struct, fault: FaultReporter): void {
  const fromEnvironment = value.isTrue('proxy_from_environment');
  const headers = value.get('proxy_connect_header');
  if (headers instanceof Map && headers.size > 0 && !fromEnvironment && !value.filled('proxy_url')) {
    fault('if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured', 'proxy_connect_header');
  }
  if (fromEnvironment && value.filled('proxy_url')) fault('if proxy_from_environment is configured, proxy_url must not be configured', 'proxy_url');
  if (fromEnvironment && value.filled('no_proxy')) fault('if proxy_from_environment is configured, no_proxy must not be configured', 'no_proxy');
  if (!value.has('proxy_url') && value.filled('no_proxy')) fault('if no_proxy is configured, proxy_url must also be configured', 'no_proxy');
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const oauth2 = struct({
  client_id: text, client_secret: secret, client_secret_file: text, client_secret_ref: text,
  client_certificate_key_id: text, client_certificate_key: secret, client_certificate_key_file: text, client_certificate_key_ref: text,
  grant_type: text, signature_algorithm: text, iss: text, audience: text, claims: { kind: 'map', value: any },
  scopes: texts, token_url: text, endpoint_params: textMap, tls_config: tlsConfig, ...proxyFields,
}, checkProxy);

function checkOAuth2(value: Struct, fault: FaultReporter): void {
  if (!value.filled('client_id')) fault('oauth2 client_id must be configured', 'oauth2');
  if (!value.filled('token_url')) fault('oauth2 token_url must be configured', 'oauth2');
  if (value.text('grant_type') !== jwtBearer) {
    if (count(value, 'client_secret', 'client_secret_file', 'client_secret_ref') > 1) {
      fault('at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials', 'oauth2');
    }
    return;
  }
  if (count(value, 'client_certificate_key', 'client_certificate_key_file', 'client_certificate_key_ref') > 1) {
    fault('at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=urn:ietf:params:oauth:grant-type:jwt-bearer', 'oauth2');
  }
  if (value.filled('signature_algorithm') && !/^RS(?:256|384|512)$/.test(value.text('signature_algorithm'))) {
    fault('valid signature algorithms are RS256, RS384 and RS512', 'oauth2');
  }
}

const reservedHeaders = new Set([
  'authorization', 'host', 'content-encoding', 'content-length', 'content-type', 'user-agent', 'connection', 'keep-alive', 'proxy-authenticate',
  'proxy-authorization', 'www-authenticate', 'accept-encoding', 'x-prometheus-remote-write-version', 'x-prometheus-remote-read-version',
  'x-prometheus-scrape-timeout-seconds', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256',
]);

/** Whether Prometheus and Alertmanager set a header themselves, so that a configuration must not. */
export function isReservedHeader(name: string): boolean {
  return reservedHeaders.has(name.toLowerCase());
}

const header = struct({ values: texts, secrets: list(secret), files: texts });

/** Headers as tracing takes them: any. */
export const headers: Shape = { kind: 'map', value: header };

const checkedHeaders: Shape = {
  kind: 'map',
  value: header,
  check: (names, _load, fault) => {
    for (const name of names) if (isReservedHeader(name)) fault(`setting header ${JSON.stringify(name)} is not allowed`, name);
  },
};

export const httpClient = struct({
  basic_auth: struct({ username: text, username_file: text, username_ref: text, password: secret, password_file: text, password_ref: text }),
  authorization: struct({ type: text, credentials: secret, credentials_file: text, credentials_ref: text }),
  oauth2, bearer_token: secret, bearer_token_file: text, tls_config: tlsConfig, follow_redirects: bool, enable_http2: bool,
  ...proxyFields, http_headers: checkedHeaders,
}, (value, fault) => {
  const basic = value.struct('basic_auth');
  const authorization = value.struct('authorization');
  const oauth = value.struct('oauth2');
  const bearers = count(value, 'bearer_token', 'bearer_token_file');
  if (bearers > 1) fault('at most one of bearer_token & bearer_token_file must be configured', 'bearer_token_file');
  if ((basic !== undefined || oauth !== undefined) && bearers > 0) fault('at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured');
  if (basic !== undefined && count(basic, 'username', 'username_file', 'username_ref') > 1) fault('at most one of basic_auth username, username_file & username_ref must be configured', 'basic_auth');
  if (basic !== undefined && count(basic, 'password', 'password_file', 'password_ref') > 1) fault('at most one of basic_auth password, password_file & password_ref must be configured', 'basic_auth');
  if (authorization !== undefined) {
    if (bearers > 0) fault('authorization is not compatible with bearer_token & bearer_token_file', 'authorization');
    if (count(authorization, 'credentials', 'credentials_file', 'credentials_ref') > 1) fault('at most one of authorization credentials & credentials_file must be configured', 'authorization');
    if (authorization.text('type').trim().toLowerCase() === 'basic') fault('authorization type cannot be set to "basic", use "basic_auth" instead', 'authorization');
  }
  if ([basic, authorization, oauth].filter((method) => method !== undefined).length > 1) fault('at most one of basic_auth, oauth2 & authorization must be configured');
  if (oauth !== undefined) checkOAuth2(oauth, fault);
  checkProxy(value, fault);
});
