export const components = ['prometheus', 'alertmanager', 'node-exporter', 'kube-state-metrics', 'grafana', 'kubernetes'] as const;
export type Component = (typeof components)[number];

export const profiles = ['local', 'default', 'production'] as const;
export type Profile = (typeof profiles)[number];

export const channels = ['email', 'slack', 'pagerduty', 'webhook'] as const;
export type Channel = (typeof channels)[number];

/** Where alerts go. What of it is secret is no part of it. */
export interface ChannelChoices {
  readonly channel: Channel;
  /** `email`: to whom, from whom, by which server (`HOST:PORT`), as whom. */
  readonly to?: string;
  readonly from?: string;
  readonly smarthost?: string;
  readonly username?: string;
  /** `slack`: `#alerts`. */
  readonly room?: string;
}

/** A Helm chart, which Helm deploys and owns. */
export interface HelmChoices {
  /** What `helm upgrade` takes: a folder or archive relative to the settings file, `REPOSITORY/NAME`, or `oci://…`. */
  readonly chart: string;
  /** The name of the release. */
  readonly release: string;
  /** Of the chart; the newest when not given. */
  readonly version?: string;
  /** A file of values, relative to the settings file. */
  readonly values?: string;
}

/** What a user chooses; a team keeps it in git as a file. No secret is in it. */
export interface StackChoices {
  readonly namespace: string;
  /** Of the operator: `0.93.1`; our newest tested one when not given. */
  readonly operator?: string;
  readonly profile: Profile;
  readonly components: readonly Component[];
  /** The cluster's default when not given; the profile `local` keeps nothing. */
  readonly storageClass?: string;
  readonly alertmanager?: ChannelChoices;
  /** Grafana gets an Ingress for https://grafana.DOMAIN. */
  readonly grafanaDomain?: string;
  /** Instead of the built-in manifests: a file, folder or .tar.gz of others, relative to the settings file, or the https address of a .tar.gz. */
  readonly manifests?: string;
  /** Instead of the built-in manifests: a Helm chart. */
  readonly helm?: HelmChoices;
}

/** The name of the settings file in a workspace. */
export const choicesFile = 'kubeprom-stack.yaml';

export const defaultChoices: StackChoices = { namespace: 'monitoring', profile: 'default', components };

/** What each setting means: for completion, hover and the pages. */
export const choicesFields: Readonly<Record<keyof StackChoices, string>> = {
  namespace: 'The namespace of the stack; monitoring when not given.',
  operator: 'The version of the Prometheus Operator in quotes, such as "0.94.1".',
  profile: 'local (one replica, nothing kept), default, or production (replicas, more storage and memory).',
  components: `What is deployed beside the operator: a list of ${components.join(', ')}; all when not given.`,
  storageClass: 'The storage class of volumes; the cluster\'s default when not given.',
  alertmanager: 'Where alerts go. Secrets are asked for and kept in the cluster.',
  grafanaDomain: 'Grafana gets an Ingress for https://grafana.DOMAIN.',
  manifests: 'A file, folder or .tar.gz of manifests instead of the built-in ones, relative to this file, or the https address of a .tar.gz.',
  helm: 'A Helm chart instead of the built-in manifests. Helm stays the owner.',
};

/** The same of `alertmanager`. */
export const channelFields: Readonly<Record<keyof ChannelChoices, string>> = {
  channel: `By what: ${channels.join(', ')}.`,
  to: 'E-mail: to whom.',
  from: 'E-mail: from whom.',
  smarthost: 'E-mail: by which server, HOST:PORT.',
  username: 'E-mail: as whom, where the server wants that.',
  room: 'Slack: the channel, such as "#alerts" in quotes; the one of the webhook when not given.',
};

/** What an e-mail cannot do without. */
export const emailNeeds = ['to', 'from', 'smarthost'] as const;

/** The same of `helm`. */
export const helmFields: Readonly<Record<keyof HelmChoices, string>> = {
  chart: 'A folder or archive relative to this file, REPOSITORY/NAME, or an oci:// address.',
  release: 'The name of the release; monitoring when not given.',
  version: 'The version of the chart in quotes; the newest when not given.',
  values: 'A file of values, relative to this file.',
};

/** How texts must look. */
export const patterns = {
  /** A DNS label (RFC 1123), at most 63 characters. */
  labelName: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  /** As Helm has it: at most 53. */
  release: /^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$/,
  version: /^v?\d+\.\d+\.\d+$/,
  domain: /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  smarthost: /^[^:]+:\d+$/,
  /** Helm reads an argument that begins with "-" as an option. */
  argument: /^[^-]/,
  /** Manifests are downloaded over https only. */
  manifests: /^(?!http:\/\/)/,
} as const;
