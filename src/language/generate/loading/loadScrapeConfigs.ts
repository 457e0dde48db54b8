import type { NameScheme } from '../../relabel/labelNames.ts';
import { judgeDiscoveries } from './discoveries.ts';
import { judgeHttpClient } from './httpClient.ts';
import { Judged, type LoadError } from './judge.ts';
import { judgeRelabelStep } from './relabelSteps.ts';
import { judgeBytes, judgeDuration, judgeUnsigned } from './values.ts';

const limits = ['sample_limit', 'target_limit', 'label_limit', 'label_name_length_limit', 'label_value_length_limit', 'keep_dropped_targets', 'native_histogram_bucket_limit'];
const protocols = ['OpenMetricsText0.0.1', 'OpenMetricsText1.0.0', 'PrometheusProto', 'PrometheusText0.0.4', 'PrometheusText1.0.0'];
const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'];

/**
 * Why Prometheus 3.13 refuses to load a configuration, as far as its `scrape_configs` and what they inherit from `global` go
 * (config.Load and GetScrapeConfigs, with all service discoveries registered); empty when it loads. One refused job is enough
 * for Prometheus to keep its old configuration, or not to start. Files that are named are not read, and no discovery is started.
 */
export function loadScrapeConfigs(configuration: unknown): LoadError[] {
  return Judged.judge(configuration, [], (root) => {
    const names = new Set<string>();
    for (const config of root.at('scrape_configs').items) {
      if (!config.expect(config.exists, 'empty or null scrape config section')) continue;
      judgeScrapeConfig(config, root.at('global'));
      const name = config.at('job_name');
      name.expect(!names.has(name.text), `found multiple scrape configs with job name ${JSON.stringify(name.text)}`);
      names.add(name.text);
    }
  });
}

function judgeScrapeConfig(config: Judged, global: Judged): void {
  config.at('job_name').expect(config.at('job_name').text !== '', 'job_name is empty');
  judgeTimes(config, global);
  for (const limit of limits) judgeUnsigned(config.at(limit));
  judgeBytes(config.at('body_size_limit'));
  judgeProtocols(config);
  judgeHttpClient(config);
  judgeDiscoveries(config);
  if (config.at('relabel_configs').items.length === 0) judgeTargets(config.at('static_configs'));
  const scheme = judgeNames(config, global);
  for (const key of ['relabel_configs', 'metric_relabel_configs']) {
    for (const step of config.at(key).items) if (step.expect(step.exists, 'empty or null relabeling rule in scrape config')) judgeRelabelStep(step, scheme);
  }
}

/** Zero means the inherited interval, a minute where nothing says otherwise. */
function judgeTimes(config: Judged, global: Judged): void {
  const interval = judgeDuration(config.at('scrape_interval')) || judgeDuration(global.at('scrape_interval')) || 60_000;
  const timeout = judgeDuration(config.at('scrape_timeout'));
  config.at('scrape_timeout').expect(timeout <= interval, `scrape timeout greater than scrape interval for scrape config with job name ${JSON.stringify(config.at('job_name').text)}`);
}

function judgeProtocols(config: Judged): void {
  const own = config.at('scrape_protocols');
  if (own.exists) own.expect(own.items.length > 0, 'scrape_protocols cannot be empty');
  const seen = new Set<string>();
  for (const protocol of own.items) {
    const name = protocol.text;
    protocol.expect(!seen.has(name.toLowerCase()), `duplicated protocol in scrape_protocols, got ${name}`);
    protocol.expect(protocols.includes(name), `scrape_protocols: unknown scrape protocol ${name}, supported: [${protocols.join(' ')}]`);
    seen.add(name.toLowerCase());
  }
  const fallback = config.at('fallback_scrape_protocol');
  if (fallback.text !== '') fallback.expect(protocols.includes(fallback.text), `invalid fallback_scrape_protocol: unknown scrape protocol ${fallback.text}, supported: [${protocols.join(' ')}]`);
}

/** Without relabeling, a static target must not be a URL. */
function judgeTargets(groups: Judged): void {
  for (const group of groups.items) {
    for (const target of group.at('targets').items) target.expect(!target.text.includes('/'), `${JSON.stringify(target.text)} is not a valid hostname`);
  }
}

/**
 * Which names the job takes, and how it asks for others; a job that names no scheme inherits both, so that the fault is
 * the global section's. Returns the scheme of label names.
 */
function judgeNames(config: Judged, global: Judged): NameScheme {
  const own = config.at('metric_name_validation_scheme');
  own.expect(['', 'legacy', 'utf8'].includes(own.text), `unrecognized ValidationScheme: ${JSON.stringify(own.text)}`);
  const named = own.text === '' ? global.at('metric_name_validation_scheme').text : own.text;
  const scheme = named === 'legacy' ? 'legacy' : 'utf8';
  const ownEscaping = config.at('metric_name_escaping_scheme');
  const escaping = ownEscaping.text === '' && own.text === '' ? global.at('metric_name_escaping_scheme') : ownEscaping;
  if (escaping.text === '') return scheme;
  if (!escaping.expect(escapingSchemes.includes(escaping.text), `unknown scrape config name escaping method specified, must be one of 'allow-utf-8', 'underscores', 'dots', or 'values', got ${JSON.stringify(escaping.text)}`)) return scheme;
  escaping.expect(escaping.text !== 'allow-utf-8' || scheme === 'utf8', 'utf8 metric names requested but validation scheme is not set to UTF8');
  return scheme;
}
