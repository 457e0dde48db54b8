import type { Path } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';
import { unmetRequirements } from '../../kinds/shared/labelSelector.ts';
import { objectsIn } from './scope.ts';

/** A port that a container declares. */
export interface ContainerPort {
  readonly place: Source;
  /** Empty where it has no name. */
  readonly name: string;
  readonly number: number;
}

/** The pods that one object makes, or the one that it is. */
export interface PodTemplate {
  readonly object: KubernetesObject;
  /** The pod's metadata and spec in the object. */
  readonly place: Source;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly ports: readonly ContainerPort[];
}

/** Where each kind keeps its pods. */
const templates: Readonly<Record<string, Path>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The kinds that make pods, and the pod itself. */
export const podKinds: readonly string[] = Object.keys(templates);

const remembered = new WeakMap<KubernetesObject, PodTemplate>();

/** The pods of an object; undefined for an object of another kind. */
export function podsOf(object: KubernetesObject): PodTemplate | undefined {
  const path = Object.hasOwn(templates, object.kind) ? templates[object.kind] : undefined;
  if (path === undefined) return undefined;
  let known = remembered.get(object);
  if (known === undefined) remembered.set(object, (known = readPods(object, path)));
  return known;
}

function readPods(object: KubernetesObject, path: Path): PodTemplate {
  const place = Source.of(object).at(...path);
  const labels = place.at('metadata', 'labels').value;
  // Prometheus' pod discovery lists the init containers behind the others.
  const containers = ['containers', 'initContainers'].flatMap((name) => place.at('spec', name).items);
  const ports = containers.flatMap((container) => container.at('ports').items).map((port) => ({ place: port, name: port.at('name').text, number: port.at('containerPort').number }));
  return { object, place, labels: typeof labels === 'object' && labels !== null ? { ...labels } : {}, ports };
}

/** The pods of some namespaces, or of all, as far as files tell. */
export function podsIn(lookup: ObjectLookup, namespaces: readonly string[] | undefined): PodTemplate[] {
  return podKinds.flatMap((kind) => objectsIn(lookup, kind, namespaces)).flatMap((object) => podsOf(object) ?? []);
}

/** The pods behind a Service; none for one without a selector, whose endpoints somebody else writes. */
export function podsOfService(service: KubernetesObject, lookup: ObjectLookup): PodTemplate[] {
  const selector = Source.of(service).at('spec', 'selector');
  if (!selector.isFilled) return [];
  const { namespace } = service.metadata;
  return podsIn(lookup, namespace === undefined ? undefined : [namespace]).filter(({ labels }) => selector.fields.every(([key, value]) => labels[key] === value.text));
}

/** The pods that a monitor's own selector picks. */
export function podsSelected(selector: Source, pods: readonly PodTemplate[]): PodTemplate[] {
  return pods.filter(({ labels }) => unmetRequirements(selector, labels).length === 0);
}

/** The port of a pod to which a Service's port leads; undefined where its name is nowhere. */
export function portBehind(servicePort: Source, { ports }: PodTemplate): number | undefined {
  const target = servicePort.at('targetPort');
  if (typeof target.value === 'number') return target.value;
  if (target.text === '') return servicePort.at('port').number;
  return ports.find(({ name }) => name === target.text)?.number;
}
