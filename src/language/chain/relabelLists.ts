import type { Path } from '../finding.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject } from '../kinds/objects.ts';

/** What the labels of a list of relabel configs belong to. */
export type RelabelSubject = 'target' | 'sample' | 'alert';

/** A list of relabel configs in an object. */
export interface RelabelListPlace {
  readonly path: Path;
  readonly subject: RelabelSubject;
}

/** The fields that hold relabel configs, in every kind of the operator, with those that people write by mistake. */
const subjects: Readonly<Record<string, RelabelSubject>> = {
  relabelings: 'target',
  relabelConfigs: 'target',
  relabelingConfigs: 'target',
  metricRelabelings: 'sample',
  metricRelabelConfigs: 'sample',
  writeRelabelConfigs: 'sample',
  alertRelabelings: 'alert',
};

/** Deeper fields are not looked at: no kind has a list there. */
const maximumDepth = 8;

/** The lists of relabel configs of an object, in the order of its fields. */
export function relabelListsOf(object: KubernetesObject): RelabelListPlace[] {
  return [...listsIn(Source.of(object).at('spec'), 0)];
}

function* listsIn(source: Source, depth: number): Generator<RelabelListPlace> {
  if (depth > maximumDepth) return;
  for (const [name, field] of source.fields) {
    const subject = Object.hasOwn(subjects, name) ? subjects[name] : undefined;
    if (subject !== undefined && Array.isArray(field.value)) yield { path: field.path, subject };
    else yield* listsIn(field, depth + 1);
  }
  for (const item of source.items) yield* listsIn(item, depth + 1);
}

/** Labels to try a list with: what a target, sample or alert of this object could carry when the list is reached. */
export function sampleLabels(object: KubernetesObject, { path, subject }: RelabelListPlace): Record<string, string> {
  const whole = Source.of(object);
  const namespace = object.metadata.namespace ?? 'default';
  const { name } = object.metadata;
  const endpoint = whole.at(...path.slice(0, -1));
  const port = endpoint.at('port').text || 'web';
  const labels = whole.at('spec', 'selector', 'matchLabels').fields.map(([key, value]) => [key.replace(/[^a-zA-Z0-9_]/g, '_'), value.text] as const);
  if (subject === 'alert') return { alertname: 'TargetDown', namespace, severity: 'warning', prometheus: `${namespace}/${name}` };
  if (subject === 'sample') return { __name__: 'http_requests_total', code: '200', container: 'app', endpoint: port, instance: '10.0.0.1:8080', job: name, method: 'GET', namespace, pod: `${name}-0`, ...(object.kind === 'ServiceMonitor' ? { service: name } : {}) };
  const common = { __address__: '10.0.0.1:8080', __metrics_path__: endpoint.at('path').text || '/metrics', __scheme__: endpoint.at('scheme').text.toLowerCase() || 'http' };
  const pod = {
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_container_name: 'app',
    __meta_kubernetes_pod_name: `${name}-0`,
    __meta_kubernetes_pod_node_name: 'node-1',
    __meta_kubernetes_pod_phase: 'Running',
  };
  const written = { container: 'app', endpoint: port, namespace, pod: `${name}-0` };
  if (object.kind === 'ServiceMonitor') {
    const service = Object.fromEntries(labels.map(([key, value]) => [`__meta_kubernetes_service_label_${key}`, value]));
    return { ...common, __meta_kubernetes_endpoint_port_name: port, ...pod, __meta_kubernetes_service_name: name, ...service, ...written, job: name, service: name };
  }
  if (object.kind === 'PodMonitor') {
    const own = Object.fromEntries(labels.map(([key, value]) => [`__meta_kubernetes_pod_label_${key}`, value]));
    return { ...common, __meta_kubernetes_pod_container_port_name: port, ...pod, ...own, ...written, job: `${namespace}/${name}` };
  }
  if (object.kind === 'Probe') {
    const target = whole.at('spec', 'targets', 'staticConfig', 'static').texts[0] ?? 'https://example.com';
    return { ...common, __address__: whole.at('spec', 'prober', 'url').text || 'blackbox:9115', __metrics_path__: '/probe', __param_module: whole.at('spec', 'module').text, __param_target: target, instance: target, job: `probe/${namespace}/${name}`, namespace };
  }
  const [first] = whole.at('spec', 'staticConfigs').items;
  const fixed = Object.fromEntries((first?.at('labels').fields ?? []).map(([key, value]) => [key, value.text]));
  return { ...common, __address__: first?.at('targets').texts[0] ?? '10.0.0.1:8080', ...(whole.at('spec', 'kubernetesSDConfigs').items.length > 0 ? pod : {}), ...fixed, job: `scrapeConfig/${namespace}/${name}` };
}
