/** A chart as people write them: names and labels from a helper, a monitor behind a switch, rules of a list, a plain file, a chart in it. */
export const shopChart = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'values.yaml': `monitor:
  enabled: true
  port: http
limits:
  - name: slow
    seconds: 1
  - name: slower
    seconds: 5
agent:
  port: metrics
`,
  'templates/_helpers.tpl': `{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end -}}
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-web
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "shop.labels" . | nindent 4 }}
  ports:
    - name: http
      port: 80
`,
  'templates/monitor.yaml': `{{- if .Values.monitor.enabled }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ .Release.Name }}-web
  labels:
    team: shop
spec:
  selector:
    matchLabels:
      {{- include "shop.labels" . | nindent 6 }}
  endpoints:
    - port: {{ .Values.monitor.port }}
      interval: 30s
{{- end }}
`,
  'templates/rules.yaml': `{{- range .Values.limits }}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: {{ $.Release.Name }}-{{ .name }}
spec:
  groups:
    - name: {{ .name }}
      rules:
        - record: shop:latency:{{ .name }}
          expr: rate(shop_seconds_sum[5m]) > {{ .seconds }}
{{- end }}
`,
  'templates/plain.yaml': `apiVersion: v1
kind: Service
metadata:
  name: plain
  labels:
    app: plain
spec:
  ports:
    - name: web
      port: 80
`,
  'charts/agent/Chart.yaml': 'apiVersion: v2\nname: agent\nversion: 1.0.0\n',
  'charts/agent/templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-agent
  labels:
    app: agent
spec:
  ports:
    - name: {{ .Values.port }}
      port: 9100
`,
} as const;
