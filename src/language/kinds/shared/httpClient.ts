import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { toLowerCase } from '../../relabel/letterCase.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import { trimSpace } from '../../routing/goText.ts';
import { rejected, removal, type MonitorScope } from './monitorScope.ts';
import { checkReference, checkSecretOrConfigMap } from './references.ts';
import { checkOneSource, checkTlsConfig, namesAsset } from './tlsConfig.ts';

/** The ways to log in, of which endpoints of ServiceMonitors and PodMonitors may have one. In the order in which the operator looks. */
const logins = ['authorization', 'basicAuth', 'bearerTokenSecret', 'oauth2'] as const;

/** How a ServiceMonitor's or PodMonitor's endpoint is reached: one login at most, and an `authorization` needs its credentials. */
export function checkEndpointClient(endpoint: Source, scope: MonitorScope): Problem[] {
  return [...checkOneLogin(endpoint), ...checkCredentialsGiven(endpoint.at('authorization')), ...checkClient(endpoint, scope)];
}

/** How a target or a discovery's server is reached, as the operator checks it for Probes and ScrapeConfigs: several logins pass. */
export function checkClient(settings: Source, scope: MonitorScope): Problem[] {
  return [
    ...checkBasicAuth(settings.at('basicAuth'), scope),
    ...checkAuthorization(settings.at('authorization'), scope),
    ...checkOAuth2(settings.at('oauth2'), scope),
    ...checkTlsConfig(settings.at('tlsConfig'), scope),
    ...checkProxy(settings, scope),
  ];
}

function checkOneLogin(endpoint: Source): Problem[] {
  const given = logins.filter((name) => endpoint.at(name).exists);
  const [first, ...others] = given;
  if (first === undefined) return [];
  return others.map((other) => rejected(endpoint.at(other), 'http/conflicting-logins', `${first} and ${other} cannot be configured at the same time.`, 'Keep one of the two.', { on: 'key', fixes: [removal(endpoint.at(other))] }));
}

function checkCredentialsGiven(authorization: Source): Problem[] {
  if (!authorization.exists || authorization.at('credentials').exists) return [];
  return [rejected(authorization, 'http/credentials-missing', "'authorization' credentials are required.", 'Name the Secret and its key in `credentials`.')];
}

/** A user name and a password, both of which the operator reads. */
export function checkBasicAuth(basicAuth: Source, scope: MonitorScope): Problem[] {
  if (!basicAuth.exists) return [];
  // Both are read, even where the server asks for one of them only.
  return (['username', 'password'] as const).flatMap((name) => {
    if (basicAuth.at(name).exists) return checkReference(basicAuth.at(name), 'Secret', scope);
    return [rejected(basicAuth, 'reference/name-missing', `basicAuth has no ${name}.`, `Name a Secret and its key in \`${name}\`; its value may be empty.`)];
  });
}

/** Credentials that the operator reads, and a type that must not be Basic. */
export function checkAuthorization(authorization: Source, scope: MonitorScope): Problem[] {
  const credentials = authorization.at('credentials');
  const type = authorization.at('type');
  const isBasic = toLowerCase(trimSpace(type.text)) === 'basic';
  // Without credentials only endpoints are looked at any further, and they are refused for that.
  if (!credentials.exists) return [];
  return [
    ...isBasic ? [rejected(type, 'http/authorization-basic', `'authorization' type cannot be set to "${type.text}".`, 'Use `basicAuth` instead.')] : [],
    ...credentials.at('name').text === '' ? [] : checkReference(credentials, 'Secret', scope),
  ];
}

/** What the operator needs to write an oauth2 section. */
export function checkOAuth2(oauth2: Source, scope: MonitorScope): Problem[] {
  if (!oauth2.exists) return [];
  const [clientId, clientSecret, tokenUrl] = [oauth2.at('clientId'), oauth2.at('clientSecret'), oauth2.at('tokenUrl')];
  return [
    ...tokenUrl.text === '' ? [rejected(tokenUrl, 'http/oauth2-incomplete', 'OAuth2 tokenUrl must be specified.', 'Write the URL that gives the token.')] : [],
    ...namesAsset(clientId) ? [] : [rejected(clientId, 'http/oauth2-incomplete', "OAuth2 'clientId' must be specified.", 'Name a `secret` or a `configMap` and its key.')],
    ...clientSecret.exists ? checkReference(clientSecret, 'Secret', scope) : [rejected(clientSecret, 'http/oauth2-incomplete', "OAuth2 'clientSecret' must be specified.", 'Name a Secret and its key.')],
    ...checkOneSource(clientId),
    ...checkSecretOrConfigMap(clientId, scope),
    ...checkTlsConfig(oauth2.at('tlsConfig'), scope),
    ...checkProxy(oauth2, scope),
  ];
}

/** The proxy's settings stand among the other ones: `proxyUrl`, `noProxy`, `proxyFromEnvironment`, `proxyConnectHeader`. */
export function checkProxy(settings: Source, scope: MonitorScope): Problem[] {
  const [url, noProxy, fromEnvironment, header] = [settings.at('proxyUrl'), settings.at('noProxy'), settings.at('proxyFromEnvironment'), settings.at('proxyConnectHeader')];
  const hasUrl = url.text !== '';
  const problems: Problem[] = [];
  const conflict = (place: Source, fault: string, remedy: string): void => {
    problems.push(rejected(place, 'http/proxy', fault, remedy, { on: 'key' }));
  };
  if (header.fields.length > 0 && !fromEnvironment.isTrue && !hasUrl) conflict(header, 'If proxyConnectHeader is configured, proxyUrl or proxyFromEnvironment must also be configured.', 'Add the proxy, or remove the header.');
  if (fromEnvironment.isTrue && hasUrl) conflict(url, 'If proxyFromEnvironment is configured, proxyUrl must not be configured.', 'Keep one of the two.');
  if (fromEnvironment.isTrue && noProxy.text !== '') conflict(noProxy, 'If proxyFromEnvironment is configured, noProxy must not be configured.', 'Set NO_PROXY in the environment of Prometheus instead.');
  if (!hasUrl && noProxy.text !== '' && !fromEnvironment.isTrue) conflict(noProxy, 'If noProxy is configured, proxyUrl must also be configured.', 'Add the proxyUrl, or remove noProxy.');
  const parsed = parseGoUrl(url.text);
  if ('error' in parsed) problems.push(rejected(url, 'http/proxy', `${parsed.error}.`, 'Write a URL such as http://proxy.example.com:3128.'));
  for (const [name, values] of header.fields) {
    if (values.items.length === 0) problems.push(rejected(values, 'http/proxy', `proxyConnectHeader "${name}" has no value.`, 'Name at least one Secret and its key.'));
    for (const selector of values.items) problems.push(...checkReference(selector, 'Secret', scope));
  }
  return problems;
}
