/** The words of PromQL as offers, with their documentation. */

import type { AggregationDefinition } from '../promql/aggregations.ts';
import type { FunctionDefinition, Parameter } from '../promql/functionDefinition.ts';
import { documentedType } from '../promql/typeCheck.ts';
import { code, codeBlock } from '../hover/markdown.ts';
import type { Offer } from './offer.ts';

/** A function's signature: `rate(range: range vector) → instant vector`, `…` where arguments may follow. */
export function functionSignature({ name, parameters, variadic, returnType }: FunctionDefinition): string {
  const optionalFrom = variadic === 0 ? parameters.length : parameters.length - 1;
  const shown = parameters.map((parameter, index) => (index >= optionalFrom && variadic > 0 ? `[${parameterText(parameter)}]` : parameterText(parameter)));
  if (variadic < 0 || variadic > 1) shown.push('…');
  return `${name}(${shown.join(', ')}) → ${documentedType(returnType)}`;
}

/** A parameter as signatures show it. */
export function parameterText({ name, type }: Parameter): string {
  return `${name}: ${documentedType(type)}`;
}

/** An aggregation's signature. */
export function aggregationSignature({ name, parameter }: AggregationDefinition): string {
  return `${name}(${parameter === undefined ? '' : `parameter: ${parameter}, `}v: instant vector)`;
}

/** The markdown that explains a function. */
export function functionDocumentation(definition: FunctionDefinition): string {
  const { documentation, example, experimental, since } = definition;
  const flag = experimental ? ` Experimental: needs ${code('--enable-feature=promql-experimental-functions')}.` : '';
  return `${codeBlock(functionSignature(definition), 'text')}\n${documentation}${flag} Since Prometheus ${since}.\n${codeBlock(example, 'promql')}`;
}

/** The markdown that explains an aggregation. */
export function aggregationDocumentation(definition: AggregationDefinition): string {
  const { documentation, example, experimental, since } = definition;
  const flag = experimental ? ` Experimental: needs ${code('--enable-feature=promql-experimental-functions')}.` : '';
  return `${codeBlock(aggregationSignature(definition), 'text')}\n${documentation}${flag} Since Prometheus ${since}.\n${codeBlock(example, 'promql')}`;
}

/** @param isCalled the parenthesis stands there already */
export function functionOffer(definition: FunctionDefinition, isCalled: boolean): Offer {
  const { name, parameters } = definition;
  const empty = parameters.length === 0;
  return {
    kind: 'function',
    label: name,
    detail: functionSignature(definition).slice(name.length),
    documentation: functionDocumentation(definition),
    ...(isCalled ? { text: name } : empty ? { text: `${name}()` } : { text: `${name}(`, snippet: `${name}($0)`, continues: true }),
  };
}

/** @param isCalled the parenthesis stands there already */
export function aggregationOffer(definition: AggregationDefinition, isCalled: boolean): Offer {
  const { name } = definition;
  return {
    kind: 'aggregation',
    label: name,
    detail: aggregationSignature(definition).slice(name.length),
    documentation: aggregationDocumentation(definition),
    ...(isCalled ? { text: name } : { text: `${name}(`, snippet: `${name}($0)`, continues: true }),
  };
}

