import { isLabelName } from '../../relabel/labelNames.ts';
import { isDefaultHttpClient, judgeHttpClient, judgeTls } from './httpClient.ts';
import type { Judged } from './judge.ts';
import { judgeDuration, judgeFilled, judgeOneOf, judgeServerUrl, judgeUrl, judgeWebUrl } from './values.ts';

/** The rules of each service discovery's UnmarshalYAML (Prometheus 3.13, discovery/). A list's entries are judged one by one. */
const discoveries: Readonly<Record<string, (entry: Judged) => void>> = {
  static_configs: judgeStaticConfig,
  file_sd_configs: judgeFileDiscovery,
  dns_sd_configs: judgeDnsDiscovery,
  kubernetes_sd_configs: withClient(judgeKubernetesDiscovery),
  http_sd_configs: withClient((entry) => { judgeWebUrl(entry.at('url')); }),
  puppetdb_sd_configs: withClient((entry) => {
    judgeWebUrl(entry.at('url'));
    judgeFilled(entry.at('query'), 'query missing');
  }),
  consul_sd_configs: withClient((entry) => {
    entry.at('server').expect(!entry.at('server').exists || entry.at('server').text.trim() !== '', 'consul SD configuration requires a server address');
    const token = entry.at('token');
    token.expect(token.text === '' || (!entry.at('authorization').exists && !entry.at('oauth2').exists), 'at most one of consul SD token, authorization, or oauth2 can be configured');
  }),
  nomad_sd_configs: withClient((entry) => {
    entry.at('server').expect(!entry.at('server').exists || entry.at('server').text.trim() !== '', 'nomad SD configuration requires a server address');
  }),
  eureka_sd_configs: withClient((entry) => {
    if (entry.at('server').text === '') entry.at('server').refuse('eureka_sd: empty or null eureka server');
    else judgeServerUrl(entry.at('server'), 'eureka_sd: invalid eureka server URL');
  }),
  kuma_sd_configs: withClient((entry) => {
    judgeDuration(entry.at('fetch_timeout'));
    judgeServerUrl(entry.at('server'), `kuma SD server must not be empty and have a scheme: ${entry.at('server').text}`);
  }),
  docker_sd_configs: withClient(judgeDockerHost),
  dockerswarm_sd_configs: withClient((entry) => {
    judgeDockerHost(entry);
    judgeOneOf(entry.at('role'), ['services', 'nodes', 'tasks'], (role) => `invalid role ${role}, expected tasks, services, or nodes`);
  }),
  azure_sd_configs: withClient(judgeAzureDiscovery),
  // Without a region, Prometheus asks the machine that it runs on: nobody can tell beforehand.
  ec2_sd_configs: withClient((entry) => {
    for (const filter of entry.at('filters').items) filter.at('values').expect(filter.at('values').items.length > 0, 'EC2 SD configuration filter values cannot be empty');
  }),
  lightsail_sd_configs: withClient(),
  linode_sd_configs: withClient(),
  digitalocean_sd_configs: withClient(),
  hetzner_sd_configs: withClient((entry) => { judgeOneOf(entry.at('role'), ['robot', 'hcloud'], (role) => `unknown role ${JSON.stringify(role)}`); }),
  ionos_sd_configs: withClient((entry) => { judgeFilled(entry.at('datacenter_id'), "datacenter id can't be empty"); }),
  scaleway_sd_configs: withClient(judgeScalewayDiscovery),
  gce_sd_configs: refreshed((entry) => {
    judgeFilled(entry.at('project'), 'GCE SD configuration requires a project');
    judgeFilled(entry.at('zone'), 'GCE SD configuration requires a zone');
  }),
  openstack_sd_configs: refreshed(judgeOpenStackDiscovery),
  ovhcloud_sd_configs: refreshed(judgeOvhDiscovery),
};

/** Judges the entries of every service discovery of a scrape configuration. */
export function judgeDiscoveries(config: Judged): void {
  for (const [key, judge] of Object.entries(discoveries)) {
    for (const entry of config.at(key).items) if (entry.expect(entry.exists, `empty or null section in ${key}`)) judge(entry);
  }
}

function refreshed(judge: (entry: Judged) => void): (entry: Judged) => void {
  return (entry) => {
    judgeDuration(entry.at('refresh_interval'));
    judge(entry);
  };
}

function withClient(judge?: (entry: Judged) => void): (entry: Judged) => void {
  return refreshed((entry) => {
    judge?.(entry);
    judgeHttpClient(entry);
  });
}

function judgeStaticConfig(group: Judged): void {
  const labels = group.at('labels');
  for (const name of labels.keys) labels.at(name).expect(isLabelName(name, 'utf8'), `${JSON.stringify(name)} is not a valid label name`);
}

function judgeFileDiscovery(entry: Judged): void {
  judgeDuration(entry.at('refresh_interval'));
  const files = entry.at('files');
  files.expect(files.items.length > 0, 'file service discovery config must contain at least one path name');
  for (const file of files.items) {
    file.expect(/^[^*]*(?:\*[^/]*)?\.(?:json|yml|yaml|JSON|YML|YAML)$/.test(file.text), `path name ${JSON.stringify(file.text)} is not valid for file discovery`);
  }
}

