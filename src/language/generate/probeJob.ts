import { mapOf, type Fields } from './fields.ts';
import { namespaceOf, type Generation } from './generation.ts';
import { HttpSettings } from './httpSettings.ts';
import { kubernetesDiscovery } from './kubernetesDiscovery.ts';
import { list, map, type MapNode, type Node } from './node.ts';
import { copyLabel, enforcedSteps, fixedLabel, metricSteps, rememberJobName, selectorSteps, step, userSteps, type Steps } from './relabeling.ts';
import { fallbackScrapeProtocol, mergedAuthorization, mergedSafeTls, scrapeClassOf } from './scrapeClass.ts';
import { enforcedBodySizeLimit, histogramFields, limitFields, protocolFields, unlessEmpty } from './scrapeSettings.ts';
import { shardingSteps } from './sharding.ts';
import type { Source } from './source.ts';

/** The scrape job of a Probe: Prometheus asks the prober, with the targets as a parameter. */
export function probeJob(generation: Generation, probe: Source): MapNode {
  const spec = probe.at('spec');
  const prober = spec.at('prober');
  const namespace = namespaceOf(probe.object);
  const http = new HttpSettings(generation, namespace);
  const scrapeClass = scrapeClassOf(generation, spec.at('scrapeClass'));
  const jobName = spec.at('jobName');
  const overrideTimestamps = generation.spec.at('overrideHonorTimestamps');
  const scheme = prober.at('scheme');
  const targets = discoverTargets(generation, http, probe);
  return mapOf({
    job_name: `probe/${namespace}/${probe.object.metadata.name}`,
    honor_timestamps: generation.since('2.9.0', overrideTimestamps.isTrue ? overrideTimestamps.scalar(false) : true),
    metrics_path: prober.at('path').scalar(prober.at('path').text),
    scrape_interval: unlessEmpty(spec.at('interval')),
    scrape_timeout: unlessEmpty(spec.at('scrapeTimeout')),
    scheme: scheme.exists ? scheme.scalar(scheme.text.toLowerCase()) : undefined,
    params: parameters(spec),
    ...limitFields(generation, spec),
    ...histogramFields(generation, spec),
    ...protocolFields(generation, spec.at('scrapeProtocols'), fallbackScrapeProtocol(spec.at('fallbackScrapeProtocol'), scrapeClass)),
    ...enforcedBodySizeLimit(generation),
    ...http.proxy(prober),
    follow_redirects: generation.since('2.26.0', spec.at('followRedirects')),
    enable_http2: generation.since('2.35.0', spec.at('enableHttp2')),
    ...mergedSafeTls(http, spec.at('tlsConfig'), scrapeClass),
    ...targets.discovery,
    relabel_configs: list([
      rememberJobName,
      ...(jobName.text === '' ? [] : [fixedLabel('job', jobName.text, jobName)]),
      ...targets.steps,
      ...(targets.relabelings === undefined ? [] : [...userSteps(scrapeClass.at('relabelings')), ...enforcedSteps(generation, probe, targets.relabelings)]),
      ...shardingSteps(generation, '__param_target'),
    ]),
    bearer_token: http.secret(spec.at('bearerTokenSecret')),
    ...http.basicAuth(spec.at('basicAuth')),
    ...http.oauth2(spec.at('oauth2')),
    ...mergedAuthorization(http, spec.at('authorization'), scrapeClass),
    ...metricSteps(generation, probe, spec.at('metricRelabelings'), scrapeClass),
  }, spec.origin);
}

/** `params`: `spec.module` wins over a parameter of that name. */
function parameters(spec: Source): Node | undefined {
  const module = spec.at('module');
  const entries: (readonly [string, Node])[] = module.text === '' ? [] : [['module', list([module.scalar(module.text)], module.origin)]];
  for (const parameter of spec.at('params').items) {
    const name = parameter.at('name').text;
    if (entries.some(([key]) => key === name)) continue;
    entries.push([name, parameter.at('values').copy() ?? list([], parameter.origin)]);
  }
  return entries.length === 0 ? undefined : map(entries, spec.at('params').exists ? spec.at('params').origin : undefined);
}

interface ProbeTargets {
  readonly discovery: Fields;
  readonly steps: Steps;
  /** The user's relabelings; undefined when there are no targets at all. */
  readonly relabelings?: Source;
}

/** Static targets win over ingresses. */
function discoverTargets(generation: Generation, http: HttpSettings, probe: Source): ProbeTargets {
  const fixed = probe.at('spec', 'targets', 'staticConfig');
  const ingress = probe.at('spec', 'targets', 'ingress');
  if (fixed.exists) return staticTargets(probe, fixed);
  return ingress.exists ? ingressTargets(generation, http, probe, ingress) : { discovery: {}, steps: [] };
}

function staticTargets(probe: Source, fixed: Source): ProbeTargets {
  const labels = fixed.at('labels');
  const given = labels.fields.map(([key, value]) => [key, value.scalar(value.text)] as const);
  const namespace = [['namespace', fixed.scalar(namespaceOf(probe.object))]] as const;
  return {
    discovery: {
      static_configs: list([mapOf({
        targets: fixed.at('static').copy() ?? list([]),
        labels: map([...given, ...(given.some(([key]) => key === 'namespace') ? [] : namespace)], labels.exists ? labels.origin : undefined),
      }, fixed.origin)]),
    },
    steps: [copyLabel('__address__', '__param_target'), ...proberSteps(probe)],
    relabelings: fixed.at('relabelingConfigs'),
  };
}

function ingressTargets(generation: Generation, http: HttpSettings, probe: Source, ingress: Source): ProbeTargets {
  return {
    discovery: kubernetesDiscovery(generation, http, { monitor: probe, role: 'ingress', namespaceSelector: ingress.at('namespaceSelector') }),
    steps: [
      ...selectorSteps(ingress.at('selector'), '__meta_kubernetes_ingress_'),
      step({
        source_labels: ['__meta_kubernetes_ingress_scheme', '__address__', '__meta_kubernetes_ingress_path'],
        separator: ';',
        regex: '(.+);(.+);(.+)',
        target_label: '__param_target',
        replacement: '${1}://${2}${3}',
        action: 'replace',
      }, ingress.origin),
      copyLabel('__meta_kubernetes_namespace', 'namespace'),
      copyLabel('__meta_kubernetes_ingress_name', 'ingress'),
      step({ source_labels: ['__address__'], separator: ';', regex: '(.*)', target_label: '__tmp_ingress_address', replacement: '$1', action: 'replace' }),
      ...proberSteps(probe),
    ],
    relabelings: ingress.at('relabelingConfigs'),
  };
}

/** The target becomes `instance`, and the prober's address the one that is scraped. */
function proberSteps(probe: Source): Steps {
  const url = probe.at('spec', 'prober', 'url');
  return [copyLabel('__param_target', 'instance'), fixedLabel('__address__', url.text, url)];
}