/** What operators and keywords do, with an example. */
export const wordDocumentation: Readonly<Record<string, readonly [kind: 'operator' | 'keyword', what: string, example: string]>> = {
  '+': ['operator', 'Adds the values of series that match.', 'node_memory_Cached_bytes + node_memory_Buffers_bytes'],
  '-': ['operator', 'Subtracts the right value from the left.', 'time() - node_boot_time_seconds'],
  '*': ['operator', 'Multiplies the values of series that match.', '100 * (1 - node_filesystem_avail_bytes / node_filesystem_size_bytes)'],
  '/': ['operator', 'Divides the left value by the right; by zero it gives ±Inf or NaN.', 'node_filesystem_avail_bytes / node_filesystem_size_bytes'],
  '%': ['operator', 'Gives the remainder of a division.', 'time() % 3600'],
  '^': ['operator', 'Raises the left value to the power of the right; groups to the right.', '2 ^ 10'],
  atan2: ['operator', 'Gives the angle in radians of the two values as coordinates.', 'y_position atan2 x_position'],
  '==': ['operator', 'Keeps the series of the left side whose values are equal; with bool gives 0 or 1.', 'up == 0'],
  '!=': ['operator', 'Keeps the series of the left side whose values differ; with bool gives 0 or 1.', 'kube_deployment_spec_replicas != kube_deployment_status_replicas_available'],
  '<': ['operator', 'Keeps the series of the left side whose values are less; with bool gives 0 or 1.', 'node_filesystem_avail_bytes < 1e9'],
  '<=': ['operator', 'Keeps the series of the left side whose values are less or equal; with bool gives 0 or 1.', 'kube_poddisruptionbudget_status_current_healthy <= kube_poddisruptionbudget_status_desired_healthy'],
  '>': ['operator', 'Keeps the series of the left side whose values are greater; with bool gives 0 or 1.', 'rate(http_requests_total{code=~"5.."}[5m]) > 1'],
  '>=': ['operator', 'Keeps the series of the left side whose values are greater or equal; with bool gives 0 or 1.', 'node_load1 >= 8'],
  '</': ['operator', 'Trims a native histogram: drops the observations above the right value.', 'request_duration_seconds </ 1'],
  '>/': ['operator', 'Trims a native histogram: drops the observations below the right value.', 'request_duration_seconds >/ 0.1'],
  and: ['operator', 'Keeps the series of the left side that have a partner on the right.', 'up == 0 and on (node) kube_node_spec_unschedulable == 0'],
  or: ['operator', 'Gives the series of the left side, and those of the right that have no partner there.', 'sum(rate(errors_total[5m])) or vector(0)'],
  unless: ['operator', 'Keeps the series of the left side that have no partner on the right.', 'kube_pod_status_phase{phase="Pending"} == 1 unless on (namespace, pod) kube_pod_info'],
  by: ['keyword', 'Groups by these labels; all others are lost.', 'sum by (job) (up)'],
  without: ['keyword', 'Groups by all labels but these.', 'sum without (instance) (up)'],
  on: ['keyword', 'Matches series by these labels alone.', 'a * on (node) b'],
  ignoring: ['keyword', 'Matches series by all labels but these.', 'a / ignoring (code) b'],
  group_left: ['keyword', 'Lets many series of the left side match one of the right, whose listed labels they get.', 'a * on (pod) group_left (node) kube_pod_info'],
  group_right: ['keyword', 'Lets many series of the right side match one of the left, whose listed labels they get.', 'kube_pod_info * on (pod) group_right (node) a'],
  bool: ['keyword', 'Makes a comparison give 1 or 0 instead of dropping series.', 'up == bool 0'],
  offset: ['keyword', 'Takes the values of an earlier time.', 'rate(errors_total[5m] offset 1d)'],
  '@': ['keyword', 'Takes the values of a fixed time, in seconds since 1970, or of start() or end() of the query.', 'up @ end()'],
  fill: ['keyword', 'Takes this value where a series has no partner on the other side. Experimental.', 'a + fill(0) b'],
  fill_left: ['keyword', 'Takes this value where the left side has no partner. Experimental.', 'a + fill_left(0) b'],
  fill_right: ['keyword', 'Takes this value where the right side has no partner. Experimental.', 'a + fill_right(0) b'],
  anchored: ['keyword', 'Takes the samples at the ends of the range instead of extrapolating. Experimental.', 'increase(requests_total[5m] anchored)'],
  smoothed: ['keyword', 'Interpolates the values at the ends of the range. Experimental.', 'rate(requests_total[5m] smoothed)'],
};

/** The markdown that explains an operator or keyword; undefined for other words. */
export function wordHelp(word: string): string | undefined {
  const entry = Object.hasOwn(wordDocumentation, word) ? wordDocumentation[word] : undefined;
  return entry === undefined ? undefined : `${entry[1]}\n${codeBlock(entry[2], 'promql')}`;
}

const withList: ReadonlySet<string> = new Set(['by', 'without', 'on', 'ignoring', 'fill', 'fill_left', 'fill_right']);
const withOptionalList: ReadonlySet<string> = new Set(['group_left', 'group_right']);

/** @param isCalled a parenthesis stands behind it already */
export function continuationOffer(word: string, isCalled: boolean): Offer {
  const [kind = 'operator', what = ''] = wordDocumentation[word] ?? [];
  const documentation = wordHelp(word);
  const shared = { kind, label: word, detail: what, ...(documentation === undefined ? {} : { documentation }) };
  if (isCalled) return { ...shared, text: word };
  if (withList.has(word)) return { ...shared, text: `${word} (`, snippet: `${word} ($0)`, continues: true };
  if (withOptionalList.has(word)) return { ...shared, text: `${word} `, snippet: `${word} ($1) $0` };
  return { ...shared, text: `${word} `, ...(word === 'offset' || word === '@' ? { continues: true } : {}) };
}

/** Functions and aggregations that rules use most, in this order. */
const mostUsed = ['sum', 'rate', 'increase', 'max', 'avg', 'count', 'min', 'histogram_quantile', 'avg_over_time', 'max_over_time', 'absent', 'label_replace', 'irate', 'time', 'topk', 'sum_over_time', 'min_over_time', 'count_over_time', 'vector', 'predict_linear', 'delta', 'changes', 'deriv', 'quantile', 'group', 'label_join', 'count_values', 'clamp_max', 'clamp_min', 'absent_over_time', 'scalar', 'quantile_over_time', 'last_over_time', 'resets', 'bottomk', 'round', 'abs', 'timestamp'];
const rank = new Map(mostUsed.map((name, index) => [name, index]));

/** Orders words: the most used first, then by the alphabet. */
export function byUse(a: string, b: string): number {
  return (rank.get(a) ?? mostUsed.length) - (rank.get(b) ?? mostUsed.length) || (a < b ? -1 : 1);
}
