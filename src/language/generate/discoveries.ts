import { filled, lowerCase, mapOf, renamed, type Fields } from './fields.ts';
import { GenerationError, type Generation } from './generation.ts';
import type { HttpSettings } from './httpSettings.ts';
import { list, map, type Node } from './node.ts';
import type { Source } from './source.ts';

/** What one entry of a service discovery becomes. */
type Writer = (entry: Source, http: HttpSettings, generation: Generation) => Fields;

/** The service discoveries of a ScrapeConfig: field, key of the configuration, and how an entry is written. */
const discoveries: readonly (readonly [field: string, key: string, write: Writer])[] = [
  ['staticConfigs', 'static_configs', (entry) => ({ targets: entry.at('targets').copy() ?? list([]), labels: entry.at('labels').copy() ?? map([]) })],
  ['fileSDConfigs', 'file_sd_configs', (entry) => renamed(entry, 'files', 'refreshInterval')],
  ['httpSDConfigs', 'http_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'url', 'refreshInterval', 'followRedirects', 'enableHTTP2') })],
  ['kubernetesSDConfigs', 'kubernetes_sd_configs', kubernetes],
  ['consulSDConfigs', 'consul_sd_configs', (entry, http) => ({
    ...client(entry, http),
    ...renamed(entry, 'server', 'pathPrefix', 'datacenter', 'namespace', 'partition', 'tagSeparator', 'filter', 'healthFilter', 'allowStale', 'refreshInterval', 'followRedirects', 'enableHTTP2'),
    token: requiredSecret(http, entry.at('tokenRef')),
    scheme: lowerCase(entry.at('scheme')),
    services: filled(entry.at('services')),
    tags: filled(entry.at('tags')),
    node_meta: filled(entry.at('nodeMeta')),
  })],
  ['dnsSDConfigs', 'dns_sd_configs', (entry, _, generation) => ({ ...renamed(entry, 'names', 'refreshInterval', 'port'), type: recordType(generation, entry.at('type')) })],
  ['ec2SDConfigs', 'ec2_sd_configs', (entry, http, generation) => ({
    ...http.proxy(entry),
    ...renamed(entry, 'region', 'roleARN', 'refreshInterval', 'port'),
    ...accessKeys(entry, http),
    ...filters(entry),
    ...sinceEach(generation, '2.41.0', { ...renamed(entry, 'followRedirects', 'enableHTTP2'), ...http.safeTls(entry.at('tlsConfig')) }),
  })],
  ['azureSDConfigs', 'azure_sd_configs', (entry, http) => ({
    // With an environment, operator v0.93.1 writes over what it has written of the client's settings.
    ...(entry.at('environment').exists ? {} : { ...credentials(entry, http), ...http.proxy(entry) }),
    ...renamed(entry, 'environment', 'authenticationMethod', 'tenantID', 'clientID', 'resourceGroup', 'refreshInterval', 'port'),
    subscription_id: filled(entry.at('subscriptionID')),
    client_secret: requiredSecret(http, entry.at('clientSecret')),
  })],
  ['gceSDConfigs', 'gce_sd_configs', (entry) => renamed(entry, 'project', 'zone', 'filter', 'refreshInterval', 'port', 'tagSeparator')],
  ['openstackSDConfigs', 'openstack_sd_configs', (entry, http) => ({
    role: lowerCase(entry.at('role')),
    ...renamed(entry, 'region', 'identityEndpoint', 'username', 'userid', 'domainName', 'domainID', 'projectName', 'projectID'),
    ...renamed(entry, 'applicationCredentialName', 'applicationCredentialId', 'allTenants', 'refreshInterval', 'port', 'availability'),
    password: requiredSecret(http, entry.at('password')),
    application_credential_secret: requiredSecret(http, entry.at('applicationCredentialSecret')),
    ...http.safeTls(entry.at('tlsConfig')),
  })],
  ['digitalOceanSDConfigs', 'digitalocean_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'followRedirects', 'enableHTTP2', 'port', 'refreshInterval') })],
  ['kumaSDConfigs', 'kuma_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'server', 'followRedirects', 'enableHTTP2', 'refreshInterval', 'fetchTimeout', 'clientID') })],
  ['eurekaSDConfigs', 'eureka_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'followRedirects', 'enableHTTP2', 'refreshInterval'), server: filled(entry.at('server')) })],
  ['dockerSDConfigs', 'docker_sd_configs', (entry, http, generation) => ({
    ...client(entry, http),
    ...filters(entry),
    ...renamed(entry, 'host', 'port', 'hostNetworkingHost', 'refreshInterval', 'followRedirects', 'enableHTTP2'),
    match_first_network: generation.since('2.54.1', entry.at('matchFirstNetwork')),
  })],
  ['linodeSDConfigs', 'linode_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'port', 'region', 'enableHTTP2', 'tagSeparator', 'refreshInterval', 'followRedirects') })],
  ['hetznerSDConfigs', 'hetzner_sd_configs', (entry, http, generation) => ({
    ...client(entry, http),
    role: lowerCase(entry.at('role')),
    ...renamed(entry, 'followRedirects', 'enableHTTP2', 'port', 'refreshInterval'),
    label_selector: generation.since('3.5.0', filled(entry.at('labelSelector'))),
  })],
  ['nomadSDConfigs', 'nomad_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'server', 'allowStale', 'namespace', 'refreshInterval', 'region', 'tagSeparator', 'followRedirects', 'enableHTTP2') })],
  ['dockerSwarmSDConfigs', 'dockerswarm_sd_configs', (entry, http) => ({
    ...client(entry, http),
    ...filters(entry),
    role: lowerCase(entry.at('role')),
    ...renamed(entry, 'host', 'port', 'refreshInterval', 'followRedirects', 'enableHTTP2'),
  })],
  ['puppetDBSDConfigs', 'puppetdb_sd_configs', (entry, http) => ({ ...client(entry, http), ...renamed(entry, 'url', 'query', 'includeParameters', 'port', 'refreshInterval', 'followRedirects', 'enableHTTP2') })],
  ['lightSailSDConfigs', 'lightsail_sd_configs', (entry, http) => ({
    ...client(entry, http),
    ...renamed(entry, 'region', 'endpoint', 'port', 'refreshInterval', 'roleARN', 'followRedirects', 'enableHTTP2'),
    ...accessKeys(entry, http),
  })],
  ['ovhcloudSDConfigs', 'ovhcloud_sd_configs', (entry, http) => ({
    ...renamed(entry, 'applicationKey', 'endpoint', 'refreshInterval'),
    application_secret: http.secret(entry.at('applicationSecret')) ?? '',
    consumer_key: http.secret(entry.at('consumerKey')) ?? '',
    service: ovhService(entry.at('service')),
  })],
  ['scalewaySDConfigs', 'scaleway_sd_configs', (entry, http) => ({
    ...http.proxy(entry),
    ...http.safeTls(entry.at('tlsConfig')),
    ...renamed(entry, 'accessKey', 'projectID', 'port', 'apiURL', 'zone', 'nameFilter', 'refreshInterval', 'followRedirects', 'enableHTTP2'),
    secret_key: http.secret(entry.at('secretKey')) ?? '',
    role: lowerCase(entry.at('role')),
    tags_filter: filled(entry.at('tagsFilter')),
  })],
  ['ionosSDConfigs', 'ionos_sd_configs', (entry, http) => ({
    ...(entry.at('oauth2').exists ? http.oauth2(entry.at('oauth2')) : http.authorization(entry.at('authorization'))),
    ...http.proxy(entry),
    ...http.safeTls(entry.at('tlsConfig')),
    ...renamed(entry, 'datacenterID', 'followRedirects', 'enableHTTP2', 'port', 'refreshInterval'),
  })],
];

/** The service discoveries of a ScrapeConfig, each as a list of its entries. */
export function discoveryFields(generation: Generation, spec: Source, http: HttpSettings): Fields {
  const fields: Record<string, Node> = {};
  for (const [field, key, write] of discoveries) {
    const entries = spec.at(field);
    if (entries.isFilled) fields[key] = list(entries.items.map((entry) => mapOf(write(entry, http, generation), entry.origin)), entries.origin);
  }
  return fields;
}

function credentials(entry: Source, http: HttpSettings): Fields {
  return { ...http.basicAuth(entry.at('basicAuth')), ...http.authorization(entry.at('authorization')), ...http.oauth2(entry.at('oauth2')) };
}

/** How the discovery itself is asked; what a kind of discovery lacks of it, its schema lacks too. */
function client(entry: Source, http: HttpSettings): Fields {
  return { ...credentials(entry, http), ...http.proxy(entry), ...http.safeTls(entry.at('tlsConfig')) };
}

function kubernetes(entry: Source, http: HttpSettings, generation: Generation): Fields {
  const namespaces = entry.at('namespaces');
  const selectors = entry.at('selectors');
  const role = entry.at('role').text.toLowerCase();
  return {
    ...renamed(entry, 'apiServer', 'followRedirects', 'enableHTTP2'),
    role: generation.since(role === 'endpointslice' ? '2.21.0' : '0.0.0', lowerCase(entry.at('role'))),
    ...client(entry, http),
    namespaces: namespaces.exists ? mapOf({ names: namespaces.at('names').copy() ?? list([]), own_namespace: namespaces.at('ownNamespace') }, namespaces.origin) : undefined,
    selectors: selectors.isFilled
      ? generation.since('2.17.0', list(selectors.items.map((item) => mapOf({ role: lowerCase(item.at('role')), ...renamed(item, 'label', 'field') }, item.origin)), selectors.origin))
      : undefined,
    attach_metadata: attachMetadata(generation, entry.at('attachMetadata'), role),
  };
}

function attachMetadata(generation: Generation, own: Source, role: string): Node | undefined {
  if (!own.exists) return undefined;
  const node = own.at('node');
  const value = mapOf({ node: node.copy() ?? node.scalar(null) }, own.origin);
  if (role === 'pod') return generation.since('2.35.0', value);
  return role === 'endpoints' || role === 'endpointslice' ? generation.since('2.37.0', value) : undefined;
}

function recordType(generation: Generation, type: Source): Node | undefined {
  const minimumVersion = type.value === 'NS' ? '2.49.0' : type.value === 'MX' ? '2.38.0' : '0.0.0';
  return generation.since(minimumVersion, type);
}

function ovhService(service: Source): Node | undefined {
  if (service.value === 'VPS') return service.scalar('vps');
  return service.value === 'DedicatedServer' ? service.scalar('dedicated_server') : undefined;
}

/** Sorted by name. */
function filters(entry: Source): Fields {
  const items = entry.at('filters').items.sort((a, b) => a.at('name').text < b.at('name').text ? -1 : a.at('name').text > b.at('name').text ? 1 : 0);
  return { filters: items.length === 0 ? undefined : list(items.map((item) => mapOf(renamed(item, 'name', 'values'), item.origin)), entry.at('filters').origin) };
}

/** Access and secret key of AWS, both or none. */
function accessKeys(entry: Source, http: HttpSettings): Fields {
  if (!entry.at('accessKey').exists || !entry.at('secretKey').exists) return {};
  return { access_key: requiredSecret(http, entry.at('accessKey')), secret_key: requiredSecret(http, entry.at('secretKey')) };
}

/** A Secret's value without which the operator gives up the whole configuration. */
function requiredSecret(http: HttpSettings, selector: Source): Node | undefined {
  if (!selector.exists) return undefined;
  const value = http.secret(selector);
  if (value !== undefined) return value;
  throw new GenerationError(selector, 'scrapeconfig/secret-not-read', `The operator does not find key "${selector.at('key').text}" of Secret "${selector.at('name').text}" and gives up the configuration of the whole Prometheus.`);
}

function sinceEach(generation: Generation, version: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, generation.since(version, value)]));
}
