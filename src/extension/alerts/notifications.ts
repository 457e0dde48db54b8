import type { LiveServers } from '../clusters/connection.ts';

/** What an Alertmanager says of one kind of receiver since it started. */
export interface IntegrationCounts {
  readonly integration: string;
  /** Of one receiver, where Alertmanager tells them apart (--enable-feature=receiver-name-in-metrics). */
  readonly receiver: string | undefined;
  readonly sent: number;
  /** By reason, such as `serverError`; the counters with 0 left out. */
  readonly failed: readonly { readonly reason: string; readonly count: number }[];
}

/** Notifications by integration, from an Alertmanager's own metrics; its API tells nothing of them. */
export async function notificationCounts(servers: Pick<LiveServers, 'alertmanager'>, instance: string): Promise<readonly IntegrationCounts[]> {
  const [{ parseExposition }, text] = await Promise.all([import('../../monitoring/exposition.ts'), servers.alertmanager(instance).ownMetrics()]);
  const { families } = parseExposition(text);
  const samples = (name: string) => families.find((family) => family.name === name)?.samples ?? [];
  return samples('alertmanager_notifications_total').map(({ labels, value }) => {
    const { integration = '', receiver_name: receiver } = labels;
    const failed = samples('alertmanager_notifications_failed_total')
      .filter((one) => one.labels['integration'] === integration && one.labels['receiver_name'] === receiver && one.value > 0)
      .map((one) => ({ reason: one.labels['reason'] ?? 'other', count: one.value }));
    return { integration, receiver, sent: value, failed };
  }).filter(({ sent, failed }) => sent > 0 || failed.length > 0);
}

/** `webhook: 12 sent, 3 failed (2 serverError, 1 other)`. */
export function countsLine({ integration, receiver, sent, failed }: IntegrationCounts): string {
  const failures = failed.reduce((sum, { count }) => sum + count, 0);
  return `${integration}${receiver === undefined ? '' : ` of ${receiver}`}: ${String(sent)} sent${failures === 0 ? ', none failed' : `, ${String(failures)} of them failed (${failed.map(({ reason, count }) => `${String(count)} ${reason}`).join(', ')})`}`;
}
