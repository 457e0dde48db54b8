import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import type { PrometheusApi, QueryAnswer } from '../../../monitoring/prometheusApi.ts';
import { answersQueries } from '../../../monitoring/queryEnds.ts';
import { QueryQueue } from '../../../monitoring/queryQueue.ts';
import type { Queries, QueryRange, QueryServer } from '../../clusters/connection.ts';

/** Queries to the servers of one connection, shared between all who ask the same. */
export class ServerQueries implements Queries {
  readonly #monitoring: ClusterMonitoring;
  readonly #queue = new QueryQueue();

  constructor(monitoring: ClusterMonitoring) {
    this.#monitoring = monitoring;
  }

  get servers(): readonly QueryServer[] {
    return this.#monitoring.model.instances
      .filter(answersQueries)
      .map(({ key, kind, namespace, name }) => ({ key, name: `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}` }));
  }

  query(server: string, expression: string, { time, limit, signal }: { readonly time?: number; readonly limit?: number; readonly signal: AbortSignal }): Promise<QueryAnswer> {
    const options = { ...(time === undefined ? {} : { time }), ...(limit === undefined ? {} : { limit }) };
    return this.#queue.ask(JSON.stringify([server, expression, options]), signal, (until) => this.#api(server).query(expression, { ...options, signal: until }));
  }

  queryRange(server: string, expression: string, range: QueryRange, { signal }: { readonly signal: AbortSignal }): Promise<QueryAnswer> {
    return this.#queue.ask(JSON.stringify([server, expression, range]), signal, (until) => this.#api(server).queryRange(expression, range, { signal: until }));
  }

  #api(server: string): PrometheusApi {
    return this.#monitoring.queries(server);
  }
}
