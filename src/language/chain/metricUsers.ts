import { catalogued } from '../catalogue/catalogue.ts';
import type { Path } from '../finding.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { type VectorSelector, walk } from '../promql/ast.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { newMatcher } from '../routing/matcher.ts';
import type { MonitorTarget } from '../workspace/links/targets.ts';

/** A rule that uses what a monitor's targets export, or another rule records. */
export interface RuleUse {
  readonly object: KubernetesObject;
  /** The rule in the object. */
  readonly path: Path;
  readonly rule: Source;
  /** False where only the namespace speaks for it. */
  readonly isSure: boolean;
}

/** The rules of the files that use the targets of a monitor: by their job, by a metric that its exporter is known for, or by their namespace. */
export function metricUsers(monitor: KubernetesObject, targets: readonly MonitorTarget[], lookup: ObjectLookup): RuleUse[] {
  const jobs = jobsOf(monitor, targets);
  const names = [monitor, ...targets.flatMap(({ service, pod }) => [service ?? [], pod ?? []].flat())].map(({ metadata }) => metadata.name);
  const namespaces = new Set([monitor.metadata.namespace, ...targets.map(({ service, pod }) => (service ?? pod)?.metadata.namespace)]);
  const others = [...monitorNames(lookup)].filter((name) => name !== monitor.metadata.name);
  const recorded = new Set([...everyRule(lookup)].map(({ rule }) => rule.at('record').text));
  return [...everyRule(lookup)].flatMap((use): RuleUse[] => {
    const found = selectorsOf(use.rule.at('expr').text).map((selector) => usage(selector, { jobs, names, others, recorded, isNeighbour: namespaces.has(use.object.metadata.namespace) }));
    return found.includes('sure') ? [use] : found.includes('maybe') ? [{ ...use, isSure: false }] : [];
  });
}

/** The rules that use a recorded metric. */
export function usersOfRecord(record: string, lookup: ObjectLookup): RuleUse[] {
  return [...everyRule(lookup)].filter(({ rule }) => rule.at('expr').text.includes(record) && selectorsOf(rule.at('expr').text).some((selector) => metricOf(selector) === record));
}

/** What is known of a monitor when a rule is asked for it. */
interface Exporter {
  /** The `job` labels of its targets; empty where nobody knows them. */
  readonly jobs: readonly string[];
  /** Of the monitor and what it finds. */
  readonly names: readonly string[];
  /** The names of the other monitors. */
  readonly others: readonly string[];
  readonly recorded: ReadonlySet<string>;
  /** Whether the rule is of a namespace of the targets. */
  readonly isNeighbour: boolean;
}

function usage(selector: VectorSelector, { jobs, names, others, recorded, isNeighbour }: Exporter): 'sure' | 'maybe' | 'no' {
  const metric = metricOf(selector);
  const matchers = selector.matchers.filter(({ name }) => name === 'job').map(({ operator, value }) => newMatcher(operator, 'job', value));
  // Nobody knows the job of these targets: one that a rule names is likely another's.
  if (jobs.length === 0 && matchers.length > 0) return 'no';
  if (jobs.length > 0 && !jobs.some((job) => matchers.every((matcher) => 'error' in matcher || matcher.matches(job)))) return 'no';
  if (metric.startsWith('ALERTS') || recorded.has(metric)) return 'no';
  const exporter = catalogued(metric)?.exporter;
  if (exporter !== undefined) return names.some((name) => name.includes(exporter)) ? 'sure' : 'no';
  if (jobs.length > 0 && matchers.some((matcher) => !('error' in matcher) && matcher.operator === '=')) return 'sure';
  // Metrics begin with the name of their program: `grafana_…` is none of the others.
  const program = metric.split('_', 1)[0] ?? '';
  const isOthers = program.length > 2 && others.some((name) => name.includes(program)) && !names.some((name) => name.includes(program));
  return isNeighbour && metric !== '' && !isOthers ? 'maybe' : 'no';
}

/** The `job` labels that the targets will have, as far as the files tell. */
function jobsOf(monitor: KubernetesObject, targets: readonly MonitorTarget[]): string[] {
  const label = Source.of(monitor).at('spec', 'jobLabel').text;
  if (monitor.kind === 'ServiceMonitor') {
    const selected = Source.of(monitor).at('spec', 'selector', 'matchLabels', label).text;
    if (label !== '' && selected !== '') return [selected];
    return [...new Set(targets.flatMap(({ service }) => (service === undefined ? [] : [service.metadata.labels?.[label] ?? service.metadata.name])))];
  }
  if (monitor.kind === 'PodMonitor' && label === '') return [`${monitor.metadata.namespace ?? 'default'}/${monitor.metadata.name}`];
  return [];
}

function* monitorNames(lookup: ObjectLookup): Generator<string> {
  for (const kind of ['ServiceMonitor', 'PodMonitor']) for (const { metadata } of lookup.list(kind)) yield metadata.name;
}

function* everyRule(lookup: ObjectLookup): Generator<RuleUse> {
  for (const object of lookup.list('PrometheusRule')) {
    for (const group of Source.of(object).at('spec', 'groups').items) for (const rule of group.at('rules').items) yield { object, path: rule.path, rule, isSure: true };
  }
}

function selectorsOf(expression: string): VectorSelector[] {
  const { root } = parseExpression(expression, everyPromqlOption);
  return root === undefined ? [] : [...walk(root)].filter((node): node is VectorSelector => node.kind === 'vectorSelector');
}

function metricOf({ name, matchers }: VectorSelector): string {
  return name === '' ? matchers.find((matcher) => matcher.name === '__name__' && matcher.operator === '=')?.value ?? '' : name;
}
