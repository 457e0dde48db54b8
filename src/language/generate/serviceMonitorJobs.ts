import { mapOf, type Fields } from './fields.ts';
import { namespaceOf, type Generation } from './generation.ts';
import { HttpSettings } from './httpSettings.ts';
import { attachMetadata, kubernetesDiscovery, roleSelectors } from './kubernetesDiscovery.ts';
import { list, type MapNode, type Node } from './node.ts';
import { copyLabel, enforcedSteps, fixedLabel, jobLabelSteps, keepBy, metricSteps, rememberJobName, runningSteps, selectorSteps, step, targetLabelSteps, userSteps, type Steps } from './relabeling.ts';
import { fallbackScrapeProtocol, mergedAuthorization, mergedTls, scrapeClassOf } from './scrapeClass.ts';
import { bodySizeLimit, histogramFields, honorLabels, honorTimestamps, limitFields, protocolFields, trackTimestampsStaleness, unlessEmpty } from './scrapeSettings.ts';
import { shardingSteps } from './sharding.ts';
import type { Source } from './source.ts';

const service = '__meta_kubernetes_service_';
const pod = '__meta_kubernetes_pod_';

/** The scrape jobs of a ServiceMonitor, one an endpoint. */
export function serviceMonitorJobs(generation: Generation, monitor: Source): MapNode[] {
  return monitor.at('spec', 'endpoints').items.map((endpoint, index) => job(generation, monitor, endpoint, index));
}

function job(generation: Generation, monitor: Source, endpoint: Source, index: number): MapNode {
  const spec = monitor.at('spec');
  const namespace = namespaceOf(monitor.object);
  const http = new HttpSettings(generation, namespace);
  const scrapeClass = scrapeClassOf(generation, spec.at('scrapeClass'));
  const role = endpointRole(generation, spec.at('serviceDiscoveryRole'));
  const byRole = spec.at('selectorMechanism').value === 'RoleSelector';
  return mapOf({
    job_name: `serviceMonitor/${namespace}/${monitor.object.metadata.name}/${String(index)}`,
    ...honorLabels(generation, endpoint.at('honorLabels')),
    ...honorTimestamps(generation, endpoint.at('honorTimestamps')),
    ...trackTimestampsStaleness(generation, endpoint.at('trackTimestampsStaleness')),
    ...kubernetesDiscovery(generation, http, {
      monitor,
      role,
      namespaceSelector: spec.at('namespaceSelector'),
      attachMetadata: attachMetadata(generation, spec.at('attachMetadata'), scrapeClass, '2.37.0'),
      selectors: byRole ? roleSelectors(spec.at('selector'), [role, 'service']) : [],
    }),
    ...endpointFields(endpoint),
    follow_redirects: generation.since('2.26.0', endpoint.at('followRedirects')),
    enable_http2: generation.since('2.35.0', endpoint.at('enableHttp2')),
    ...http.proxy(endpoint),
    ...http.oauth2(endpoint.at('oauth2')),
    ...mergedTls(http, endpoint.at('tlsConfig'), scrapeClass),
    bearer_token_file: unlessEmpty(endpoint.at('bearerTokenFile')),
    bearer_token: bearerToken(http, endpoint.at('bearerTokenSecret')),
    ...http.basicAuth(endpoint.at('basicAuth')),
    ...mergedAuthorization(http, endpoint.at('authorization'), scrapeClass),
    relabel_configs: list([
      rememberJobName,
      ...(byRole ? [] : selectorSteps(spec.at('selector'), service)),
      ...portSteps(endpoint, role),
      ...metadataSteps(role),
      ...runningSteps(endpoint.at('filterRunning')),
      ...targetLabelSteps(spec.at('targetLabels'), service),
      ...targetLabelSteps(spec.at('podTargetLabels'), pod),
      ...targetLabelSteps(generation.spec.at('podTargetLabels'), pod),
      step({ source_labels: [`${service}name`], target_label: 'job', replacement: '${1}' }),
      ...jobLabelSteps(spec.at('jobLabel'), service),
      ...endpointLabelSteps(endpoint),
      ...userSteps(scrapeClass.at('relabelings')),
      ...enforcedSteps(generation, monitor, endpoint.at('relabelings')),
      ...shardingSteps(generation, '__address__'),
    ]),
    ...limitFields(generation, spec),
    ...histogramFields(generation, spec),
    ...protocolFields(generation, spec.at('scrapeProtocols'), fallbackScrapeProtocol(spec.at('fallbackScrapeProtocol'), scrapeClass)),
    ...bodySizeLimit(generation, spec.at('bodySizeLimit')),
    ...metricSteps(generation, monitor, endpoint.at('metricRelabelings'), scrapeClass),
  }, endpoint.origin);
}

