import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { after, offered } from './create.ts';

const prometheus = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: k8s
  namespace: monitoring
spec:
  serviceMonitorSelector:
    matchLabels:
      release: prometheus
  serviceMonitorNamespaceSelector: {}
  podMonitorSelector: {}
  ruleSelector: {}
  ruleNamespaceSelector: {}
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: sample-metrics
  namespace: shop
  labels:
    app: sample-metrics
spec:
  selector:
    app: sample-metrics
  ports:
    - name: web
      port: 8080
`;

/** The new text behind what stood in the first file. */
async function created(files: Record<string, string>, title: RegExp): Promise<string> {
  const { workspace, creations } = await offered(files);
  const creation = creations.find((one) => title.test(one.title));
  assert.ok(creation !== undefined, `only ${creations.map((one) => one.title).join(', ')}`);
  const { files: changed, findings } = await after(creation, workspace);
  assert.deepEqual(findings.map(({ code, message }) => `${code}: ${message}`), []);
  return Object.values(changed)[0] ?? '';
}

describe('a ServiceMonitor for a Service', () => {
  test('has the labels that Prometheus asks for, and stands behind the Service', async () => {
    assert.equal(await created({ 'service.yaml': service.replace('kind: Ser', 'kind: |Ser'), 'prometheus.yaml': prometheus }, /ServiceMonitor for this Service$/), `${service}---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: sample-metrics
  namespace: shop
  labels:
    release: prometheus
spec:
  selector:
    matchLabels:
      app: sample-metrics
  endpoints:
    - port: web
