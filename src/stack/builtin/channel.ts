import { randomBytes } from 'node:crypto';
import type { Manifest } from '../../cluster/writes.ts';
import type { Channel, ChannelChoices, StackChoices } from '../choices.ts';

/** What is typed into a password box: it goes into Secrets of the cluster, and nowhere else. */
export interface StackSecrets {
  /** Of the channel: the password, the Slack or webhook address, the PagerDuty routing key. */
  readonly channel?: string;
  readonly grafanaPassword?: string;
}

const secretName = 'alertmanager-channel';
const secretKey = 'value';

/** What to ask for, in the words of each channel. */
export const channelSecret: Readonly<Record<Channel, string>> = { email: 'the password of the SMTP user', slack: 'the address of the Slack webhook', pagerduty: 'the PagerDuty routing key', webhook: 'the address of the webhook' };

/** The AlertmanagerConfig of the stack's channel; its secret is a Secret beside it. */
export function channelObjects({ namespace, alertmanager, components }: StackChoices): Manifest[] {
  return alertmanager === undefined || !components.includes('alertmanager') ? [] : [channelConfig(namespace, 'channel', alertmanager, secretName)];
}

/**
 * The whole configuration of an Alertmanager that sends to one channel.
 * @param secret the name of the Secret whose key `value` is the channel's password, key or address
 */
export function channelConfig(namespace: string, name: string, channel: ChannelChoices, secret: string): Manifest {
  return {
    apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', metadata: { name, namespace, labels: { 'kubeprom.dev/channel': channel.channel } },
    spec: {
      route: {
        receiver: 'channel', groupBy: ['alertname', 'namespace'], groupWait: '30s', groupInterval: '5m', repeatInterval: '12h',
        // It fires always: it says that alerts arrive, and is no news.
        routes: [{ receiver: 'nobody', matchers: [{ name: 'alertname', value: 'Watchdog', matchType: '=' }] }],
      },
      receivers: [{ name: 'nobody' }, { name: 'channel', ...receiver(channel, { name: secret, key: secretKey }) }],
    },
  };
}

function receiver({ channel, to, from, smarthost, username, room }: ChannelChoices, reference: { readonly name: string; readonly key: string }): Readonly<Record<string, unknown>> {
  switch (channel) {
    case 'email': return { emailConfigs: [{ to, from, smarthost, sendResolved: true, ...(username === undefined ? {} : { authUsername: username, authPassword: reference }) }] };
    case 'slack': return { slackConfigs: [{ apiURL: reference, sendResolved: true, ...(room === undefined ? {} : { channel: room }) }] };
    case 'pagerduty': return { pagerdutyConfigs: [{ routingKey: reference, sendResolved: true }] };
    case 'webhook': return { webhookConfigs: [{ urlSecret: reference, sendResolved: true }] };
  }
}

/** Whether a channel cannot do without a secret. */
export const needsSecret = ({ channel, username }: ChannelChoices): boolean => channel !== 'email' || username !== undefined;

/** The Secrets that the chosen components need, by name, with what of them was typed. */
export function neededSecrets({ alertmanager, components }: StackChoices, { channel, grafanaPassword }: StackSecrets): readonly { readonly name: string; readonly key: string; readonly value: string | undefined; readonly generate: boolean }[] {
  return [
    ...(alertmanager !== undefined && needsSecret(alertmanager) && components.includes('alertmanager') ? [{ name: secretName, key: secretKey, value: channel, generate: false }] : []),
    ...(components.includes('grafana') ? [{ name: 'grafana-admin', key: 'password', value: grafanaPassword, generate: true }] : []),
  ];
}

/** The Secret of a channel of one's own. */
export const channelSecretManifest = (namespace: string, name: string, value: string): Manifest => secretManifest(namespace, name, secretKey, value);

export function secretManifest(namespace: string, name: string, key: string, value: string): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', data: { [key]: Buffer.from(value).toString('base64') } };
}

/** A password that nobody chose. */
export const randomPassword = (): string => randomBytes(18).toString('base64url');
