/** A shop of five services as its files say it, in block style. Nothing is wrong with it. */

const services = [
  { name: 'basket', kind: 'Deployment' },
  { name: 'catalog', kind: 'Deployment' },
  { name: 'checkout', kind: 'StatefulSet' },
  { name: 'search', kind: 'DaemonSet' },
];

/** The files of the shop by name. */
export function shopFiles(): Record<string, string> {
  return {
    'platform/namespaces.yaml': namespaces,
    'platform/prometheus.yaml': prometheus,
    'platform/roles.yaml': roles,
    'platform/alertmanager.yaml': alertmanager,
    'shop/payment.yaml': payment,
    'shop/rules.yaml': rules,
    'shop/alerts.yaml': alerts,
    'shop/secrets.yaml': secrets,
    ...Object.fromEntries(services.map(({ name, kind }) => [`shop/${name}.yaml`, service(name, kind)])),
  };
}

function service(name: string, kind: string): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
  namespace: shop
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        tier: backend
    spec:
      containers:
        - name: app
          image: registry.example.com/${name}:1.0
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
---
apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: shop
  labels:
    app: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - name: web
      port: 80
      targetPort: http
    - name: metrics
      port: 9090
      targetPort: metrics
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: ${name}
  namespace: shop
  labels:
    release: kps
spec:
  selector:
    matchLabels:
      app: ${name}
  endpoints:
    - port: metrics
      basicAuth:
        username:
          name: scrape-login
          key: user
        password:
          name: scrape-login
          key: password
`;
}

const payment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: payment
  namespace: shop
spec:
  selector:
    matchLabels:
      app: payment
  template:
    metadata:
      labels:
        app: payment
    spec:
      containers:
        - name: app
          image: registry.example.com/payment:1.0
          ports:
            - name: metrics
              containerPort: 9090
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: payment
  namespace: shop
  labels:
    release: kps
spec:
  selector:
    matchLabels:
      app: payment
  podMetricsEndpoints:
    - port: metrics
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: gateway
  namespace: shop
  labels:
    release: kps
spec:
  namespaceSelector:
    matchNames:
      - edge
  selector:
    matchLabels:
      app: gateway
  endpoints:
    - port: metrics
---
apiVersion: v1
kind: Service
metadata:
  name: gateway
  namespace: edge
  labels:
    app: gateway
spec:
  ports:
    - name: metrics
      port: 9100
`;

const namespaces = ['shop', 'edge', 'monitoring'].map((name) => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels:
    monitored: 'true'
`).join('---\n');

const prometheus = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: kps
  namespace: monitoring
spec:
  version: 3.13.2
  serviceAccountName: kps
  serviceMonitorSelector:
    matchLabels:
      release: kps
  serviceMonitorNamespaceSelector:
    matchLabels:
      monitored: 'true'
  podMonitorSelector:
    matchLabels:
      release: kps
  podMonitorNamespaceSelector: {}
  ruleSelector:
    matchLabels:
      release: kps
  ruleNamespaceSelector: {}
`;

const roles = ['shop', 'edge'].map((namespace) => `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: kps
  namespace: ${namespace}
rules:
  - apiGroups:
      - ''
    resources:
      - services
      - endpoints
      - pods
    verbs:
      - get
      - list
      - watch
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: kps
  namespace: ${namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: kps
subjects:
  - kind: ServiceAccount
    name: kps
    namespace: monitoring
`).join('---\n');

const alertmanager = `apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata:
  name: kps
  namespace: monitoring
spec:
  alertmanagerConfigSelector:
    matchLabels:
      team: shop
  alertmanagerConfigNamespaceSelector: {}
`;

const rules = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shop
  namespace: shop
  labels:
    release: kps
spec:
  groups:
    - name: shop
      rules:
        - record: job:shop_requests:rate5m
          expr: sum by (job, namespace) (rate(shop_requests_total[5m]))
        - record: job:shop_errors:rate5m
          expr: sum by (job, namespace) (rate(shop_errors_total[5m]))
        - alert: ShopErrors
          expr: job:shop_errors:rate5m / (job:shop_requests:rate5m > 0) > 0.05
          for: 10m
          labels:
            severity: critical
          annotations:
            summary: Many requests of {{ $labels.job }} fail.
`;

const alerts = `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: shop
  namespace: shop
  labels:
    team: shop
spec:
  route:
    receiver: team
    groupBy:
      - alertname
    routes:
      - receiver: pager
        matchers:
          - name: severity
            value: critical
      - receiver: errors
        matchers:
          - name: alertname
            value: ShopErrors
  receivers:
    - name: team
      webhookConfigs:
        - urlSecret:
            name: hooks
            key: team
    - name: pager
      webhookConfigs:
        - urlSecret:
            name: hooks
            key: pager
    - name: errors
      webhookConfigs:
        - url: https://hooks.example.com/errors
`;

const secrets = `apiVersion: v1
kind: Secret
metadata:
  name: scrape-login
  namespace: shop
stringData:
  user: prometheus
  password: example
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: alert-hooks
  namespace: shop
spec:
  target:
    name: hooks
  data:
    - secretKey: team
      remoteRef:
        key: shop/team
    - secretKey: pager
      remoteRef:
        key: shop/pager
`;