`);
  });

  test('stands before the next document, and in a file without a last line break', async () => {
    const two = `${service.replace('8080', '80|80')}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other`;
    assert.match(await created({ 'a.yaml': two }, /ServiceMonitor/), /port: 8080\n---\napiVersion: monitoring[^]+- port: web\n---\napiVersion: v1\nkind: ConfigMap/);
    assert.match(await created({ 'a.yaml': `|${service.trimEnd()}` }, /ServiceMonitor/), /port: 8080\n---\napiVersion: monitoring/);
  });

  test('stands with the Prometheus that selects its own namespace only, and names the Service\'s', async () => {
    const own = prometheus.replace('  serviceMonitorNamespaceSelector: {}\n', '');
    const text = await created({ 'a.yaml': `|${service}`, 'p.yaml': own }, /ServiceMonitor/);
    assert.match(text, /namespace: monitoring\n {2}labels:\n {4}release: prometheus\nspec:\n {2}namespaceSelector:\n {4}matchNames:\n {6}- shop\n/);
  });

  test('names a port that has no name', async () => {
    const nameless = service.replace('- name: web\n      port', '- port');
    assert.match(await created({ 'a.yaml': `|${nameless}` }, /ServiceMonitor/), /- port: 8080\n {6}name: metrics\n---\n[^]+- port: metrics\n$/);
  });

  test('gives a Service without labels one', async () => {
    const bare = service.replace('  labels:\n    app: sample-metrics\n', '');
    assert.match(await created({ 'a.yaml': `|${bare}` }, /ServiceMonitor/), /namespace: shop\n {2}labels:\n {4}app: sample-metrics\nspec:[^]+matchLabels:\n {6}app: sample-metrics\n/);
  });

  test('tells the Service from others by as many labels as it takes, or by a new one', async () => {
    const named = service.replace('app: sample-metrics', 'app: shop\n    component: metrics');
    const other = (labels: string): string => service.replace('name: sample-metrics', 'name: other').replace('    app: sample-metrics\n', labels);
    assert.match(await created({ 'a.yaml': `|${named}`, 'b.yaml': other('    app: shop\n') }, /ServiceMonitor/), /matchLabels:\n {6}app: shop\n {6}component: metrics\n/);
    assert.match(await created({ 'a.yaml': `|${named}`, 'b.yaml': other('    app: shop\n    component: metrics\n') }, /ServiceMonitor/), /matchLabels:\n {6}app.kubernetes.io\/service: sample-metrics\n/);
  });

  test('takes port, path and scheme from the annotations of prometheus.io', async () => {
    const annotated = service.replace('  labels:', '  annotations:\n    prometheus.io/port: "9090"\n    prometheus.io/path: /probe\n    prometheus.io/scheme: https\n  labels:').concat('    - name: other\n      port: 90\n      targetPort: 9090\n');
    assert.match(await created({ 'a.yaml': `|${annotated}` }, /ServiceMonitor/), /endpoints:\n {4}- port: other\n {6}path: \/probe\n {6}scheme: https\n$/);
  });

  test('leaves the choice between ports, unless one is named after metrics', async () => {
    const several = `|${service}    - name: admin\n      port: 81\n`;
    assert.deepEqual((await offered({ 'a.yaml': several })).creations.map(({ title }) => title), ['Create ServiceMonitor for this Service (port web)', 'Create ServiceMonitor for this Service (port admin)']);
    assert.deepEqual((await offered({ 'a.yaml': several.replace('admin', 'http-metrics') })).creations.map(({ title }) => title), ['Create ServiceMonitor for this Service']);
  });

  test('is not offered for what is scraped, for an ExternalName, in a template, or where no Prometheus could select it', async () => {
    const titles = async (text: string, more: Record<string, string> = {}): Promise<string[]> => (await offered({ 'a.yaml': `|${text}`, ...more })).creations.map(({ kind }) => kind);
    const scraped = await created({ 'a.yaml': `|${service}` }, /ServiceMonitor/);
    assert.deepEqual(await titles(scraped), ['PrometheusRule']);
    assert.deepEqual(await titles(service.replace('spec:', 'spec:\n  type: ExternalName')), []);
    assert.deepEqual(await titles(service.replace('namespace: shop', 'namespace: {{ .Release.Namespace }}')), []);
    assert.deepEqual(await titles(service, { 'p.yaml': 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: none\n  namespace: shop\nspec: {}\n' }), []);
  });

  test('goes into a new file beside, too', async () => {
    const { workspace, creations } = await offered({ 'file:///shop/service.yaml': `|${service}`, 'file:///shop/sample-metrics-serviceMonitor.yaml': '' });
    const [creation] = creations;
    assert.ok(creation !== undefined);
    const { files } = await after(creation, workspace, 'newFile');
    assert.equal(files['file:///shop/service.yaml'], service);
    assert.match(files['file:///shop/sample-metrics-serviceMonitor-2.yaml'] ?? '', /^apiVersion: monitoring/);
  });
});

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
  namespace: shop
spec:
  selector:
    matchLabels:
      app: worker
  template:
    metadata:
      labels:
        app: worker
        version: v1
    spec:
      containers:
        - name: worker
          image: worker
          ports:
            - containerPort: 9100
`;

test('a PodMonitor for a Deployment selects its pods, and names their port', async () => {
  const text = await created({ 'a.yaml': `|${deployment}`, 'p.yaml': prometheus }, /PodMonitor for this Deployment$/);
  assert.match(text, /- containerPort: 9100\n {14}name: metrics\n---\n/);
  assert.match(text, /kind: PodMonitor\nmetadata:\n {2}name: worker\n {2}namespace: monitoring\nspec:\n {2}namespaceSelector:\n {4}matchNames:\n {6}- shop\n {2}selector:\n {4}matchLabels:\n {6}app: worker\n {2}podMetricsEndpoints:\n {4}- port: metrics\n$/);
});

test('a PrometheusRule alerts on the targets of a monitor', async () => {
  const scraped = await created({ 'a.yaml': `|${service}`, 'p.yaml': prometheus }, /ServiceMonitor/);
  const text = await created({ 'a.yaml': scraped.replace('kind: ServiceM', 'kind: |ServiceM'), 'p.yaml': prometheus }, /PrometheusRule for this ServiceMonitor$/);
  assert.match(text, /kind: PrometheusRule\nmetadata:\n {2}name: sample-metrics\n {2}namespace: shop\nspec:[^]+alert: SampleMetricsDown\n {10}expr: up\{job="sample-metrics", namespace="shop"\} == 0\n/);
});

