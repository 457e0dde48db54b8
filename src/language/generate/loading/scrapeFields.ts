import { Judged, type LoadError } from './judge.ts';

/** Of config.ScrapeConfig and the HTTP client's configuration in it (Prometheus 3.13), with names that 2.x had for some. */
const jobFields: ReadonlySet<string> = new Set([
  'job_name', 'honor_labels', 'honor_timestamps', 'track_timestamps_staleness', 'params', 'scrape_interval', 'scrape_timeout', 'scrape_protocols', 'fallback_scrape_protocol', 'scrape_native_histograms',
  'always_scrape_classic_histograms', 'scrape_classic_histograms', 'convert_classic_histograms_to_nhcb', 'scrape_failure_log_file', 'metrics_path', 'scheme', 'enable_compression', 'body_size_limit',
  'sample_limit', 'target_limit', 'label_limit', 'label_name_length_limit', 'label_value_length_limit', 'native_histogram_bucket_limit', 'native_histogram_min_bucket_factor', 'keep_dropped_targets',
  'metric_name_validation_scheme', 'metric_name_escaping_scheme', 'extra_scrape_metrics', 'relabel_configs', 'metric_relabel_configs', 'static_configs',
  'basic_auth', 'authorization', 'oauth2', 'bearer_token', 'bearer_token_file', 'tls_config', 'proxy_url', 'no_proxy', 'proxy_from_environment', 'proxy_connect_header', 'follow_redirects', 'enable_http2', 'http_headers',
]);
const relabelFields: ReadonlySet<string> = new Set(['source_labels', 'separator', 'regex', 'modulus', 'target_label', 'replacement', 'action']);
const groupFields: ReadonlySet<string> = new Set(['targets', 'labels']);

/**
 * Fields of scrape jobs that Prometheus does not know, for lists that people write: it reads them strictly, so that one keeps the
 * whole configuration from being loaded. Discoveries are told by their names' ending, and what stands in them is not looked at.
 */
export function unknownScrapeFields(jobs: unknown): LoadError[] {
  return Judged.judge(jobs, [], (list) => {
    for (const job of list.items) {
      for (const key of job.keys) if (!jobFields.has(key) && !key.endsWith('_sd_configs')) job.at(key).refuse(`field ${key} not found in type config.ScrapeConfig`);
      for (const group of job.at('static_configs').items) onlyKnown(group, groupFields, 'targetgroup.Group');
      for (const key of ['relabel_configs', 'metric_relabel_configs']) unknownSteps(job.at(key));
    }
  });
}

/** As {@link unknownScrapeFields}, for a list of relabel steps. */
export function unknownRelabelFields(steps: unknown): LoadError[] {
  return Judged.judge(steps, [], unknownSteps);
}

function unknownSteps(steps: Judged): void {
  for (const step of steps.items) onlyKnown(step, relabelFields, 'relabel.plain');
}

function onlyKnown(value: Judged, fields: ReadonlySet<string>, type: string): void {
  for (const key of value.keys) if (!fields.has(key)) value.at(key).refuse(`field ${key} not found in type ${type}`);
}
