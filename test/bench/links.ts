/**
 * The index of a large workspace: 5,000 files with 20,000 objects, beside a plain parse of the same texts with the package `yaml`.
 * Usage: node --expose-gc test/bench/links.ts [--files 5000]
 */
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { defaultSettings } from '../../src/language/settings/settings.ts';
import { Workspace } from '../../src/language/workspace/workspace.ts';
import { service } from '../language/check.ts';

const { values } = parseArgs({ options: { files: { type: 'string', default: '5000' } } });
const count = Number(values.files);

/** A Deployment, its Service and monitor, and a rule; ten of them share a namespace. */
function textOf(index: number): string {
  const [name, namespace] = [`app-${String(index)}`, `team-${String(Math.floor(index / 10))}`];
  const metadata = (labels: string): string => `metadata:\n  name: ${name}\n  namespace: ${namespace}\n  labels:\n    ${labels}\n`;
  return `apiVersion: apps/v1
kind: Deployment
${metadata(`app: ${name}`)}spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: registry.example.com/app:1.0
          ports:
            - name: http
              containerPort: 8080
---
apiVersion: v1
kind: Service
${metadata(`app: ${name}`)}spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
${metadata('release: kps')}spec:
  selector:
    matchLabels:
      app: ${name}
  endpoints:
    - port: http
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
${metadata('release: kps')}spec:
  groups:
    - name: ${name}
      rules:
        - record: app_${String(index)}:requests:rate5m
          expr: sum by (namespace) (rate(requests_total{job="${name}"}[5m]))
        - alert: App${String(index)}Errors
          expr: app_${String(index)}:requests:rate5m > 100
          for: 10m
          labels:
            severity: warning
          annotations:
            summary: Too many requests.
`;
}

const server = 'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: kps\n  namespace: monitoring\nspec:\n  serviceMonitorSelector:\n    matchLabels:\n      release: kps\n  serviceMonitorNamespaceSelector: {}\n  ruleSelector:\n    matchLabels:\n      release: kps\n  ruleNamespaceSelector: {}\n';
const texts = Array.from({ length: count }, (_, index) => [`team/app-${String(index)}.yaml`, textOf(index)] as const);

interface Measure {
  readonly wall: number;
  readonly cpu: number;
}

/** Milliseconds that something took. */
function measured(work: () => void): Measure {
  const [start, used] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(used);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function row(what: string, { wall, cpu }: Measure, memory?: number): void {
  console.log(`| ${what} | ${wall.toFixed(1)} | ${cpu.toFixed(1)} | ${memory === undefined ? '' : memory.toFixed(0)} |`);
}

console.log(`${String(count)} files, ${String(count * 4)} objects, ${(texts.reduce((sum, [, text]) => sum + text.length, 0) / 2 ** 20).toFixed(1)} MiB. Milliseconds, and MiB that are kept.\n\n| | wall | CPU | memory |\n|---|---:|---:|---:|`);
const workspace = new Workspace();
const before = heap();
row('index', measured(() => {
  for (const [uri, text] of texts) workspace.set(uri, text);
  workspace.set('platform/prometheus.yaml', server);
}), heap() - before);
row('the index of one changed file', measured(() => { workspace.set('team/app-42.yaml', textOf(42).replace('containerPort: 8080', 'containerPort: 8081')); }));
const first = workspace.file('team/app-43.yaml');
if (first !== undefined) {
  await service.load(first, workspace, defaultSettings.target);
  await service.load(workspace.file('platform/prometheus.yaml') ?? first, workspace, defaultSettings.target);
  row('the first check of one file', measured(() => { service.check(first, workspace, defaultSettings); }));
  workspace.set('team/app-42.yaml', textOf(42));
  row('the check of a file of its namespace after the change', measured(() => { service.check(first, workspace, defaultSettings); }));
  workspace.set('team/app-1042.yaml', textOf(1042).replace('containerPort: 8080', 'containerPort: 8081'));
  row('the same after a change elsewhere', measured(() => { service.check(first, workspace, defaultSettings); }));
}
row('the check of all files', measured(() => { for (const file of workspace.files) service.check(file, workspace, defaultSettings); }), heap() - before);
let parsed = 0;
row('plain parse of the same texts with `yaml`', measured(() => {
  for (const [, text] of texts) for (const document of parseAllDocuments(text)) if (document.toJS() !== null) parsed++;
}));
const texted = texts[42]?.[1] ?? '';
row('plain parse of one text', measured(() => { for (const document of parseAllDocuments(texted)) if (document.toJS() !== null) parsed++; }));
console.log(`\n${String(parsed)} documents were parsed.`);