/** The role by which endpoints are discovered: EndpointSlices only where wanted, and where cluster and Prometheus know them. */
function endpointRole(generation: Generation, own: Source): 'endpoints' | 'endpointslice' {
  const wanted = own.exists ? own : generation.spec.at('serviceDiscoveryRole');
  return generation.endpointSlices && generation.atLeast('2.21.0') && wanted.value === 'EndpointSlice' ? 'endpointslice' : 'endpoints';
}

/** Fields that endpoints of ServiceMonitors and PodMonitors share. */
export function endpointFields(endpoint: Source): Fields {
  const scheme = endpoint.at('scheme');
  return {
    scrape_interval: unlessEmpty(endpoint.at('interval')),
    scrape_timeout: unlessEmpty(endpoint.at('scrapeTimeout')),
    metrics_path: unlessEmpty(endpoint.at('path')),
    params: endpoint.at('params'),
    scheme: scheme.exists ? scheme.scalar(scheme.text.toLowerCase()) : undefined,
  };
}

/** `bearer_token`, from a Secret that has a name. */
export function bearerToken(http: HttpSettings, selector: Source): Node | undefined {
  return selector.at('name').text === '' ? undefined : http.secret(selector);
}

/** Keeps the targets of the endpoint's port. `port` wins over `targetPort`; zero and empty mean none. */
function portSteps(endpoint: Source, role: 'endpoints' | 'endpointslice'): Steps {
  const port = endpoint.at('port');
  const targetPort = endpoint.at('targetPort');
  const prefix = role === 'endpointslice' ? '__meta_kubernetes_endpointslice_' : '__meta_kubernetes_endpoint_';
  if (port.text !== '') return [keepBy(`${prefix}port_name`, port.scalar(port.text), port.origin)];
  if (targetPort.text !== '') return [keepBy(`${pod}container_port_name`, targetPort.scalar(targetPort.text), targetPort.origin)];
  if (targetPort.number !== 0) return [keepBy(`${pod}container_port_number`, targetPort.scalar(targetPort.number), targetPort.origin)];
  return [];
}

/** Labels that tell where a target runs. */
function metadataSteps(role: 'endpoints' | 'endpointslice'): Steps {
  const prefix = role === 'endpointslice' ? '__meta_kubernetes_endpointslice_address_target_' : '__meta_kubernetes_endpoint_address_target_';
  const ofKind = (kind: string, label: string): MapNode =>
    step({ source_labels: [`${prefix}kind`, `${prefix}name`], separator: ';', regex: `${kind};(.*)`, replacement: '${1}', target_label: label });
  return [
    ofKind('Node', 'node'),
    ofKind('Pod', 'pod'),
    copyLabel('__meta_kubernetes_namespace', 'namespace'),
    copyLabel(`${service}name`, 'service'),
    copyLabel(`${pod}name`, 'pod'),
    copyLabel(`${pod}container_name`, 'container'),
  ];
}

/** The label `endpoint`: the port's name, else the target port as written. */
function endpointLabelSteps(endpoint: Source): Steps {
  const port = endpoint.at('port');
  return port.text === '' ? targetPortLabelSteps(endpoint.at('targetPort')) : [fixedLabel('endpoint', port.text, port)];
}

/** The label `endpoint` from a target port, be it a name or a number. */
export function targetPortLabelSteps(targetPort: Source): Steps {
  const text = typeof targetPort.value === 'number' ? String(targetPort.value) : targetPort.text;
  return text === '' ? [] : [fixedLabel('endpoint', text, targetPort)];
}
