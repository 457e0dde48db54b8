/** The aggregations of PromQL: `sum by (job) (…)` and its kin. */

/** An aggregation with what completion and hover say of it. */
export interface AggregationDefinition {
  readonly name: string;
  /** The type of the first argument, where there are two. */
  readonly parameter?: 'scalar' | 'string';
  /** The first Prometheus that has it. */
  readonly since: string;
  /** Needs the feature flag promql-experimental-functions. */
  readonly experimental: boolean;
  readonly documentation: string;
  readonly example: string;
}

function define(name: string, since: string, documentation: string, example: string, more: Partial<AggregationDefinition> = {}): [string, AggregationDefinition] {
  return [name, { name, since, documentation, example, experimental: false, ...more }];
}

/** All aggregations by name. */
export const aggregations: ReadonlyMap<string, AggregationDefinition> = new Map([
  define('sum', '1.0.0', 'Adds up the values of each group.', 'sum by (job) (rate(http_requests_total[5m]))'),
  define('avg', '1.0.0', 'Gives the arithmetic mean of each group.', 'avg by (instance) (node_load1)'),
  define('min', '1.0.0', 'Gives the smallest value of each group.', 'min by (job) (up)'),
  define('max', '1.0.0', 'Gives the largest value of each group.', 'max by (job) (scrape_duration_seconds)'),
  define('count', '1.0.0', 'Counts the series of each group.', 'count by (job) (up == 0)'),
  define('group', '2.20.0', 'Gives 1 for each group that has a series, whatever its values.', 'group by (namespace) (kube_pod_info)'),
  define('stddev', '1.0.0', 'Gives the population standard deviation of each group.', 'stddev by (job) (up)'),
  define('stdvar', '1.0.0', 'Gives the population variance of each group.', 'stdvar by (job) (up)'),
  define('topk', '1.0.0', 'Keeps the k series with the largest values of each group, with all their labels.', 'topk(5, rate(http_requests_total[5m]))', { parameter: 'scalar' }),
  define('bottomk', '1.0.0', 'Keeps the k series with the smallest values of each group, with all their labels.', 'bottomk(5, node_filesystem_avail_bytes)', { parameter: 'scalar' }),
  define('quantile', '1.1.0', 'Gives the φ-quantile (0 to 1) of the values of each group.', 'quantile(0.9, scrape_duration_seconds)', { parameter: 'scalar' }),
  define('count_values', '1.1.0', 'Counts how many series have each value, which becomes the named label.', 'count_values("version", build_version)', { parameter: 'string' }),
  define('limitk', '2.54.0', 'Keeps k series of each group, chosen by the hash of their labels.', 'limitk(10, up)', { parameter: 'scalar', experimental: true }),
  define('limit_ratio', '2.54.0', 'Keeps a share (-1 to 1) of the series of each group, chosen by the hash of their labels.', 'limit_ratio(0.1, up)', { parameter: 'scalar', experimental: true }),
]);

/** True for an aggregation of two arguments, such as `topk`. */
export function takesParameter(name: string): boolean {
  return aggregations.get(name)?.parameter !== undefined;
}

/** True for an aggregation that a feature flag has to switch on. */
export function isExperimentalAggregation(name: string): boolean {
  return aggregations.get(name)?.experimental === true;
}
