import { discoveryFields } from './discoveries.ts';
import { filled, lowerCase, mapOf } from './fields.ts';
import { namespaceOf, type Generation } from './generation.ts';
import { HttpSettings } from './httpSettings.ts';
import { list, type MapNode } from './node.ts';
import { enforcedSteps, metricSteps, rememberJobName, step, userSteps } from './relabeling.ts';
import { fallbackScrapeProtocol, mergedAuthorization, mergedSafeTls, scrapeClassOf } from './scrapeClass.ts';
import { bodySizeLimit, histogramFields, honorLabels, honorTimestamps, limitFields, nameSchemes, protocolFields, trackTimestampsStaleness } from './scrapeSettings.ts';
import { shardingUnlessHashed } from './sharding.ts';
import type { Source } from './source.ts';

/** The scrape job of a ScrapeConfig. */
export function scrapeConfigJob(generation: Generation, scrapeConfig: Source): MapNode {
  const spec = scrapeConfig.at('spec');
  const namespace = namespaceOf(scrapeConfig.object);
  const http = new HttpSettings(generation, namespace);
  const scrapeClass = scrapeClassOf(generation, spec.at('scrapeClass'));
  const relabelings = relabelingSteps(generation, scrapeConfig, scrapeClass);
  const timestamps = spec.at('honorTimestamps');
  const labels = spec.at('honorLabels');
  return mapOf({
    job_name: `scrapeConfig/${namespace}/${scrapeConfig.object.metadata.name}`,
    ...(timestamps.exists ? honorTimestamps(generation, timestamps) : {}),
    ...trackTimestampsStaleness(generation, spec.at('trackTimestampsStaleness')),
    ...(labels.exists ? honorLabels(generation, labels) : {}),
    metrics_path: spec.at('metricsPath'),
    params: filled(spec.at('params')),
    enable_compression: generation.since('2.49.0', spec.at('enableCompression')),
    enable_http2: generation.since('2.35.0', spec.at('enableHTTP2')),
    scrape_interval: spec.at('scrapeInterval'),
    scrape_timeout: spec.at('scrapeTimeout'),
    ...protocolFields(generation, spec.at('scrapeProtocols'), fallbackScrapeProtocol(spec.at('fallbackScrapeProtocol'), scrapeClass)),
    scheme: lowerCase(spec.at('scheme')),
    ...http.proxy(spec),
    ...http.basicAuth(spec.at('basicAuth')),
    ...mergedAuthorization(http, spec.at('authorization'), scrapeClass),
    ...http.oauth2(spec.at('oauth2')),
    ...mergedSafeTls(http, spec.at('tlsConfig'), scrapeClass),
    ...limitFields(generation, spec),
    ...histogramFields(generation, spec),
    ...bodySizeLimit(generation, spec.at('bodySizeLimit')),
    ...discoveryFields(generation, spec, http),
    relabel_configs: list(generation.shards === 1 ? relabelings : [...relabelings, ...shardingUnlessHashed(generation, relabelings)]),
    ...metricSteps(generation, scrapeConfig, spec.at('metricRelabelings'), scrapeClass),
    ...nameSchemes(generation, spec),
  }, spec.origin);
}

/** The class's steps come before the job's name; the enforced namespace label is added only behind steps of the object's own. */
function relabelingSteps(generation: Generation, scrapeConfig: Source, scrapeClass: Source): MapNode[] {
  const spec = scrapeConfig.at('spec');
  const jobName = spec.at('jobName');
  const relabelings = spec.at('relabelings');
  return [
    rememberJobName,
    ...userSteps(scrapeClass.at('relabelings')),
    ...(jobName.exists ? [step({ target_label: 'job', action: 'replace', replacement: jobName }, jobName.origin)] : []),
    ...(relabelings.isFilled ? enforcedSteps(generation, scrapeConfig, relabelings) : []),
  ];
}
