import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../../shared.ts';

/** A rule file in every style that YAML has. */
export const ruleText = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  labels: {role: alert-rules, "team": 'shop'}
  name: example   # a comment
spec:
  groups:
  - name: "first"
    interval: 1m
    rules:
    - alert: HighErrors
      annotations:
        summary: 'It''s "high" on {{ $labels.instance }}'
        description: >-
          Errors are at {{ $value | humanizePercentage }}
          of the requests

            indented more
          and so on.
        runbook: "https://example.com/\\u00e9\\x41\\ttab \\
          joined"
      expr: |
        # why
        sum by (job) (rate(errors_total{job="a"}[5m]))
          /
        sum by (job) (rate(requests_total{job="a"}[5m])) > 0.05
      for: 10m
      labels:
        severity: critical
    - record: job:up:sum
      expr: sum by (job)
        (up == 1)
    - {record: "a:b", expr: 'up + 1', labels: {x: "y", z: [1, 0x10]}}
  - name: second
    rules:
      - record: plain
        expr: "up{job=~\\"a|b\\"}
          or

          vector(0)"
      -   alert: Spaced
          expr: >+
            up ==
            0

          labels: &labels
            severity: warning
      - alert: Aliased
        expr: absent(up)
        labels: *labels
      - alert: Merged
        expr: up
        labels:
          <<: *labels
          team: a
      - # a comment
        alert: Late
        expr: 1
`;

const monitorText = `# Two documents
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: checkout
  namespace: shop
spec:
  selector:
    matchLabels:
      app: checkout
  endpoints:
  - port: web
    interval: 30s
    params:
      on: [yes, "no", ~]
    relabelings:
    -
      sourceLabels: [__meta_kubernetes_pod_name]
      regex: (.+)
      targetLabel: pod
    - action: labeldrop
      regex: 'tmp_.*'
---
apiVersion: v1
kind: List
items:
- apiVersion: monitoring.coreos.com/v1
  kind: PodMonitor
  metadata: {name: pods}
  spec:
    selector: {}
    podMetricsEndpoints:
    - port: metrics
      relabelings:
      - targetLabel: a
        replacement: |2
            two
          spaces
      - targetLabel: b
        replacement: |-
          stripped
- apiVersion: monitoring.coreos.com/v1
  kind: Probe
  metadata:
    name: probe
  spec:
    prober:
      url: "blackbox.monitoring.svc:9115"
    targets:
      staticConfig:
        static:
        - https://example.com
`;

/** Texts to mutate: ours, and upstream's manifests of 50 lines and more where they are beside the project. */
export function seedTexts(longest = Number.POSITIVE_INFINITY): string[] {
  return [ruleText, monitorText, ...manifests()].filter((text) => text.split('\n').length >= 50 && text.length <= longest);
}

function manifests(): string[] {
  const folder = join(sharedFolder, 'kube-prometheus/manifests');
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort().map((name) => readFileSync(join(folder, name), 'utf8'));
  } catch {
    return [];
  }
}
