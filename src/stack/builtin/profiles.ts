import type { Manifest } from '../../cluster/writes.ts';
import { isRecord } from '../../language/json.ts';
import type { Profile, StackChoices } from '../choices.ts';

interface Size {
  readonly replicas: number;
  /** Of the volume; none: the data goes with the pod. */
  readonly storage?: string;
  readonly cpu: string;
  readonly memory: string;
}

/** How large each server is. */
const sizes: Readonly<Record<Profile, { readonly Prometheus: Size & { readonly retention: string; readonly interval: string }; readonly Alertmanager: Size }>> = {
  local: {
    Prometheus: { replicas: 1, cpu: '50m', memory: '150Mi', retention: '6h', interval: '15s' },
    Alertmanager: { replicas: 1, cpu: '5m', memory: '30Mi' },
  },
  default: {
    Prometheus: { replicas: 1, storage: '20Gi', cpu: '200m', memory: '800Mi', retention: '15d', interval: '30s' },
    Alertmanager: { replicas: 1, storage: '1Gi', cpu: '10m', memory: '50Mi' },
  },
  production: {
    Prometheus: { replicas: 2, storage: '100Gi', cpu: '1', memory: '4Gi', retention: '30d', interval: '30s' },
    Alertmanager: { replicas: 3, storage: '2Gi', cpu: '20m', memory: '100Mi' },
  },
};

/**
 * The fields of a server's spec that a profile decides.
 * @param name of the Prometheus or Alertmanager, whose replicas keep apart
 */
export function sizeOf(kind: 'Prometheus' | 'Alertmanager', name: string, profile: Profile, storageClass?: string): Readonly<Record<string, unknown>> {
  const { replicas, cpu, memory, storage } = sizes[profile][kind];
  const { retention, interval } = sizes[profile].Prometheus;
  return {
    replicas, resources: { requests: { cpu, memory } },
    ...(storage === undefined ? {} : { storage: { volumeClaimTemplate: { spec: { ...(storageClass === undefined ? {} : { storageClassName: storageClass }), accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } } } } }),
    ...(kind === 'Prometheus' ? { retention, scrapeInterval: interval, evaluationInterval: interval } : {}),
    ...(replicas > 1 ? { affinity: apart(kind, name) } : {}),
  };
}

/** A manifest of the built-in stack in the size of a profile. */
export function withProfile(manifest: Manifest, { profile, storageClass, alertmanager, components }: StackChoices): Manifest {
  const { kind } = manifest;
  const spec = isRecord(manifest['spec']) ? manifest['spec'] : {};
  if (kind !== 'Prometheus' && kind !== 'Alertmanager') return manifest;
  const { alerting, ...rest } = spec;
  return {
    ...manifest,
    spec: {
      ...rest, ...sizeOf(kind, manifest.metadata.name, profile, storageClass),
      ...(kind === 'Prometheus' && components.includes('alertmanager') && alerting !== undefined ? { alerting } : {}),
      ...(kind === 'Alertmanager' && alertmanager !== undefined ? { alertmanagerConfiguration: { name: 'channel' } } : {}),
    },
  };
}

/** Replicas on different nodes, where there are enough. */
function apart(kind: 'Prometheus' | 'Alertmanager', name: string) {
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { 'app.kubernetes.io/name': kind.toLowerCase(), [kind.toLowerCase()]: name } } } }] } };
}
