/** Whole objects, groups and rules to start from, as snippets. Each is accepted as it stands. */

import type { Offer } from './offer.ts';

interface Skeleton {
  readonly label: string;
  readonly detail: string;
  readonly lines: readonly string[];
}

const alert: Skeleton = {
  label: 'alerting rule',
  detail: 'an alert with severity and annotations',
  lines: [
    'alert: ${1:TargetDown}',
    'expr: ${2:up == 0}',
    'for: ${3:10m}',
    'labels:',
    '  severity: ${4:warning}',
    'annotations:',
    '  summary: ${5:A target cannot be scraped.}',
    "  description: '${6:{{ \\$labels.instance \\}\\} of job {{ \\$labels.job \\}\\} has been down for 10 minutes.}'",
  ],
};

const record: Skeleton = {
  label: 'recording rule',
  detail: 'a metric that Prometheus computes',
  lines: ['record: ${1:job:up:sum}', 'expr: ${2:sum by (job) (up)}'],
};

const group: Skeleton = {
  label: 'rule group',
  detail: 'rules that are evaluated one after the other',
  lines: ['name: ${1:example}', 'rules:', ...item(renumbered(alert.lines)).map((line) => `  ${line}`)],
};

const matchLabels = ['  selector:', '    matchLabels:', '      app.kubernetes.io/name: ${2:example}'];

const objects: readonly { readonly kind: string; readonly version: string; readonly detail: string; readonly spec: readonly string[] }[] = [
  { kind: 'PrometheusRule', version: 'v1', detail: 'alerts and recording rules', spec: ['spec:', '  groups:', ...item(renumbered(group.lines)).map((line) => `    ${line}`)] },
  { kind: 'ServiceMonitor', version: 'v1', detail: 'scrape the pods behind Services', spec: ['spec:', ...matchLabels, '  endpoints:', '    - port: ${3:http-metrics}'] },
  { kind: 'PodMonitor', version: 'v1', detail: 'scrape pods directly', spec: ['spec:', ...matchLabels, '  podMetricsEndpoints:', '    - port: ${3:http-metrics}'] },
  { kind: 'Probe', version: 'v1', detail: 'probe addresses through a blackbox exporter', spec: ['spec:', '  prober:', '    url: ${2:blackbox-exporter.monitoring.svc:9115}', '  module: ${3:http_2xx}', '  targets:', '    staticConfig:', '      static:', '        - ${4:https://example.com}'] },
  { kind: 'ScrapeConfig', version: 'v1alpha1', detail: 'scrape targets from any service discovery', spec: ['spec:', '  staticConfigs:', '    - targets:', '        - ${2:example.com:9100}'] },
  { kind: 'AlertmanagerConfig', version: 'v1alpha1', detail: 'routes and receivers of a namespace', spec: ['spec:', '  route:', '    receiver: ${2:team}', '  receivers:', '    - name: ${2:team}', '      webhookConfigs:', '        - url: ${3:https://example.com/alerts}'] },
  { kind: 'Prometheus', version: 'v1', detail: 'a Prometheus server', spec: ['spec:', '  replicas: ${2:2}', '  serviceAccountName: ${3:prometheus}', '  serviceMonitorSelector: {}', '  podMonitorSelector: {}', '  ruleSelector: {}'] },
  { kind: 'Alertmanager', version: 'v1', detail: 'an Alertmanager', spec: ['spec:', '  replicas: ${2:3}'] },
];

/** Objects to begin an empty document with. */
export function objectSkeletons(knows: (name: { readonly apiVersion: string; readonly kind: string }) => boolean): Offer[] {
  return objects.flatMap(({ kind, version, detail, spec }) => {
    const apiVersion = `monitoring.coreos.com/${version}`;
    const lines = [`apiVersion: ${apiVersion}`, `kind: ${kind}`, 'metadata:', '  name: ${1:example}', ...spec];
    return knows({ apiVersion, kind }) ? [offer({ label: kind, detail, lines }, '')] : [];
  });
}

/**
 * Rules or groups for an item of a list; each line but the first is indented.
 * @param isItem the cursor stands behind the item's dash; else the dash is written, too
 */
export function itemSkeletons(list: 'rules' | 'groups', indent: string, isItem: boolean): Offer[] {
  return (list === 'rules' ? [alert, record] : [group]).map((skeleton) => (isItem ? offer(skeleton, indent) : offer({ ...skeleton, lines: item(skeleton.lines) }, indent)));
}

/** Lines as an item of a list. */
function item(lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

/** Lines whose first place to fill in is the second. */
function renumbered(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/\$\{(\d)/g, (_, digit: string) => `\${${Number(digit) + 1}`));
}

function offer({ label, detail, lines }: Skeleton, indent: string): Offer {
  const snippet = lines.join(`\n${indent}`);
  return { kind: 'skeleton', label, detail, text: plainText(snippet), snippet };
}

/** A snippet's text with its defaults filled in. */
function plainText(snippet: string): string {
  return snippet.replace(/\$\{\d:((?:\\.|[^}])*)\}/g, '$1').replace(/\\([\\$}])/g, '$1');
}
