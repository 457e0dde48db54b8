/** What a server's own metrics say about its health. */

import type { HealthNote } from '../model/entities.ts';
import type { Exposition, ExposedSample } from './exposition.ts';

/** Numbers that only mean something by how they grow. */
export type Counters = ReadonlyMap<string, number>;

/** What was read of a server's /metrics. */
export interface OwnMetrics {
  readonly reload: 'ok' | 'failed' | undefined;
  /** Milliseconds since 1970. */
  readonly lastReload: number | undefined;
  readonly notes: readonly HealthNote[];
  /** For the next reading. */
  readonly counters: Counters;
}

/** Metrics of the last reload, of Prometheus, Alertmanager and ThanosRuler. */
const reloadMetrics = [
  ['prometheus_config_last_reload_successful', 'prometheus_config_last_reload_success_timestamp_seconds'],
  ['alertmanager_config_last_reload_successful', 'alertmanager_config_last_reload_success_timestamp_seconds'],
  ['thanos_rule_config_last_reload_successful', 'thanos_rule_config_last_reload_success_timestamp_seconds'],
] as const;

/** Counters whose growth is a warning. */
const growing: readonly { readonly metric: string; readonly topic: HealthNote['topic']; readonly what: string }[] = [
  { metric: 'prometheus_tsdb_wal_corruptions_total', topic: 'storage', what: 'corruptions of the write-ahead log were found' },
  { metric: 'prometheus_tsdb_wal_writes_failed_total', topic: 'storage', what: 'writes to the write-ahead log failed' },
  { metric: 'prometheus_tsdb_wal_truncations_failed_total', topic: 'storage', what: 'truncations of the write-ahead log failed' },
  { metric: 'prometheus_tsdb_compactions_failed_total', topic: 'storage', what: 'compactions failed' },
  { metric: 'prometheus_tsdb_head_truncations_failed_total', topic: 'storage', what: 'truncations of the head failed' },
  { metric: 'prometheus_tsdb_checkpoint_creations_failed_total', topic: 'storage', what: 'checkpoints could not be made' },
  { metric: 'prometheus_tsdb_reloads_failures_total', topic: 'storage', what: 'blocks could not be loaded again' },
  { metric: 'prometheus_agent_corruptions_total', topic: 'storage', what: 'corruptions of the write-ahead log were found' },
  { metric: 'prometheus_notifications_dropped_total', topic: 'notifications', what: 'alerts were dropped on their way to Alertmanager' },
  { metric: 'alertmanager_notifications_failed_total', topic: 'notifications', what: 'notifications failed' },
  { metric: 'thanos_alert_sender_alerts_dropped_total', topic: 'notifications', what: 'alerts were dropped on their way to Alertmanager' },
];

/** Seconds that a remote write may be behind before it is told: three times the usual scrape interval. */
const tolerableLag = 90;

/** Reads a server's own metrics. @param before what the same pod's counters were at the last reading; undefined at the first */
export function readOwnMetrics({ families }: Exposition, pod: string, before: Counters | undefined): OwnMetrics {
  const byName = new Map<string, readonly ExposedSample[]>(families.map(({ name, samples }) => [name, samples]));
  const samples = (name: string): readonly ExposedSample[] => byName.get(name) ?? [];
  const counters = new Map<string, number>();
  const notes: HealthNote[] = [];
  const note = (topic: HealthNote['topic'], message: string, level: HealthNote['level'] = 'warning'): void => { notes.push({ level, topic, message: `${pod}: ${message}`, pod }); };
  /** How much a counter grew; all of it when it began anew. */
  const grown = (key: string, value: number): number => {
    counters.set(key, value);
    const last = before?.get(key);
    return before === undefined ? 0 : value - (last !== undefined && last <= value ? last : 0);
  };
  for (const { metric, topic, what } of growing) {
    const more = grown(metric, samples(metric).reduce((sum, { value }) => sum + value, 0));
    if (more > 0) note(topic, `${String(more)} ${what} since the last reading.`);
  }
  readRemoteWrite(samples, grown, (message, level) => { note('remoteWrite', message, level); });
  const reload = reloadMetrics.find(([success]) => samples(success).length > 0);
  const at = samples(reload?.[1] ?? '')[0]?.value;
  return {
    notes, counters,
    reload: reload === undefined ? undefined : samples(reload[0])[0]?.value === 1 ? 'ok' : 'failed',
    lastReload: at === undefined || at === 0 ? undefined : Math.round(at * 1000),
  };
}

function readRemoteWrite(samples: (name: string) => readonly ExposedSample[], grown: (key: string, value: number) => number, note: (message: string, level?: HealthNote['level']) => void): void {
  const newest = samples('prometheus_remote_storage_highest_timestamp_in_seconds')[0]?.value ?? 0;
  const valueOf = (metric: string, { labels }: ExposedSample): number => samples(metric).find((one) => one.labels['remote_name'] === labels['remote_name'] && one.labels['url'] === labels['url'])?.value ?? 0;
  for (const queue of samples('prometheus_remote_storage_shards')) {
    const where = `the remote write to ${queue.labels['url'] ?? queue.labels['remote_name'] ?? 'its destination'}`;
    const key = JSON.stringify([queue.labels['remote_name'], queue.labels['url']]);
    const sent = valueOf('prometheus_remote_storage_queue_highest_sent_timestamp_seconds', queue);
    const failed = grown(`failed ${key}`, valueOf('prometheus_remote_storage_samples_failed_total', queue));
    const dropped = grown(`dropped ${key}`, valueOf('prometheus_remote_storage_samples_dropped_total', queue));
    const retried = grown(`retried ${key}`, valueOf('prometheus_remote_storage_samples_retried_total', queue));
    if (failed > 0) note(`${where} lost ${String(failed)} samples that were refused.`, 'error');
    if (dropped > 0) note(`${where} dropped ${String(dropped)} samples.`);
    if (sent > 0 && newest - sent > tolerableLag) note(`${where} is ${String(Math.round(newest - sent))} s behind.`);
    else if (sent === 0 && retried > 0) note(`${where} has delivered nothing yet; ${String(retried)} samples are tried again.`, 'error');
    const [shards, most] = [queue.value, valueOf('prometheus_remote_storage_shards_max', queue)];
    if (most > 1 && shards >= most) note(`${where} runs with all of its ${String(most)} shards: it cannot go faster.`);
  }
}
