/** Kustomizations made by chance, with everything that is read of them. */
import { stringify } from 'yaml';
import { Random } from '../random.ts';

export type Case = Readonly<Record<string, string>>;

const objects: Readonly<Record<string, object>> = {
  service: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', labels: { app: 'web' } }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }, { name: 'admin', port: 81 }] } },
  deployment: {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'own' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web', ports: [{ name: 'http', containerPort: 80 }] }, { name: 'side', image: 'side' }] } } },
  },
  statefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { serviceName: 'other', selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db' }] } } } },
  monitor: { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'web', labels: { release: 'prometheus' } }, spec: { selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'http' }, { port: 'admin', path: '/a' }] } },
  rule: { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'rules' }, spec: { groups: [{ name: 'a', rules: [{ record: 'a:b', expr: 'up' }] }] } },
  prometheus: { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'k8s', namespace: 'monitoring', annotations: { a: 'b' } }, spec: { serviceMonitorSelector: { matchLabels: { release: 'prometheus' } } } },
  namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  role: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  cron: { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'night' }, spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c' }] } } } } } },
};

/** A case by its number: `overlay/kustomization.yaml` is what is built. */
export function kustomizationCase(seed: number): Case {
  const random = new Random(seed);
  const chance = (): boolean => random.below(2) === 0;
  const files: Record<string, string> = {};
  const chosen = Object.keys(objects).filter(() => random.below(3) > 0);
  const names = chosen.length === 0 ? ['service'] : chosen;
  for (const name of names) files[`base/${name}.yaml`] = stringify(objects[name]);
  const changes = (where: string): Record<string, unknown> => ({
    ...(chance() ? { namespace: random.pick(['shop', 'prod']) } : {}),
    ...(chance() ? { namePrefix: `${where}-` } : {}),
    ...(random.below(3) === 0 ? { nameSuffix: '-v2' } : {}),
    ...(random.below(3) === 0 ? { commonLabels: { team: where } } : {}),
    ...(chance() ? { labels: [{ pairs: { tier: where, release: 'other' }, ...(chance() ? { includeSelectors: chance() } : {}), ...(chance() ? { includeTemplates: chance() } : {}) }] } : {}),
    ...(random.below(3) === 0 ? { commonAnnotations: { note: where } } : {}),
  });
  files['base/kustomization.yaml'] = stringify({ resources: names.map((name) => `${name}.yaml`), ...changes('base'), ...(chance() ? { secretGenerator: [{ name: 'made', literals: ['a=b', 'c=d=e'], options: { disableNameSuffixHash: true } }] } : {}) });
  const overlay: Record<string, unknown> = { resources: ['../base'], ...changes('dev') };
  if (random.below(3) === 0) {
    files['component/kustomization.yaml'] = stringify({ apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', resources: ['extra.yaml'], ...changes('part') });
    files['component/extra.yaml'] = stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' }, data: { a: 'b' } });
    overlay['components'] = ['../component'];
  }
  const patches: unknown[] = [];
  if (names.includes('monitor') && chance()) patches.push({ target: { kind: 'ServiceMonitor' }, patch: stringify([{ op: 'replace', path: '/spec/endpoints/0/port', value: 'metrics' }, { op: 'add', path: '/metadata/labels/new~1label', value: 'x' }, { op: 'add', path: '/spec/endpoints/-', value: { port: 'third' } }]) });
  if (names.includes('service') && chance()) patches.push({ target: { kind: 'Serv.*', name: '.*web.*', version: 'v1' }, patch: stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'any', labels: { patched: 'done' } }, spec: { ports: [{ port: 80, name: 'metrics' }, { port: 90, name: 'new' }] } }) });
  if (names.includes('deployment') && chance()) patches.push({ path: 'patch.yaml' });
  files['overlay/patch.yaml'] = stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'own' }, spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }, { name: 'third', image: 'x' }] } } } });
  if (names.includes('rule') && random.below(3) === 0) patches.push({ target: { kind: 'PrometheusRule' }, patch: stringify({ $patch: 'delete', apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'rules' } }) });
  if (names.includes('monitor') && random.below(3) === 0) patches.push({ target: { labelSelector: 'release=prometheus' }, patch: stringify({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'any' }, spec: { selector: { matchLabels: { app: null, other: 'one' } }, endpoints: [{ port: 'only' }] } }) });
  if (patches.length > 0) overlay['patches'] = patches;
  files['overlay/kustomization.yaml'] = stringify(overlay);
  return files;
}
