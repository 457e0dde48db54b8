/** Links that a script breaks, one at a time: what is written instead, and what is to be found where. */
export interface BrokenLink {
  readonly name: string;
  readonly file: string;
  /** The first place of this text gets the other one. */
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /** The file of the finding, where it is another one. */
  readonly at?: string;
  /** What stands under the finding. */
  readonly text: string;
}

const basket = 'shop/basket.yaml';

/** In the shop of `shop.ts`. */
export const brokenShop: readonly BrokenLink[] = [
  { name: 'a label misspelt', file: basket, from: 'selector:\n    matchLabels:\n      app: basket\n  endpoints', to: 'selector:\n    matchLabels:\n      app: baskt\n  endpoints', code: 'servicemonitor/selects-nothing', text: 'baskt' },
  { name: 'a label of another name', file: basket, from: 'selector:\n    matchLabels:\n      app: basket\n  endpoints', to: 'selector:\n    matchLabels:\n      app.kubernetes.io/name: basket\n  endpoints', code: 'servicemonitor/selects-nothing', text: 'basket' },
  { name: 'a label that only the pods have', file: basket, from: 'selector:\n    matchLabels:\n      app: basket\n  endpoints', to: 'selector:\n    matchLabels:\n      tier: backend\n  endpoints', code: 'servicemonitor/selects-nothing', text: 'backend' },
  { name: 'a wrong value', file: basket, from: 'selector:\n    matchLabels:\n      app: basket\n  endpoints', to: 'selector:\n    matchLabels:\n      app: wrong\n  endpoints', code: 'servicemonitor/selects-nothing', text: 'wrong' },
  { name: 'an expression that nothing meets', file: basket, from: 'selector:\n    matchLabels:\n      app: basket\n  endpoints', to: 'selector:\n    matchExpressions:\n      - key: app\n        operator: In\n        values:\n          - baskets\n  endpoints', code: 'servicemonitor/selects-nothing', text: 'key: app' },
  { name: 'the Service without its label', file: basket, from: '  labels:\n    app: basket\nspec:', to: 'spec:', code: 'servicemonitor/selects-nothing', text: 'basket' },
  { name: 'the Service in another namespace', file: basket, from: 'name: basket\n  namespace: shop\n  labels:\n    app', to: 'name: basket\n  namespace: edge\n  labels:\n    app', code: 'servicemonitor/selects-nothing', text: 'selector' },
  { name: 'no namespaceSelector', file: 'shop/payment.yaml', from: '  namespaceSelector:\n    matchNames:\n      - edge\n', to: '', code: 'servicemonitor/selects-nothing', text: 'selector' },
  { name: 'the wrong namespace in the namespaceSelector', file: 'shop/payment.yaml', from: '      - edge\n', to: '      - egde\n', code: 'servicemonitor/selects-nothing', text: 'namespaceSelector' },
  { name: 'a port misspelt', file: basket, from: '- port: metrics\n      basic', to: '- port: metric\n      basic', code: 'servicemonitor/port-not-found', text: 'metric' },
  { name: 'a port by its number', file: basket, from: '- port: metrics\n      basic', to: '- port: "9090"\n      basic', code: 'servicemonitor/port-not-found', text: '"9090"' },
  { name: 'the port of the container', file: basket, from: '- port: metrics\n      basic', to: '- port: http\n      basic', code: 'servicemonitor/port-not-found', text: 'http' },
  { name: 'a targetPort that no container declares', file: basket, from: '- port: metrics\n      basic', to: '- targetPort: 9091\n      basic', code: 'servicemonitor/port-not-found', text: '9091' },
  { name: 'a port of the Service renamed', file: basket, from: '- name: metrics\n      port', to: '- name: monitoring\n      port', code: 'servicemonitor/port-not-found', text: 'metrics' },
  { name: 'a Service port that leads to no port', file: basket, from: 'targetPort: metrics', to: 'targetPort: metric', code: 'service/port-not-found', text: 'metric' },
  { name: 'a Service that selects no pods', file: basket, from: '  selector:\n    app: basket\n  ports', to: '  selector:\n    app: baskets\n  ports', code: 'service/selects-nothing', text: 'baskets' },
  { name: 'a Service that selects by another label', file: basket, from: '  selector:\n    app: basket\n  ports', to: '  selector:\n    component: basket\n  ports', code: 'service/selects-nothing', text: 'basket' },
  { name: 'a PodMonitor with a wrong label', file: 'shop/payment.yaml', from: 'app: payment\n  podMetrics', to: 'app: payments\n  podMetrics', code: 'podmonitor/selects-nothing', text: 'payments' },
  { name: 'a PodMonitor with a wrong port', file: 'shop/payment.yaml', from: 'podMetricsEndpoints:\n    - port: metrics', to: 'podMetricsEndpoints:\n    - port: web', code: 'podmonitor/port-not-found', text: 'web' },
  { name: 'a PodMonitor with a port number that is not declared', file: 'shop/payment.yaml', from: 'podMetricsEndpoints:\n    - port: metrics', to: 'podMetricsEndpoints:\n    - portNumber: 9091', code: 'podmonitor/port-not-found', text: '9091' },
  { name: 'no release label', file: basket, from: '  labels:\n    release: kps\n', to: '', code: 'selection/not-selected', text: 'metadata' },
  { name: 'the release of another installation', file: basket, from: 'release: kps', to: 'release: prometheus', code: 'selection/not-selected', text: 'labels' },
  { name: 'rules without the release label', file: 'shop/rules.yaml', from: 'release: kps', to: 'team: shop', code: 'selection/not-selected', text: 'labels' },
  { name: 'a namespace without the label that is asked for', file: 'platform/namespaces.yaml', from: "  labels:\n    monitored: 'true'\n", to: '', code: 'selection/not-selected', at: basket, text: 'labels' },
  { name: 'an AlertmanagerConfig without its label', file: 'shop/alerts.yaml', from: 'team: shop\nspec', to: 'group: shop\nspec', code: 'selection/not-selected', text: 'labels' },
  { name: 'no role in the namespace', file: 'platform/roles.yaml', from: 'namespace: edge\nroleRef', to: 'namespace: egde\nroleRef', code: 'monitor/no-access', at: 'shop/payment.yaml', text: 'namespaceSelector' },
  { name: 'a role without the endpoints', file: 'platform/roles.yaml', from: '      - endpoints\n', to: '', code: 'monitor/no-access', at: basket, text: 'selector' },
  { name: 'a Secret in the wrong namespace', file: 'shop/secrets.yaml', from: 'name: scrape-login\n  namespace: shop', to: 'name: scrape-login\n  namespace: edge', code: 'reference/not-found', at: basket, text: 'scrape-login' },
  { name: 'a key that the Secret does not have', file: basket, from: 'key: password', to: 'key: passwort', code: 'reference/key-not-found', text: 'passwort' },
  { name: 'a key that the ExternalSecret does not make', file: 'shop/alerts.yaml', from: 'key: pager', to: 'key: pagerduty', code: 'alertmanagerconfig/secret', text: 'pagerduty' },
  { name: 'a receiver that is not there', file: 'shop/alerts.yaml', from: 'receiver: pager', to: 'receiver: pagers', code: 'alertmanagerconfig/receiver-not-found', text: 'pagers' },
  { name: 'a receiver that no route reaches', file: 'shop/alerts.yaml', from: 'receiver: errors', to: 'receiver: team', code: 'alertmanagerconfig/receiver-unused', text: 'errors' },
  { name: 'a route behind one that takes everything', file: 'shop/alerts.yaml', from: '        matchers:\n          - name: severity\n            value: critical\n', to: '', code: 'alertmanagerconfig/route-unreachable', text: 'receiver: errors' },
  { name: 'a route for an alert that nobody raises', file: 'shop/alerts.yaml', from: 'value: ShopErrors', to: 'value: ShopError', code: 'alertmanagerconfig/route-unreachable', text: 'ShopError' },
  { name: 'a recorded metric that nobody records', file: 'shop/rules.yaml', from: 'expr: job:shop_errors:rate5m', to: 'expr: job:shop_error:rate5m', code: 'promql/not-recorded', text: 'job:shop_error:rate5m' },
  { name: 'two monitors of one pod', file: 'shop/payment.yaml', from: 'podMetricsEndpoints:\n    - port: metrics', to: 'podMetricsEndpoints:\n    - port: metrics\n    - portNumber: 9090', code: 'monitor/scraped-twice', text: 'portNumber: 9090' },
  { name: 'a name that stands twice', file: 'shop/payment.yaml', from: 'name: gateway\n  namespace: shop', to: 'name: basket\n  namespace: shop', code: 'object/duplicate', at: basket, text: 'basket' },
];

