import type { LiveObject } from '../../src/model/liveObject.ts';
import type { GroupAnswer, TargetAnswer } from '../../src/model/answers.ts';

const group = 'monitoring.coreos.com';
let version = 0;

/** An object as an API server would give it. */
export function live(apiVersion: string, kind: string, namespace: string | undefined, name: string, rest: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly generation?: number; readonly uid?: string; readonly [field: string]: unknown } = {}): LiveObject {
  const { labels, annotations, generation = 1, uid = uidOf(`${kind}${namespace ?? ''}${name}`), ...fields } = rest;
  return {
    apiVersion, kind, ...fields,
    metadata: { name, uid, generation, resourceVersion: String(++version), ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) },
  };
}

/** A UID that is always the same for a name. */
export function uidOf(name: string): string {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 0xffffffff;
  return `${hash.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

export const set = (object: LiveObject) => ({ type: 'set', object }) as const;
export const deleted = (object: LiveObject) => ({ type: 'deleted', object }) as const;

/** A Prometheus that selects everything, unless the spec says otherwise. */
export function prometheus(name: string, spec: object = {}, rest: Parameters<typeof live>[4] = {}): LiveObject {
  const all = Object.fromEntries(['serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig', 'rule'].flatMap((one) => [[`${one}Selector`, {}], [`${one}NamespaceSelector`, {}]]));
  return live(`${group}/v1`, 'Prometheus', 'monitoring', name, { spec: { ...all, replicas: 1, version: 'v3.13.2', portName: 'web', ...spec }, ...rest });
}

export function serviceMonitor(namespace: string, name: string, endpoints: readonly object[] = [{ port: 'web' }], rest: Parameters<typeof live>[4] = {}): LiveObject {
  return live(`${group}/v1`, 'ServiceMonitor', namespace, name, { spec: { selector: { matchLabels: { app: name } }, endpoints }, ...rest });
}

export function prometheusRule(namespace: string, name: string, rules: readonly object[], rest: Parameters<typeof live>[4] = {}): LiveObject {
  return live(`${group}/v1`, 'PrometheusRule', namespace, name, { spec: { groups: [{ name, rules }] }, ...rest });
}

export function operator(args: readonly string[]): LiveObject {
  return live('apps/v1', 'Deployment', 'monitoring', 'prometheus-operator', { spec: { template: { spec: { containers: [{ name: 'prometheus-operator', image: 'quay.io/prometheus-operator/prometheus-operator:v0.93.1', args }] } } } });
}

export function pod(instance: string, ordinal: number, shard = 0): LiveObject {
  const name = `prometheus-${instance}${shard === 0 ? '' : `-shard-${String(shard)}`}-${String(ordinal)}`;
  return live('v1', 'Pod', 'monitoring', name, {
    labels: { 'app.kubernetes.io/name': 'prometheus', 'operator.prometheus.io/name': instance, 'operator.prometheus.io/shard': String(shard) },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ restartCount: 0 }] },
  });
}

export function target(scrapePool: string, scrapeUrl: string, fields: Partial<TargetAnswer> = {}): TargetAnswer {
  return {
    scrapePool, scrapeUrl, globalUrl: scrapeUrl, labels: { instance: new URL(scrapeUrl).host, job: 'demo' }, health: 'up', lastError: '', lastScrape: 1, lastScrapeDuration: 0.01, scrapeInterval: '30s', scrapeTimeout: '10s', ...fields,
  };
}

/** What a server that has loaded an object says of it. */
export function loadedGroup(object: LiveObject, rules: readonly Partial<GroupAnswer['rules'][number]>[]): GroupAnswer {
  const { namespace = '', name, uid = '' } = object.metadata;
  return {
    name, file: `/etc/prometheus/rules/prometheus-k8s-rulefiles-0/${namespace}-${name}-${uid}.yaml`, interval: 30, evaluationTime: 0.01, lastEvaluation: 1,
    rules: rules.map((rule, index) => ({
      type: 'alerting', name: `Rule${String(index)}`, query: 'up == 0', labels: {}, annotations: {}, duration: 0, health: 'ok', lastError: '', state: 'inactive', evaluationTime: 0.001, lastEvaluation: 1, alerts: [], ...rule,
    })),
  };
}
