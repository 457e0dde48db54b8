import type { Manifest } from '../../cluster/writes.ts';
import { channelConfig } from '../builtin/channel.ts';
import { sizeOf } from '../builtin/profiles.ts';
import type { ChannelChoices, Profile } from '../choices.ts';
import { prometheusRights } from './rights.ts';

/** The versions of the servers that the built-in stack and new instances run. */
export const serverVersions = { Prometheus: 'v3.13.2', Alertmanager: 'v0.33.1' } as const;

/** Objects of an operator's API. */
const group = 'monitoring.coreos.com';

interface Common {
  readonly namespace: string;
  readonly name: string;
  /** Replicas, resources, retention and storage. */
  readonly profile: Profile;
  /** The cluster's default when not given; the profile `local` keeps nothing. */
  readonly storageClass?: string;
  /** For example `v3.13.2`; that of {@link serverVersions} when not given. */
  readonly version?: string;
}

/** One more Prometheus. */
export interface PrometheusChoices extends Common {
  readonly kind: 'Prometheus';
  /** What targets of ServiceMonitors are found by; every Kubernetes since 1.21 has EndpointSlices. */
  readonly discoveryRole: 'EndpointSlice' | 'Endpoints';
  /** Whose monitors and rules it takes, and where it looks for targets, beside its own namespace; all when not given. */
  readonly namespaces?: readonly string[];
  /** Monitors may attach the labels of nodes to their targets: that takes the right to list nodes. */
  readonly attachNodeMetadata: boolean;
  /** Where its alerts go: a Service in front of an Alertmanager, and the name of its port. */
  readonly alertmanager?: { readonly namespace: string; readonly service: string; readonly port: string };
}

/** One more Alertmanager. */
export interface AlertmanagerChoices extends Common {
  readonly kind: 'Alertmanager';
  /** Whose AlertmanagerConfigs it takes, beside its own namespace's; all when not given. */
  readonly namespaces?: readonly string[];
  /** Where all alerts go; nowhere but where AlertmanagerConfigs say when not given. */
  readonly channel?: ChannelChoices;
}

export type InstanceChoices = PrometheusChoices | AlertmanagerChoices;

/** The ConfigMap of an instance's inventory, beside that of a stack in the same namespace: `PlanInput.inventory`. */
export const instanceInventory = ({ kind, name }: Pick<InstanceChoices, 'kind' | 'name'>): string => `kubeprom-${kind.toLowerCase()}-${name}`;

/** The Secret that an Alertmanager's channel takes its password, key or address from; see `needsSecret` and `channelSecretManifest`. */
export const instanceSecret = (name: string): string => `alertmanager-${name}-channel`;

/** The Service in front of an instance. */
export const instanceService = ({ kind, name }: Pick<InstanceChoices, 'kind' | 'name'>): string => `${kind.toLowerCase()}-${name}`;

/**
 * All that one more Prometheus or Alertmanager consists of, for `planStack` with {@link instanceInventory}: its rights, the
 * custom resource, a Service, and a ServiceMonitor by which a Prometheus finds it. The operator that carries it out must watch
 * the namespace.
 */
export function instanceManifests(choices: InstanceChoices): readonly Manifest[] {
  return choices.kind === 'Prometheus' ? prometheusManifests(choices) : alertmanagerManifests(choices);
}

function prometheusManifests(choices: PrometheusChoices): Manifest[] {
  const { namespace, name, discoveryRole, alertmanager, version = serverVersions.Prometheus } = choices;
  const account = instanceService(choices);
  const everything = Object.fromEntries(['serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig', 'rule'].flatMap((what) => [[`${what}Selector`, {}], [`${what}NamespaceSelector`, selected(choices)]]));
  return [
    ...prometheusRights(account, choices),
    {
      apiVersion: `${group}/v1`, kind: 'Prometheus', metadata: { name, namespace },
      spec: {
        version, serviceAccountName: account, serviceDiscoveryRole: discoveryRole, ...everything, ...sizeOf('Prometheus', name, choices.profile, choices.storageClass),
        ...(alertmanager === undefined ? {} : { alerting: { alertmanagers: [{ namespace: alertmanager.namespace, name: alertmanager.service, port: alertmanager.port, apiVersion: 'v2' }] } }),
        securityContext,
      },
    },
    ...frontOf(choices, 9090),
  ];
}

function alertmanagerManifests(choices: AlertmanagerChoices): Manifest[] {
  const { namespace, name, channel, version = serverVersions.Alertmanager } = choices;
  const configuration = `alertmanager-${name}`;
  return [
    ...(channel === undefined ? [] : [channelConfig(namespace, configuration, channel, instanceSecret(name))]),
    {
      apiVersion: `${group}/v1`, kind: 'Alertmanager', metadata: { name, namespace },
      spec: {
        version, ...sizeOf('Alertmanager', name, choices.profile, choices.storageClass),
        // The channels of instances are whole configurations already.
        alertmanagerConfigSelector: { matchExpressions: [{ key: 'kubeprom.dev/channel', operator: 'DoesNotExist' }] }, alertmanagerConfigNamespaceSelector: selected(choices),
        ...(channel === undefined ? {} : { alertmanagerConfiguration: { name: configuration } }),
        securityContext,
      },
    },
    ...frontOf(choices, 9093),
  ];
}

const securityContext = { fsGroup: 2000, runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };

function selected({ namespace, namespaces }: InstanceChoices): Readonly<Record<string, unknown>> {
  return namespaces === undefined ? {} : { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...new Set([namespace, ...namespaces])].sort() }] };
}

/** The Service and its ServiceMonitor: the first real target is the instance itself. */
function frontOf(choices: InstanceChoices, port: number): Manifest[] {
  const { kind, namespace, name } = choices;
  const labels = { 'app.kubernetes.io/name': kind.toLowerCase(), 'app.kubernetes.io/instance': name };
  const metadata = { name: instanceService(choices), namespace };
  return [
    {
      apiVersion: 'v1', kind: 'Service', metadata: { ...metadata, labels },
      spec: { selector: labels, ports: [{ name: 'web', port, targetPort: 'web' }, { name: 'reloader-web', port: 8080, targetPort: 'reloader-web' }] },
    },
    { apiVersion: `${group}/v1`, kind: 'ServiceMonitor', metadata, spec: { selector: { matchLabels: labels }, endpoints: [{ port: 'web' }, { port: 'reloader-web' }] } },
  ];
}
