import type { Judged } from './judge.ts';
import { judgeUrl } from './values.ts';

/** How Prometheus speaks HTTP to targets or discoveries (HTTPClientConfig of prometheus/common 0.70, config/http_config.go). */
export function judgeHttpClient(client: Judged): void {
  judgeCredentials(client);
  judgeOauth2(client.at('oauth2'));
  judgeTls(client.at('tls_config'));
  judgeProxy(client);
}

/** Only one way of telling who asks. */
function judgeCredentials(client: Judged): void {
  const basicAuth = client.at('basic_auth');
  const oauth2 = client.at('oauth2');
  const authorization = client.at('authorization');
  const bearerToken = client.at('bearer_token').text !== '';
  const bearerTokenFile = client.at('bearer_token_file').text !== '';
  const bearer = client.at(bearerToken ? 'bearer_token' : 'bearer_token_file');
  if (bearerToken && bearerTokenFile) bearer.refuse('at most one of bearer_token & bearer_token_file must be configured');
  if ((basicAuth.exists || oauth2.exists) && (bearerToken || bearerTokenFile)) bearer.refuse('at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured');
  if (authorization.exists) {
    if (bearerToken || bearerTokenFile) bearer.refuse('authorization is not compatible with bearer_token & bearer_token_file');
    judgeAuthorization(authorization);
    if (basicAuth.exists || oauth2.exists) authorization.refuse('at most one of basic_auth, oauth2 & authorization must be configured');
  }
  if (oauth2.exists && basicAuth.exists) oauth2.refuse('at most one of basic_auth, oauth2 & authorization must be configured');
}

function judgeAuthorization(authorization: Judged): void {
  const both = authorization.at('credentials').text !== '' && authorization.at('credentials_file').text !== '';
  authorization.expect(!both, 'at most one of authorization credentials & credentials_file must be configured');
  const type = authorization.at('type');
  type.expect(type.text.trim().toLowerCase() !== 'basic', 'authorization type cannot be set to "basic", use "basic_auth" instead');
}

function judgeOauth2(oauth2: Judged): void {
  if (!oauth2.exists) return;
  oauth2.at('client_id').expect(oauth2.at('client_id').text !== '', 'oauth2 client_id must be configured');
  oauth2.at('token_url').expect(oauth2.at('token_url').text !== '', 'oauth2 token_url must be configured');
  judgeTls(oauth2.at('tls_config'));
  judgeProxy(oauth2);
}

/** `tls_config`: a client certificate needs its key, and the other way round. */
export function judgeTls(tls: Judged): void {
  for (const name of ['min_version', 'max_version']) {
    const version = tls.at(name);
    if (version.exists) version.expect(/^TLS1[0-3]$/.test(version.text), `unknown TLS version: ${version.text}`);
  }
  const given = (...names: readonly string[]): boolean => names.some((name) => tls.at(name).text !== '');
  for (const name of ['ca', 'cert', 'key']) {
    tls.at(name).expect(!given(name) || !given(`${name}_file`), `at most one of ${name} and ${name}_file must be configured`);
  }
  const certificate = given('cert', 'cert_file');
  const key = given('key', 'key_file');
  if (certificate && !key) tls.at('cert_file').refuse('exactly one of key or key_file must be configured when a client certificate is configured');
  if (key && !certificate) tls.at('key_file').refuse('exactly one of cert or cert_file must be configured when a client key is configured');
}

function judgeProxy(client: Judged): void {
  const url = client.at('proxy_url');
  const headers = client.at('proxy_connect_header');
  const noProxy = client.at('no_proxy');
  const fromEnvironment = client.at('proxy_from_environment');
  if (url.exists) judgeUrl(url);
  if (headers.keys.length > 0) headers.expect(fromEnvironment.isTrue || url.text !== '', 'if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured');
  if (fromEnvironment.isTrue) {
    fromEnvironment.expect(url.text === '', 'if proxy_from_environment is configured, proxy_url must not be configured');
    noProxy.expect(noProxy.text === '', 'if proxy_from_environment is configured, no_proxy must not be configured');
  }
  if (!url.exists) noProxy.expect(noProxy.text === '', 'if no_proxy is configured, proxy_url must also be configured');
}

/** Whether anything differs from the client that Prometheus uses when nothing is said. */
export function isDefaultHttpClient(client: Judged): boolean {
  const isAbsent = ['basic_auth', 'authorization', 'oauth2', 'proxy_url', 'proxy_connect_header'].every((name) => !client.at(name).exists)
    && ['bearer_token', 'bearer_token_file', 'no_proxy'].every((name) => client.at(name).text === '')
    && ['follow_redirects', 'enable_http2'].every((name) => client.at(name).value !== false);
  const tls = client.at('tls_config');
  return isAbsent && !client.at('proxy_from_environment').isTrue
    && tls.keys.every((name) => tls.at(name).value === false || tls.at(name).value === '' || !tls.at(name).exists);
}
