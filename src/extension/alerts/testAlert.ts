import { type LogOutputChannel, ProgressLocation, window } from 'vscode';
import type { Labels } from '../../model/entities.ts';
import type { ClusterConnection } from '../clusters/connection.ts';
import { oneLine, withoutIcons, withoutLinks } from '../plainText.ts';
import { liveJourney } from './liveRouting.ts';
import { labelsIn } from './typedLabels.ts';

/** Milliseconds after which Alertmanager resolves the alert itself, should nobody be there to do it. */
const life = 300_000;

/** Asks for labels, shows who would be told, sends an alert that says it is a test, and resolves it when the user has seen enough. */
export async function sendTestAlert(cluster: ClusterConnection, instance: string, log: LogOutputChannel): Promise<void> {
  const { monitoring } = cluster;
  if (monitoring === undefined) throw new Error(`${cluster.name} is not connected any more.`);
  const text = await window.showInputBox({
    title: `Send a test alert to ${oneLine(instance)} (1/2): its labels`, value: 'alertname=KubepromTest, severity=info, namespace=default', ignoreFocusOut: true,
    prompt: 'The label kubeprom_test="true" is added.', validateInput: (value) => labelsIn(value).error,
  });
  if (text === undefined) return;
  const labels: Labels = { ...labelsIn(text).labels, kubeprom_test: 'true' };
  const { stops } = await liveJourney(monitoring, instance, labels);
  const receivers = stops.map(({ receiver }) => receiver);
  const send = { label: `$(megaphone) Send it to ${withoutIcons(instance)} in ${withoutIcons(cluster.name)}`, detail: withoutIcons(`Goes to ${receivers.join(', ')}: they are really notified.`) };
  const chosen = await window.showQuickPick([send, { label: 'Cancel' }], { title: 'Send a test alert (2/2): these are told', ignoreFocusOut: true });
  if (chosen !== send) return;
  const api = monitoring.alertmanager(instance);
  await api.status();
  const startsAt = Date.now() + api.ahead;
  const annotations = { summary: 'A test of the notifications, sent with Kubeprom. Nothing is wrong.' };
  await api.send([{ labels, annotations, startsAt, endsAt: startsAt + life }]);
  log.info(oneLine(`${cluster.name}: test alert sent to ${instance}: ${JSON.stringify(labels)}, for ${receivers.join(', ')}`, 2000));
  monitoring.refresh(['alerts']);
  await window.withProgress({ location: ProgressLocation.Notification, title: withoutLinks(`Test alert in ${cluster.name}, for ${receivers.join(', ')}. Cancel resolves it; after 5 minutes it resolves itself.`), cancellable: true }, (_, cancelled) => new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, life);
    cancelled.onCancellationRequested(() => { clearTimeout(timer); resolve(); });
  }));
  await api.send([{ labels, annotations, startsAt, endsAt: Date.now() + api.ahead }]);
  log.info(oneLine(`${cluster.name}: test alert resolved in ${instance}.`, 2000));
  cluster.monitoring?.refresh(['alerts']);
}