function judgeDnsDiscovery(entry: Judged): void {
  judgeDuration(entry.at('refresh_interval'));
  entry.at('names').expect(entry.at('names').items.length > 0, 'DNS-SD config must contain at least one SRV record name');
  const type = entry.at('type');
  const name = type.exists ? type.text.toUpperCase() : 'SRV';
  if (!type.expect(['SRV', 'A', 'AAAA', 'MX', 'NS'].includes(name), `invalid DNS-SD records type ${type.text}`) || name === 'SRV') return;
  const port = entry.at('port');
  port.expect(port.exists && port.text !== '0', 'a port is required in DNS-SD configs for all record types except SRV');
}

/** Which selectors go with a role. */
const selectorRoles: Readonly<Record<string, readonly string[]>> = {
  pod: ['pod', 'node'],
  service: ['service'],
  endpointslice: ['pod', 'service', 'endpointslice'],
  endpoints: ['pod', 'service', 'endpoints'],
  node: ['node'],
  ingress: ['ingress'],
};

function judgeKubernetesDiscovery(entry: Judged): void {
  const role = entry.at('role');
  const apiServer = entry.at('api_server');
  const allowed = selectorRoles[role.text];
  role.expect(allowed !== undefined, role.exists ? `unknown Kubernetes SD role ${JSON.stringify(role.text)}` : 'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)');
  if (apiServer.exists) {
    judgeUrl(apiServer);
    const own = entry.at('namespaces').at('own_namespace');
    own.expect(!own.isTrue, "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously");
  } else {
    entry.expect(isDefaultHttpClient(entry), "to use custom HTTP client configuration please provide the 'api_server' URL explicitly");
  }
  const seen = new Set<string>();
  for (const selector of entry.at('selectors').items) {
    const name = selector.at('role').text;
    if (!selector.expect(!seen.has(name), `duplicated selector role: ${name}`)) continue;
    seen.add(name);
    if (allowed !== undefined) selector.at('role').expect(allowed.includes(name), `${role.text} role supports only ${allowed.join(', ')} selectors`);
  }
}

function judgeDockerHost(entry: Judged): void {
  const host = entry.at('host');
  if (host.expect(host.text !== '', 'host missing')) judgeUrl(host);
}

function judgeAzureDiscovery(entry: Judged): void {
  const required = (name: string): void => { judgeFilled(entry.at(name), `azure SD configuration requires a ${name}`); };
  required('subscription_id');
  const method = entry.at('authentication_method');
  if (!method.exists || method.text === 'OAuth') ['tenant_id', 'client_id', 'client_secret'].forEach(required);
  else judgeOneOf(method, ['ManagedIdentity', 'SDK', 'WorkloadIdentity'], (text) => `unknown authentication_type ${JSON.stringify(text)}. Supported types are "OAuth", "ManagedIdentity", "SDK" or "WorkloadIdentity"`);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Scaleway's own client looks at the form of keys and names (scaleway-sdk-go, scw.NewClient). */
function judgeScalewayDiscovery(entry: Judged): void {
  const [accessKey, secretKey, project, zone, url] = [entry.at('access_key'), entry.at('secret_key'), entry.at('project_id'), entry.at('zone'), entry.at('api_url')];
  judgeOneOf(entry.at('role'), ['instance', 'baremetal'], (role) => `unknown role ${JSON.stringify(role)}`);
  if (project.expect(project.text !== '', 'project_id is mandatory')) project.expect(uuid.test(project.text), `scaleway-sdk-go: invalid project ID format '${project.text}', expected a UUID: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`);
  if (secretKey.expect(secretKey.text !== '', 'one of secret_key & secret_key_file must be configured')) {
    secretKey.expect(uuid.test(secretKey.text), 'scaleway-sdk-go: invalid secret key format, expected a UUID: xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx');
  }
  if (accessKey.expect(accessKey.text !== '', 'access_key is mandatory')) accessKey.expect(/^SCW[A-Z0-9]{17}$/.test(accessKey.text), `scaleway-sdk-go: invalid access key format '${accessKey.text}', expected SCWXXXXXXXXXXXXXXXXX format`);
  if (zone.exists) zone.expect(/^[a-z]{2}-[a-z]{3,7}-[0-9]{1,2}$/.test(zone.text), `scaleway-sdk-go: invalid default zone format '${zone.text}', expected for example fr-par-1`);
  if (!url.exists) return;
  if (!url.expect(url.text !== '' && judgeUrl(url) !== undefined, `scaleway-sdk-go: invalid API url '${url.text}'`)) return;
  url.expect(!url.text.endsWith('/'), `scaleway-sdk-go: invalid API url '${url.text}' it should not have a trailing slash`);
}

function judgeOpenStackDiscovery(entry: Judged): void {
  const availability = entry.at('availability');
  if (availability.exists) judgeOneOf(availability, ['public', 'internal', 'admin'], (text) => `unknown availability ${text}, must be one of admin, internal or public`);
  judgeOneOf(entry.at('role'), ['hypervisor', 'instance', 'loadbalancer'], (role) => role === '' ? 'role missing (one of: instance, hypervisor, loadbalancer)' : `unknown OpenStack SD role ${JSON.stringify(role)}`);
  judgeFilled(entry.at('region'), 'openstack SD configuration requires a region');
  judgeTls(entry.at('tls_config'));
}

function judgeOvhDiscovery(entry: Judged): void {
  if (entry.at('endpoint').exists) judgeFilled(entry.at('endpoint'), 'endpoint can not be empty');
  for (const name of ['application_key', 'application_secret', 'consumer_key']) judgeFilled(entry.at(name), `${name.replace('_', ' ')} can not be empty`);
  judgeOneOf(entry.at('service'), ['dedicated_server', 'vps'], (service) => `unknown service: ${service}`);
}
