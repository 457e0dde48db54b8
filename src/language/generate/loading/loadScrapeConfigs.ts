import type { NameScheme } from '../../relabel/labelNames.ts';
import { judgeDiscoveries } from './discoveries.ts';
import { judgeHttpClient } from './httpClient.ts';
import { Judged, type LoadError } from './judge.ts';
import { judgeRelabelStep } from './relabelSteps.ts';
import { judgeBytes, judgeDuration, judgeUnsigned } from './values.ts';

/** What jobs inherit from the `global` section; milliseconds. */
interface GlobalSettings {
  readonly scrapeInterval: number;
  readonly nameScheme: NameScheme;
  /** Undefined where the section says nothing. */
  readonly escapingScheme: string | undefined;
}

const limits = ['sample_limit', 'target_limit', 'label_limit', 'label_name_length_limit', 'label_value_length_limit', 'keep_dropped_targets', 'native_histogram_bucket_limit'];
const protocols = ['OpenMetricsText0.0.1', 'OpenMetricsText1.0.0', 'PrometheusProto', 'PrometheusText0.0.4', 'PrometheusText1.0.0'];
const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'];

/**
 * Why Prometheus 3.13 refuses to load a `scrape_configs` list (config.Load and GetScrapeConfigs, with all service discoveries
 * registered); empty when it loads. One refused job is enough for Prometheus to keep its old configuration, or not to start.
 * Files that are named are not read, and no discovery is started. `global` is the configuration's section of that name.
 */
export function loadScrapeConfigs(configs: unknown, global: unknown = {}): LoadError[] {
  const settings = globalSettings(global);
  return Judged.judge(configs, [], (list) => {
    const names = new Set<string>();
    for (const config of list.items) {
      if (!config.expect(config.exists, 'empty or null scrape config section')) continue;
      judgeScrapeConfig(config, settings);
      const name = config.at('job_name');
      name.expect(!names.has(name.text), `found multiple scrape configs with job name ${JSON.stringify(name.text)}`);
      names.add(name.text);
    }
  });
}

/** What jobs inherit; what is wrong in the section itself is not said here. */
function globalSettings(global: unknown): GlobalSettings {
  let settings: GlobalSettings = { scrapeInterval: 60_000, nameScheme: 'utf8', escapingScheme: undefined };
  Judged.judge(global, [], (section) => {
    const escaping = section.at('metric_name_escaping_scheme').text;
    settings = {
      scrapeInterval: judgeDuration(section.at('scrape_interval')) || settings.scrapeInterval,
      nameScheme: section.at('metric_name_validation_scheme').text === 'legacy' ? 'legacy' : 'utf8',
      escapingScheme: escaping === '' ? undefined : escaping,
    };
  });
  return settings;
}

function judgeScrapeConfig(config: Judged, global: GlobalSettings): void {
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

function judgeTimes(config: Judged, global: GlobalSettings): void {
  const interval = judgeDuration(config.at('scrape_interval')) || global.scrapeInterval;
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

/** Which names the job takes, and how it asks for others. Returns the scheme of label names. */
function judgeNames(config: Judged, global: GlobalSettings): NameScheme {
  const own = config.at('metric_name_validation_scheme');
  own.expect(['', 'legacy', 'utf8'].includes(own.text), `unrecognized ValidationScheme: ${JSON.stringify(own.text)}`);
  const scheme = own.text === '' ? global.nameScheme : own.text === 'legacy' ? 'legacy' : 'utf8';
  const globalEscaping = global.escapingScheme ?? (global.nameScheme === 'legacy' ? 'underscores' : 'allow-utf-8');
  const escaping = config.at('metric_name_escaping_scheme');
  const effective = escaping.text !== '' ? escaping.text : own.text === '' ? globalEscaping : scheme === 'legacy' ? 'underscores' : 'allow-utf-8';
  if (!escaping.expect(escapingSchemes.includes(effective), `unknown scrape config name escaping method specified, must be one of 'allow-utf-8', 'underscores', 'dots', or 'values', got ${JSON.stringify(effective)}`)) return scheme;
  escaping.expect(effective !== 'allow-utf-8' || scheme === 'utf8', 'utf8 metric names requested but validation scheme is not set to UTF8');
  return scheme;
}
