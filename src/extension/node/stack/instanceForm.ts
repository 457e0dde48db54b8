import type { Manifest } from '../../../cluster/writes.ts';
import { parseDuration } from '../../../language/duration.ts';
import { isRecord } from '../../../language/json.ts';
import { profiles } from '../../../stack/choices.ts';
import { ChoicesError, isLabelName } from '../../../stack/choicesFile.ts';
import { type InstanceChoices, instanceManifests } from '../../../stack/instance/instance.ts';
import type { StackFields } from '../../../webviews/stackProtocol.ts';
import { channelOf } from './stackForm.ts';

/** The Service and its port that an Alertmanager of the cluster is reached by. */
export const alertmanagerChoice = (namespace: string, service: string): string => `${namespace}/${service}`;

const labelKey = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** One more Prometheus or Alertmanager, as the form says. @throws ChoicesError with a sentence for what no object may say */
export function chosenInstance(fields: StackFields): InstanceChoices {
  const wanted = (text: string, what: string): string => (isLabelName(text) ? text : refuse(`${what} must be a name of lower case letters, digits and "-", of at most 63.`));
  const version = fields.version.trim().replace(/^(?=\d)/, 'v');
  if (version !== '' && !/^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) refuse('Version must be one such as v3.13.2.');
  const namespaces = listed(fields.namespaces).map((one) => wanted(one, 'Each of the namespaces'));
  const common = {
    namespace: wanted(fields.namespace.trim(), 'Namespace'), name: wanted(fields.name.trim(), 'Name'), profile: profiles.find((one) => one === fields.profile) ?? 'local',
    ...(fields.storageClass === '' ? {} : { storageClass: fields.storageClass }), ...(version === '' ? {} : { version }), ...(namespaces.length === 0 ? {} : { namespaces }),
  };
  const channel = channelOf(fields);
  const [alertsTo = '', service = ''] = fields.alertmanager.split('/');
  const alertmanager = service === '' ? {} : { alertmanager: { namespace: alertsTo, service, port: 'web' } };
  return fields.kind === 'Prometheus' ? { kind: 'Prometheus', ...common, ...alertmanager, discoveryRole: fields.discoveryRole, attachNodeMetadata: fields.attachesNodes } : { kind: 'Alertmanager', ...common, ...(channel === undefined ? {} : { channel }) };
}

/** All that it consists of, with the replicas, retention and labels that were typed. @throws ChoicesError */
export function instanceObjects(instance: InstanceChoices, { replicas, retention, selector }: StackFields): readonly Manifest[] {
  const labels = labelsOf(selector);
  const own = { ...count(replicas), ...kept(retention) };
  return instanceManifests(instance).map((manifest) => {
    if (Object.keys(labels).length > 0 && manifest.kind === 'ServiceMonitor') return { ...manifest, metadata: { ...manifest.metadata, labels: { ...(isRecord(manifest.metadata['labels']) ? manifest.metadata['labels'] : {}), ...labels } } };
    if (manifest.kind !== instance.kind || !isRecord(manifest['spec'])) return manifest;
    const selectors = Object.entries(manifest['spec']).filter(([field]) => /(?<!Namespace)Selector$/.test(field)).map(([field, value]) => [field, { ...(isRecord(value) ? value : {}), matchLabels: labels }]);
    return { ...manifest, spec: { ...manifest['spec'], ...own, ...(Object.keys(labels).length === 0 ? {} : Object.fromEntries(selectors)) } };
  });
}

function count(text: string): { readonly replicas?: number } {
  if (text.trim() === '') return {};
  const replicas = Number(text.trim());
  return Number.isInteger(replicas) && replicas >= 0 && replicas <= 100 ? { replicas } : refuse('Replicas must be a whole number from 0 to 100.');
}

function kept(text: string): { readonly retention?: string } {
  if (text.trim() === '') return {};
  return parseDuration(text.trim()) === undefined ? refuse('Keep data for: a duration such as 15d or 12h.') : { retention: text.trim() };
}

/** `team=web, tier=front` */
function labelsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(listed(text).map((one) => {
    const [key = '', value = '', ...more] = one.split('=').map((part) => part.trim());
    return more.length === 0 && labelKey.test(key) && labelValue.test(value) && one.includes('=') ? [key, value] : refuse(`Labels are written name=value, by commas; "${one}" is none.`);
  }));
}

const listed = (text: string): string[] => text.split(',').map((one) => one.trim()).filter((one) => one !== '');

function refuse(message: string): never {
  throw new ChoicesError(message);
}