/** In kube-prometheus. */
export const brokenUpstream: readonly BrokenLink[] = [
  { name: 'a label of the Service', file: 'grafana-serviceMonitor.yaml', from: 'matchLabels:\n      app.kubernetes.io/name: grafana', to: 'matchLabels:\n      app.kubernetes.io/name: graphana', code: 'servicemonitor/selects-nothing', text: 'graphana' },
  { name: 'a port', file: 'nodeExporter-serviceMonitor.yaml', from: 'port: https', to: 'port: http', code: 'servicemonitor/port-not-found', text: 'http' },
  { name: 'a port of the Service', file: 'kubeStateMetrics-service.yaml', from: 'name: https-self', to: 'name: self', code: 'servicemonitor/port-not-found', at: 'kubeStateMetrics-serviceMonitor.yaml', text: 'https-self' },
  { name: 'the pods of a Service', file: 'blackboxExporter-service.yaml', from: 'selector:\n    app.kubernetes.io/component: exporter', to: 'selector:\n    app.kubernetes.io/component: exporters', code: 'service/selects-nothing', text: 'exporters' },
  { name: 'the namespace of a Service', file: 'prometheusAdapter-service.yaml', from: 'namespace: monitoring', to: 'namespace: adapters', code: 'servicemonitor/selects-nothing', at: 'prometheusAdapter-serviceMonitor.yaml', text: 'selector' },
  { name: 'a namespace without a role', file: 'kubernetesControlPlane-serviceMonitorCoreDNS.yaml', from: '- kube-system', to: '- dns', code: 'monitor/no-access', text: 'namespaceSelector' },
  { name: 'a recorded metric', file: 'nodeExporter-prometheusRule.yaml', from: 'record: instance:node_num_cpu:sum', to: 'record: instance:node_num_cpus:sum', code: 'promql/not-recorded', text: 'instance:node_num_cpu:sum' },
];
