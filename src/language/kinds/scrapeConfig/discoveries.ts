import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import { atLeast } from '../../version.ts';
import { checkClient } from '../shared/httpClient.ts';
import { rejected, type MonitorScope } from '../shared/monitorScope.ts';
import { checkReference } from '../shared/references.ts';
import { checkKubernetesDiscovery } from './kubernetesDiscovery.ts';

type DiscoveryCheck = (config: Source, scope: MonitorScope) => Problem[];

/** What the operator looks at in each item of each service discovery, beside how its server is reached. */
const checks: Readonly<Record<string, DiscoveryCheck>> = {
  httpSDConfigs: (config) => checkUrl(config.at('url')),
  kubernetesSDConfigs: checkKubernetesDiscovery,
  consulSDConfigs: (config, scope) => [
    ...checkField(config.at('pathPrefix'), '2.45.0', scope),
    // A pre-release of 3.0 has the filter already.
    ...scope.version.major < 3 ? checkField(config.at('filter'), '3.0.0', scope) : [],
    ...checkField(config.at('healthFilter'), '3.11.2', scope),
    ...checkReference(config.at('tokenRef'), 'Secret', scope),
  ],
  dnsSDConfigs: checkDns,
  ec2SDConfigs: checkAwsKeys,
  azureSDConfigs: checkAzure,
  openstackSDConfigs: (config, scope) => [
    ...checkValue(config.at('role'), 'LoadBalancer', '3.2.0', scope),
    ...checkReference(config.at('password'), 'Secret', scope),
    ...checkReference(config.at('applicationCredentialSecret'), 'Secret', scope),
  ],
  digitalOceanSDConfigs: nothing,
  kumaSDConfigs: (config, scope) => [...checkField(config.at('clientID'), '2.50.0', scope), ...checkServer(config.at('server'))],
  eurekaSDConfigs: nothing,
  dockerSDConfigs: (config, scope) => [...checkField(config.at('matchFirstNetwork'), '2.54.1', scope), ...checkUrl(config.at('host'))],
  linodeSDConfigs: nothing,
  hetznerSDConfigs: (config, scope) => checkField(config.at('labelSelector'), '3.5.0', scope),
  nomadSDConfigs: (config) => checkServer(config.at('server')),
  dockerSwarmSDConfigs: (config) => checkUrl(config.at('host')),
  puppetDBSDConfigs: (config) => checkWebUrl(config.at('url')),
  lightSailSDConfigs: checkAwsKeys,
  ovhcloudSDConfigs: (config, scope) => [...checkRequiredReference(config.at('applicationSecret'), scope), ...checkRequiredReference(config.at('consumerKey'), scope)],
  scalewaySDConfigs: (config, scope) => checkRequiredReference(config.at('secretKey'), scope),
  ionosSDConfigs: nothing,
};

/** What the operator refuses in the service discoveries of a ScrapeConfig. */
export function checkDiscoveries(spec: Source, scope: MonitorScope): Problem[] {
  return Object.entries(checks).flatMap(([field, check]) => spec.at(field).items.flatMap((config) => [
    ...check(config, scope),
    ...usesOwnIdentity(config) ? [] : checkClient(config, scope),
  ]));
}

function nothing(): Problem[] {
  return [];
}

/** A field that only newer versions of Prometheus have. */
function checkField(field: Source, minimum: string, { version }: MonitorScope): Problem[] {
  if (!field.exists || atLeast(version, minimum)) return [];
  return [rejected(field, 'scrapeconfig/field-version', `The field ${String(field.path.at(-1))} is only supported for Prometheus ${minimum} and newer.`, 'Remove it, or use a newer Prometheus.', { on: 'key' })];
}

function checkValue(field: Source, value: string, minimum: string, { version }: MonitorScope): Problem[] {
  if (field.text !== value || atLeast(version, minimum)) return [];
  return [rejected(field, 'scrapeconfig/field-version', `${value} is only supported for Prometheus ${minimum} and newer.`, 'Use another value, or a newer Prometheus.')];
}

function checkRequiredReference(selector: Source, scope: MonitorScope): Problem[] {
  if (selector.exists) return checkReference(selector, 'Secret', scope);
  return [rejected(selector, 'reference/name-missing', `${String(selector.path.at(-1))} is required.`, 'Name a Secret and its key.')];
}

/** The two keys of Amazon's APIs; either may be absent. */
function checkAwsKeys(config: Source, scope: MonitorScope): Problem[] {
  return [...checkReference(config.at('accessKey'), 'Secret', scope), ...checkReference(config.at('secretKey'), 'Secret', scope)];
}

/** SRV records, which are the default, bring the port along; the others do not. */
function checkDns(config: Source): Problem[] {
  const type = config.at('type');
  if (!type.exists || type.text === 'SRV' || config.at('port').exists) return [];
  return [rejected(type, 'scrapeconfig/dns-port', `A port is required for the record type "${type.text}".`, 'Add the `port` that all targets have, or use SRV.')];
}

const ownIdentities = new Set(['ManagedIdentity', 'SDK', 'WorkloadIdentity']);

/** Azure's machines that log in as themselves: the operator looks at no other setting of these. */
function usesOwnIdentity(config: Source): boolean {
  return config.path.at(-2) === 'azureSDConfigs' && ownIdentities.has(config.at('authenticationMethod').text);
}

function checkAzure(config: Source, scope: MonitorScope): Problem[] {
  const method = config.at('authenticationMethod');
  const versions = [...checkValue(method, 'SDK', '2.52.0', scope), ...checkValue(method, 'WorkloadIdentity', '3.11.0', scope)];
  if (usesOwnIdentity(config)) return versions;
  const missing = ['tenantID', 'clientID'].filter((name) => config.at(name).text === '').concat(config.at('clientSecret').exists ? [] : ['clientSecret']);
  return [
    ...versions,
    ...missing.map((name) => rejected(config.at(name), 'scrapeconfig/azure-login', `Azure's configuration requires a ${name} for the authentication method OAuth, which is the default.`, `Add ${name}, or use another authenticationMethod.`)),
    ...checkReference(config.at('clientSecret'), 'Secret', scope),
  ];
}

function checkUrl(url: Source): Problem[] {
  const parsed = parseGoUrl(url.text);
  return 'error' in parsed ? [invalidUrl(url, parsed.error)] : [];
}

function checkServer(server: Source): Problem[] {
  const parsed = parseGoUrl(server.text);
  if ('error' in parsed) return [invalidUrl(server, `cannot parse server: ${parsed.error}`)];
  return parsed.scheme === '' || parsed.host === '' ? [invalidUrl(server, `the server must not be empty and have a scheme: "${server.text}"`)] : [];
}

function checkWebUrl(url: Source): Problem[] {
  const parsed = parseGoUrl(url.text);
  if ('error' in parsed) return [invalidUrl(url, parsed.error)];
  if (parsed.scheme !== 'http' && parsed.scheme !== 'https') return [invalidUrl(url, "URL scheme must be 'http' or 'https'")];
  return parsed.host === '' ? [invalidUrl(url, 'host is missing in URL')] : [];
}

function invalidUrl(url: Source, error: string): Problem {
  return rejected(url, 'scrapeconfig/url', `${error.charAt(0).toUpperCase()}${error.slice(1)}.`, 'Write a whole URL such as http://discovery.example.com:8080/path.');
}
