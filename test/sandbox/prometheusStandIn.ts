import { crowdRule } from './crowd.ts';
import { type Route, StandIn } from './standIn.ts';

/** How large a Prometheus is; its pools and rules are those that the operator makes of a crowd (crowd.ts). */
export interface PrometheusSize {
  /** The namespace of the crowd. */
  readonly namespace: string;
  readonly pools: number;
  /** Spread evenly over the pools. */
  readonly targets: number;
  /** Groups of two rules. */
  readonly groups: number;
}

/** A Prometheus of any size, of which targets can be taken down. */
export class PrometheusStandIn implements AsyncDisposable {
  /** The targets that are down, by their number from 0 on. */
  readonly down = new Set<number>();
  readonly #size: PrometheusSize;
  #standIn: StandIn | undefined;

  private constructor(size: PrometheusSize) {
    this.#size = size;
  }

  static async open(size: PrometheusSize): Promise<PrometheusStandIn> {
    const prometheus = new PrometheusStandIn(size);
    prometheus.#standIn = await StandIn.open(prometheus.#routes());
    return prometheus;
  }

  get url(): string {
    return this.#standIn?.url ?? '';
  }

  get requests(): readonly string[] {
    return this.#standIn?.requests ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#standIn?.[Symbol.asyncDispose]();
  }

