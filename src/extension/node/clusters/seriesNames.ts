import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import type { PrometheusApi } from '../../../monitoring/prometheusApi.ts';
import { answersQueries } from '../../../monitoring/queryEnds.ts';

/** Names or values that a completion list is made of at most. */
const maximumLabels = 1000;

/** Metrics and labels that the Prometheus servers of a cluster know. */
export class SeriesNames {
  readonly #monitoring: ClusterMonitoring;

  constructor(monitoring: ClusterMonitoring) {
    this.#monitoring = monitoring;
  }

  async metrics(): Promise<readonly { readonly name: string; readonly type: string; readonly help: string }[]> {
    const found = new Map<string, { readonly name: string; readonly type: string; readonly help: string }>();
    for (const api of this.#queryable()) {
      const [names, metadata] = await Promise.all([api.labelValues('__name__'), api.metadata()]);
      for (const name of names) {
        // The series of a histogram or summary have its metadata under its own name.
        const { type, help } = metadata.get(name) ?? metadata.get(name.replace(/_(?:bucket|sum|count)$/, '')) ?? { type: 'unknown', help: '' };
        found.set(name, { name, type, help });
      }
    }
    return [...found.values()];
  }

  /** @param metric of all series where it is empty */
  async labelNames(metric: string): Promise<readonly string[]> {
    return this.#union((api) => api.labelNames(selectorOf(metric), { limit: maximumLabels }));
  }

  async labelValues(metric: string, label: string): Promise<readonly string[]> {
    return this.#union((api) => api.labelValues(label, selectorOf(metric), { limit: maximumLabels }));
  }

  /** The APIs of all Prometheus servers that answer queries. */
  #queryable(): PrometheusApi[] {
    return this.#monitoring.model.instances.filter(answersQueries).map(({ key }) => this.#monitoring.queries(key));
  }

  async #union(ask: (api: PrometheusApi) => Promise<readonly string[]>): Promise<readonly string[]> {
    return [...new Set((await Promise.all(this.#queryable().map(ask))).flat())].sort();
  }
}

/** All series of a metric; none where every series is meant. */
function selectorOf(metric: string): string[] {
  return metric === '' ? [] : [`{__name__=${JSON.stringify(metric)}}`];
}
