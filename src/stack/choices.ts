import { isRecord } from '../language/json.ts';
import { YamlReader } from '../language/yaml/reader.ts';

export const components = ['prometheus', 'alertmanager', 'node-exporter', 'kube-state-metrics', 'grafana', 'kubernetes'] as const;
export type Component = (typeof components)[number];

export const profiles = ['local', 'default', 'production'] as const;
export type Profile = (typeof profiles)[number];

export const channels = ['email', 'slack', 'pagerduty', 'webhook'] as const;
export type Channel = (typeof channels)[number];

/** What a user chooses; a team keeps it in git as a file. No secret is in it. */
export interface StackChoices {
  readonly namespace: string;
  /** Of the operator: `0.93.1`; our newest tested one when not given. */
  readonly operator?: string;
  readonly profile: Profile;
  readonly components: readonly Component[];
  /** The cluster's default when not given; the profile `local` keeps nothing. */
  readonly storageClass?: string;
  readonly alertmanager?: {
    readonly channel: Channel;
    /** `email`: to whom, from whom, by which server, as whom. */
    readonly to?: string;
    readonly from?: string;
    readonly smarthost?: string;
    readonly username?: string;
    /** `slack`: `#alerts`. */
    readonly room?: string;
  };
  /** Grafana gets an Ingress for https://grafana.DOMAIN. */
  readonly grafanaDomain?: string;
  /** Instead of the built-in manifests: a file or folder of others, relative to the settings file. */
  readonly manifests?: string;
}

/** The name of the settings file in a workspace. */
export const choicesFile = 'kubeprom-stack.yaml';

export const defaultChoices: StackChoices = { namespace: 'monitoring', profile: 'default', components };

/** A settings file that cannot be used; the message says why. */
export class ChoicesError extends Error {}

const fields: readonly (keyof StackChoices)[] = ['namespace', 'operator', 'profile', 'components', 'storageClass', 'alertmanager', 'grafanaDomain', 'manifests'];

/** Reads a settings file. @throws ChoicesError for what it may not say */
export function readChoices(text: string): StackChoices {
  const [document] = new YamlReader().read(text);
  const issue = document?.issues[0];
  if (issue !== undefined) throw new ChoicesError(`It is no readable YAML: ${issue.message}`);
  const value = document?.toJS() ?? {};
  if (!isRecord(value)) throw new ChoicesError('It is no mapping of settings.');
  const unknown = Object.keys(value).find((key) => !fields.some((field) => field === key));
  if (unknown !== undefined) throw new ChoicesError(`There is no setting "${unknown}", only ${fields.join(', ')}.`);
  const { alertmanager } = value;
  const list = value['components'];
  return {
    namespace: text63(value['namespace'] ?? 'monitoring', 'namespace'),
    profile: oneOf(value['profile'] ?? 'default', profiles, 'profile'),
    components: list === undefined ? components : Array.isArray(list) ? list.map((one) => oneOf(one, components, 'components')) : fail('components must be a list.'),
    ...strings(value, ['operator', 'storageClass', 'grafanaDomain', 'manifests'], ''),
    ...(alertmanager === undefined ? {} : { alertmanager: channelOf(alertmanager) }),
  };
}

function channelOf(value: unknown): NonNullable<StackChoices['alertmanager']> {
  if (!isRecord(value)) throw new ChoicesError('alertmanager must be a mapping with a channel.');
  const secret = Object.keys(value).find((key) => /password|secret|token|url|key/i.test(key));
  if (secret !== undefined) throw new ChoicesError(`alertmanager.${secret}: secrets do not belong into this file; they are asked for and kept in the cluster.`);
  return { channel: oneOf(value['channel'], channels, 'alertmanager.channel'), ...strings(value, ['to', 'from', 'smarthost', 'username', 'room'], 'alertmanager.') };
}

function strings<K extends string>(value: Readonly<Record<string, unknown>>, keys: readonly K[], where: string): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const one = value[key];
    if (one === undefined) continue;
    if (typeof one !== 'string') throw new ChoicesError(`${where}${key} must be a text${typeof one === 'number' ? ': put it in quotes' : ''}.`);
    found[key] = one;
  }
  return found;
}

function text63(value: unknown, name: string): string {
  if (typeof value === 'string' && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw new ChoicesError(`${name} must be a name of lower case letters, digits and "-", of at most 63.`);
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], name: string): T {
  const found = allowed.find((one) => one === value);
  return found ?? fail(`${name} must be one of ${allowed.join(', ')}.`);
}

function fail(message: string): never {
  throw new ChoicesError(message);
}
