/** What of nodes, pods and Services says what there is to monitor; the rest of a pod is far larger, and there are many. */

import { isRecord } from '../../language/json.ts';
import type { KubernetesObject } from '../../language/kinds/objects.ts';
import { keyPartsOf, type LiveObject, textOf, valueAt } from '../liveObject.ts';

/** A machine. */
export interface NodeFacts {
  readonly name: string;
  /** Its IPs and names. */
  readonly addresses: readonly string[];
  /** Where its kubelet listens (status.daemonEndpoints). */
  readonly kubeletPort: number;
}

/** A port that a container declares, with the fields of the API. */
export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

/** A pod that runs, or is about to. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly node: string;
  /** Empty before it has one. */
  readonly ip: string;
  readonly onHostNetwork: boolean;
  readonly ports: readonly ContainerPort[];
  readonly images: readonly string[];
  /** What runs it: `Deployment web`; the pod itself where nothing does. */
  readonly workload: { readonly kind: string; readonly name: string };
}

const defaultKubeletPort = 10_250;

export function nodeFacts({ metadata: { name }, status }: LiveObject): NodeFacts {
  const addresses = records(valueAt(status, 'addresses')).map(({ address }) => textOf(address)).filter((address) => address !== '');
  const port = valueAt(status, 'daemonEndpoints', 'kubeletEndpoint', 'Port');
  return { name, addresses: [...new Set([name, ...addresses])], kubeletPort: typeof port === 'number' ? port : defaultKubeletPort };
}

/** Undefined for a pod that is done, failed for good, or on its way out: nothing of it can be scraped. */
export function podFacts(pod: LiveObject): PodFacts | undefined {
  const { metadata, spec, status } = pod;
  const phase = textOf(valueAt(status, 'phase'));
  if (phase === 'Succeeded' || phase === 'Failed' || metadata.deletionTimestamp !== undefined) return undefined;
  // Sidecars are init containers that go on.
  const containers = [...records(valueAt(spec, 'containers')), ...records(valueAt(spec, 'initContainers')).filter(({ restartPolicy }) => restartPolicy === 'Always')];
  return {
    ...keyPartsOf(pod), labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {},
    node: textOf(valueAt(spec, 'nodeName')), ip: textOf(valueAt(status, 'podIP')), onHostNetwork: valueAt(spec, 'hostNetwork') === true,
    ports: containers.flatMap(({ ports }) => records(ports).flatMap(portOf)), images: containers.map(({ image }) => textOf(image)), workload: workloadOf(pod),
  };
}

/** A Service with what selecting pods and Services needs. */
export function serviceFacts({ apiVersion, kind, metadata: { name, namespace, labels }, spec }: LiveObject): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }) }, spec: { selector: valueAt(spec, 'selector'), ports: valueAt(spec, 'ports') } };
}

/** Whether a Service leads to a pod. */
export function leadsTo(service: KubernetesObject, { namespace, labels }: PodFacts): boolean {
  const selector = valueAt(service.spec, 'selector');
  return (service.metadata.namespace ?? '') === namespace && isRecord(selector) && Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** A Deployment's ReplicaSets are named after it and the hash of their template. */
function workloadOf({ metadata }: LiveObject): PodFacts['workload'] {
  const owner = records((metadata as { readonly ownerReferences?: unknown }).ownerReferences).find(({ controller }) => controller === true);
  if (owner === undefined) return { kind: 'Pod', name: metadata.name };
  const [kind, name] = [textOf(owner['kind']), textOf(owner['name'])];
  const hash = metadata.labels?.['pod-template-hash'];
  return kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`) ? { kind: 'Deployment', name: name.slice(0, -hash.length - 1) } : { kind, name };
}

function portOf({ name, containerPort, protocol }: Record<string, unknown>): ContainerPort[] {
  return typeof containerPort !== 'number' ? [] : [{ containerPort, ...(typeof name === 'string' ? { name } : {}), ...(typeof protocol === 'string' ? { protocol } : {}) }];
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isRecord) : [];
}
