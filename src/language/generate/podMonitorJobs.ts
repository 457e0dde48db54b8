import { mapOf } from './fields.ts';
import { namespaceOf, type Generation } from './generation.ts';
import { HttpSettings } from './httpSettings.ts';
import { attachMetadata, kubernetesDiscovery, roleSelectors } from './kubernetesDiscovery.ts';
import { list, type MapNode } from './node.ts';
import { copyLabel, enforcedSteps, fixedLabel, jobLabelSteps, keepBy, metricSteps, rememberJobName, runningSteps, selectorSteps, step, targetLabelSteps, userSteps, type Steps } from './relabeling.ts';
import { fallbackScrapeProtocol, mergedAuthorization, mergedSafeTls, scrapeClassOf } from './scrapeClass.ts';
import { bodySizeLimit, histogramFields, honorLabels, honorTimestamps, limitFields, protocolFields, trackTimestampsStaleness } from './scrapeSettings.ts';
import { bearerToken, endpointFields, targetPortLabelSteps } from './serviceMonitorJobs.ts';
import { shardingSteps } from './sharding.ts';
import type { Source } from './source.ts';

const pod = '__meta_kubernetes_pod_';

/** The scrape jobs of a PodMonitor, one an endpoint. */
export function podMonitorJobs(generation: Generation, monitor: Source): MapNode[] {
  return monitor.at('spec', 'podMetricsEndpoints').items.map((endpoint, index) => job(generation, monitor, endpoint, index));
}

function job(generation: Generation, monitor: Source, endpoint: Source, index: number): MapNode {
  const spec = monitor.at('spec');
  const namespace = namespaceOf(monitor.object);
  const { name } = monitor.object.metadata;
  const http = new HttpSettings(generation, namespace);
  const scrapeClass = scrapeClassOf(generation, spec.at('scrapeClass'));
  const byRole = spec.at('selectorMechanism').value === 'RoleSelector';
  return mapOf({
    job_name: `podMonitor/${namespace}/${name}/${String(index)}`,
    ...honorLabels(generation, endpoint.at('honorLabels')),
    ...honorTimestamps(generation, endpoint.at('honorTimestamps')),
    ...trackTimestampsStaleness(generation, endpoint.at('trackTimestampsStaleness')),
    ...kubernetesDiscovery(generation, http, {
      monitor,
      role: 'pod',
      namespaceSelector: spec.at('namespaceSelector'),
      attachMetadata: attachMetadata(generation, spec.at('attachMetadata'), scrapeClass, '2.35.0'),
      selectors: byRole ? roleSelectors(spec.at('selector'), ['pod']) : [],
    }),
    ...endpointFields(endpoint),
    follow_redirects: generation.since('2.26.0', endpoint.at('followRedirects')),
    enable_http2: generation.since('2.35.0', endpoint.at('enableHttp2')),
    ...mergedSafeTls(http, endpoint.at('tlsConfig'), scrapeClass),
    bearer_token: bearerToken(http, endpoint.at('bearerTokenSecret')),
    ...http.basicAuth(endpoint.at('basicAuth')),
    ...http.oauth2(endpoint.at('oauth2')),
    ...http.proxy(endpoint),
    ...mergedAuthorization(http, endpoint.at('authorization'), scrapeClass),
    relabel_configs: list([
      rememberJobName,
      ...runningSteps(endpoint.at('filterRunning')),
      ...(byRole ? [] : selectorSteps(spec.at('selector'), pod)),
      ...portSteps(endpoint),
      copyLabel('__meta_kubernetes_namespace', 'namespace'),
      copyLabel(`${pod}container_name`, 'container'),
      copyLabel(`${pod}name`, 'pod'),
      ...targetLabelSteps(spec.at('podTargetLabels'), pod),
      ...targetLabelSteps(generation.spec.at('podTargetLabels'), pod),
      step({ target_label: 'job', replacement: `${namespace}/${name}` }),
      ...jobLabelSteps(spec.at('jobLabel'), pod),
      ...endpointLabelSteps(endpoint),
      ...userSteps(scrapeClass.at('relabelings')),
      ...enforcedSteps(generation, monitor, endpoint.at('relabelings')),
      ...(generation.isDaemonSet ? [] : shardingSteps(generation, '__address__')),
    ]),
    ...limitFields(generation, spec),
    ...histogramFields(generation, spec),
    ...protocolFields(generation, spec.at('scrapeProtocols'), fallbackScrapeProtocol(spec.at('fallbackScrapeProtocol'), scrapeClass)),
    ...bodySizeLimit(generation, spec.at('bodySizeLimit')),
    ...metricSteps(generation, monitor, endpoint.at('metricRelabelings'), scrapeClass),
  }, endpoint.origin);
}

/** Keeps the containers of the endpoint's port: `port` before `portNumber` before `targetPort`. */
function portSteps(endpoint: Source): Steps {
  const [port, portNumber, targetPort] = [endpoint.at('port'), endpoint.at('portNumber'), endpoint.at('targetPort')];
  const named = port.text !== '' ? port : portNumber.number === 0 && targetPort.text !== '' ? targetPort : undefined;
  if (named !== undefined) return [keepBy(`${pod}container_port_name`, named.scalar(named.text), named.origin)];
  const numbered = portNumber.number !== 0 ? portNumber : targetPort;
  return numbered.number === 0 ? [] : [keepBy(`${pod}container_port_number`, numbered.scalar(numbered.number), numbered.origin)];
}

/** The label `endpoint`: the port's name, else the target port, never `portNumber`. */
function endpointLabelSteps(endpoint: Source): Steps {
  const port = endpoint.at('port');
  return port.text === '' ? targetPortLabelSteps(endpoint.at('targetPort')) : [fixedLabel('endpoint', port.text, port)];
}
