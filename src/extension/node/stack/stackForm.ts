import { type ChannelChoices, defaultChoices, profiles, type StackChoices } from '../../../stack/choices.ts';
import { readChoices } from '../../../stack/choicesFile.ts';
import type { Choice, FormKind, StackFields } from '../../../webviews/stackProtocol.ts';

export const profileChoices: readonly Choice[] = [
  { value: 'local', label: 'local: one of each, little memory, data goes with the pods' },
  { value: 'default', label: 'default: one of each, 15 days on volumes' },
  { value: 'production', label: 'production: two Prometheus, three Alertmanagers, 30 days on volumes' },
];

export const componentChoices: readonly Choice[] = [
  { value: 'prometheus', label: 'Prometheus, with rules about itself' },
  { value: 'alertmanager', label: 'Alertmanager' },
  { value: 'node-exporter', label: 'Node exporter: processors, memory and disks of the nodes' },
  { value: 'kube-state-metrics', label: 'kube-state-metrics: what the API server knows of objects' },
  { value: 'grafana', label: 'Grafana with dashboards' },
  { value: 'kubernetes', label: 'Monitors and rules for Kubernetes itself' },
];

export const channelChoices: readonly Choice[] = [
  { value: '', label: 'nowhere: they are seen in Alertmanager only' }, { value: 'email', label: 'e-mail' }, { value: 'slack', label: 'Slack' }, { value: 'pagerduty', label: 'PagerDuty' }, { value: 'webhook', label: 'a webhook' },
];

const empty: StackFields = {
  kind: 'stack', source: 'built-in', manifests: '', namespace: '', operator: '', profile: defaultChoices.profile, components: [], storageClass: '', channel: '', to: '', from: '', smarthost: '', username: '', room: '',
  grafanaDomain: '', release: '', values: '', typesSecrets: false, name: '', replicas: '', version: '', retention: '', namespaces: '', selector: '', attachesNodes: false, discoveryRole: 'EndpointSlice', alertmanager: '',
};

/** The form of one more instance, to begin with. */
export function instanceFields(kind: FormKind, namespace: string, profile: StackFields['profile'], alertmanager: string): StackFields {
  return { ...empty, kind, namespace, profile, alertmanager, name: kind === 'Prometheus' ? 'more' : 'main' };
}

/** Choices as the form holds them. @param operator the version that is meant where they name none */
export function fieldsOf(choices: StackChoices, operator: string): StackFields {
  const { namespace, profile, components, storageClass = '', grafanaDomain = '', manifests, helm, alertmanager } = choices;
  return {
    ...empty, source: helm !== undefined ? 'chart' : manifests !== undefined ? 'manifests' : 'built-in', manifests: helm?.chart ?? manifests ?? '', namespace, profile, components, storageClass, grafanaDomain,
    release: helm?.release ?? '', version: helm?.version ?? '', values: helm?.values ?? '', operator: choices.operator ?? operator, channel: alertmanager?.channel ?? '', to: alertmanager?.to ?? '', from: alertmanager?.from ?? '', smarthost: alertmanager?.smarthost ?? '', username: alertmanager?.username ?? '', room: alertmanager?.room ?? '',
  };
}

/**
 * What the form says, as the settings file would have it.
 * @throws ChoicesError for what a settings file may not say either
 */
export function choicesOf(fields: StackFields): StackChoices {
  const { source, components } = fields;
  const base = { namespace: fields.namespace.trim(), profile: profiles.find((one) => one === fields.profile), components };
  if (source === 'manifests') return checked({ ...base, manifests: fields.manifests.trim() });
  if (source === 'chart') return checked({ ...base, helm: { chart: fields.manifests.trim(), release: text(fields.release), version: text(fields.version), values: text(fields.values) } });
  const alertmanager = components.includes('alertmanager') ? channelOf(fields) : undefined;
  return checked({ ...base, operator: text(fields.operator.replace(/^v/, '')), storageClass: text(fields.storageClass), grafanaDomain: components.includes('grafana') ? text(fields.grafanaDomain) : undefined, alertmanager });
}

/** The channel that the form says; undefined where it says none. @throws ChoicesError */
export function channelOf({ channel, to, from, smarthost, username, room }: StackFields): ChannelChoices | undefined {
  if (channel === '') return undefined;
  const email = channel === 'email' ? { to: text(to), from: text(from), smarthost: text(smarthost), username: text(username) } : {};
  return checked({ alertmanager: { channel, ...email, ...(channel === 'slack' ? { room: text(room) } : {}) } }).alertmanager;
}

const text = (value: string): string | undefined => (value.trim() === '' ? undefined : value.trim());

/** The same check as that of a settings file; JSON leaves out what is undefined. */
const checked = (choices: object): StackChoices => readChoices(JSON.stringify(choices));