const rule = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: sample-metrics
  namespace: shop
spec:
  groups:
    - name: cpu
      rules:
        - alert: CPUTempHigh
          expr: cpu_temperature_celsius > 80
          for: 5m
          labels:
            severity: critical
          annotations:
            summary: The CPU is hot.
            description: It has {{ $value }} °C.
`;

describe('a route for an alert', () => {
  const caret = rule.replace('CPUTemp', 'CPU|Temp');

  test('goes to Slack, with the Secret that holds its address', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: chat\n  namespace: shop\nstringData:\n  hook: https://hooks.slack.com/services/a/b/c\n';
    const alertmanager = 'apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata:\n  name: main\n  namespace: monitoring\nspec:\n  alertmanagerConfigNamespaceSelector: {}\n  alertmanagerConfigSelector:\n    matchLabels:\n      team: shop\n';
    assert.equal((await created({ 'a.yaml': caret, 's.yaml': secret, 'm.yaml': alertmanager }, /to Slack/)).slice(rule.length), `---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: cpu-temp-high
  namespace: shop
  labels:
    team: shop
spec:
  route:
    receiver: slack
    matchers:
      - name: alertname
        value: CPUTempHigh
        matchType: =
  receivers:
    - name: slack
      slackConfigs:
        - apiURL:
            name: chat
            key: hook
          sendResolved: true
`);
  });

  test('brings a Secret to be filled in where there is none', async () => {
    assert.match(await created({ 'a.yaml': caret }, /to Slack/), /name: cpu-temp-high-slack\n {12}key: url[^]+---\napiVersion: v1\nkind: Secret\nmetadata:\n {2}name: cpu-temp-high-slack\n {2}namespace: shop\nstringData:\n {2}url: https:/);
  });

  const config = (top: string): string => `apiVersion: monitoring.coreos.com/v1alpha1\nkind: AlertmanagerConfig\nmetadata:\n  name: team\n  namespace: shop\nspec:\n  route:\n    receiver: quiet\n${top}  receivers:\n    - name: quiet\n    - name: pager\n      webhookConfigs:\n        - url: https://example.com/\n`;

  test('is added to an AlertmanagerConfig, where the alert then arrives', async () => {
    const { workspace, creations } = await offered({ 'a.yaml': caret, 'c.yaml': config('') });
    assert.deepEqual(creations.map(({ title }) => title), ['Add route for this alert to pager (AlertmanagerConfig team)', 'Add route for this alert to Slack (new AlertmanagerConfig)', 'Add route for this alert to a webhook (new AlertmanagerConfig)']);
    const [first] = creations;
    assert.ok(first !== undefined);
    const { files, findings } = await after(first, workspace);
    assert.deepEqual(findings, []);
    assert.match(files['c.yaml'] ?? '', /receiver: quiet\n {4}routes:\n {6}- receiver: pager\n {8}matchers:\n {10}- name: alertname\n {12}value: CPUTempHigh\n {12}matchType: =\n {2}receivers/);
  });

  test('is not added where the alert never comes, or where another route takes it', async () => {
    const titles = async (top: string): Promise<string[]> => (await offered({ 'a.yaml': caret, 'c.yaml': config(top) })).creations.map(({ title }) => title).filter((title) => title.includes('team'));
    assert.deepEqual(await titles('    matchers:\n      - name: severity\n        value: warning\n        matchType: "="\n'), []);
    assert.deepEqual(await titles('    routes:\n      - receiver: quiet\n        matchers:\n          - name: severity\n            value: critical\n            matchType: "="\n'), []);
    assert.equal((await titles('    routes:\n      - receiver: quiet\n        matchers:\n          - name: severity\n            value: warning\n            matchType: "="\n')).length, 1);
  });
});