  #routes(): Record<string, Route> {
    const success = (data: unknown) => ({ status: 'success', data });
    const started = new Date(Date.now() - 86_400_000).toISOString();
    return {
      '/metrics': { contentType: 'text/plain; version=0.0.4', answer: () => 'prometheus_config_last_reload_successful 1\n' },
      '/api/v1/status/buildinfo': { answer: () => success({ version: '3.13.2', revision: 'standin', branch: 'HEAD', buildUser: 'standin', buildDate: '', goVersion: 'go1.26' }) },
      '/api/v1/status/runtimeinfo': { answer: () => success({ startTime: started, CWD: '/prometheus', hostname: 'standin', serverTime: new Date().toISOString(), reloadConfigSuccess: true, lastConfigTime: started, corruptionCount: 0, goroutineCount: 100, GOMAXPROCS: 2, GOMEMLIMIT: 0, GOGC: '75', GODEBUG: '', storageRetention: '1d' }) },
      '/api/v1/status/config': { answer: () => success({ yaml: `global:\n  scrape_interval: 30s\nscrape_configs:\n${this.#pools().map((pool) => `- job_name: ${pool}\n`).join('')}` }) },
      '/api/v1/status/flags': { answer: () => success({ 'web.route-prefix': '/', 'web.external-url': this.url }) },
      '/api/v1/scrape_pools': { answer: () => success({ scrapePools: this.#pools() }) },
      '/api/v1/targets': {
        parameters: ['state', 'scrapePool'],
        answer: (parameters) => success(this.#targets(parameters.get('state') ?? 'any', parameters.get('scrapePool'))),
      },
      '/api/v1/rules': { parameters: ['type'], answer: (parameters) => success({ groups: this.#groups(parameters.get('type')) }) },
      '/api/v1/alerts': { answer: () => success({ alerts: [] }) },
    };
  }

  #pools(): string[] {
    return Array.from({ length: this.#size.pools }, (_, index) => this.#pool(index));
  }

  #pool(index: number): string {
    return `serviceMonitor/${this.#size.namespace}/${appOf(index)}/0`;
  }

  #targets(state: string, pool: string | null): object {
    const every = Array.from({ length: state === 'dropped' ? 0 : this.#size.targets }, (_, index) => index);
    const wanted = pool === null ? every : every.filter((index) => this.#pool(index % this.#size.pools) === pool);
    const scraped = new Date(Date.now() - 10_000).toISOString();
    return {
      activeTargets: wanted.map((index) => this.#target(index, scraped)),
      droppedTargets: [],
      droppedTargetCounts: Object.fromEntries(this.#pools().map((name) => [name, 0])),
    };
  }

  #target(index: number, scraped: string): object {
    const { namespace, pools } = this.#size;
    const app = appOf(index % pools);
    const pod = `${app}-${String(Math.floor(index / pools))}`;
    const address = `10.${String(100 + (index >> 16))}.${String((index >> 8) & 255)}.${String(index & 255)}`;
    const isDown = this.down.has(index);
    return {
      discoveredLabels: discoveredLabels(namespace, app, pod, address),
      labels: { container: app, endpoint: 'metrics', instance: `${address}:8080`, job: app, namespace, node: `node-${String(index % 50)}`, pod, service: app },
      scrapePool: this.#pool(index % pools),
      scrapeUrl: `http://${address}:8080/metrics`, globalUrl: `http://${address}:8080/metrics`,
      lastError: isDown ? `Get "http://${address}:8080/metrics": dial tcp ${address}:8080: connect: connection refused` : '',
      lastScrape: scraped, lastScrapeDuration: 0.0123, health: isDown ? 'down' : 'up', scrapeInterval: '30s', scrapeTimeout: '10s',
    };
  }

  #groups(type: string | null): object[] {
    const { namespace, groups } = this.#size;
    const evaluated = new Date(Date.now() - 20_000).toISOString();
    const status = { health: 'ok', evaluationTime: 0.000_3, lastEvaluation: evaluated };
    return Array.from({ length: groups }, (_, index) => {
      const [group] = (crowdRule(namespace, index)['spec'] as { groups: readonly { name: string; rules: readonly CrowdRule[] }[] }).groups;
      const rules = (group?.rules ?? []).map((rule) => ('record' in rule
        ? { name: rule.record, query: rule.expr, ...status, type: 'recording' }
        : { state: 'inactive', name: rule.alert, query: rule.expr, duration: 600, keepFiringFor: 0, labels: rule.labels, annotations: rule.annotations, alerts: [], ...status, type: 'alerting' }));
      return {
        name: group?.name, file: `/etc/prometheus/rules/prometheus-k8s-rulefiles-0/${namespace}-${appOf(index)}-00000000-0000-4000-8000-${String(index).padStart(12, '0')}.yaml`,
        rules: rules.filter((rule) => type === null || rule.type === (type === 'alert' ? 'alerting' : 'recording')),
        interval: 60, limit: 0, evaluationTime: 0.000_6, lastEvaluation: evaluated,
      };
    });
  }
}

type CrowdRule =
  | { readonly record: string; readonly expr: string }
  | { readonly alert: string; readonly expr: string; readonly labels: object; readonly annotations: object };

function appOf(index: number): string {
  return `app-${String(index).padStart(4, '0')}`;
}

/** About as many as Kubernetes' discovery gives to an endpoint with a pod. */
function discoveredLabels(namespace: string, app: string, pod: string, address: string): Record<string, string> {
  return {
    __address__: `${address}:8080`,
    __meta_kubernetes_endpointslice_address_target_kind: 'Pod',
    __meta_kubernetes_endpointslice_address_target_name: pod,
    __meta_kubernetes_endpointslice_endpoint_conditions_ready: 'true',
    __meta_kubernetes_endpointslice_name: `${app}-x7k2p`,
    __meta_kubernetes_endpointslice_port: '8080',
    __meta_kubernetes_endpointslice_port_name: 'metrics',
    __meta_kubernetes_endpointslice_port_protocol: 'TCP',
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_container_image: `registry.example.com/${app}:1.2.3`,
    __meta_kubernetes_pod_container_name: app,
    __meta_kubernetes_pod_container_port_name: 'metrics',
    __meta_kubernetes_pod_container_port_number: '8080',
    __meta_kubernetes_pod_controller_kind: 'StatefulSet',
    __meta_kubernetes_pod_controller_name: app,
    __meta_kubernetes_pod_ip: address,
    __meta_kubernetes_pod_label_app_kubernetes_io_name: app,
    __meta_kubernetes_pod_labelpresent_app_kubernetes_io_name: 'true',
    __meta_kubernetes_pod_name: pod,
    __meta_kubernetes_pod_phase: 'Running',
    __meta_kubernetes_pod_ready: 'true',
    __meta_kubernetes_service_label_app_kubernetes_io_name: app,
    __meta_kubernetes_service_labelpresent_app_kubernetes_io_name: 'true',
    __meta_kubernetes_service_name: app,
    __metrics_path__: '/metrics', __scheme__: 'http', __scrape_interval__: '30s', __scrape_timeout__: '10s',
    job: `serviceMonitor/${namespace}/${app}/0`,
  };
}
