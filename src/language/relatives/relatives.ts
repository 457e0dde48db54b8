/**
 * Kinds of others that are made after the operator's: Azure's ServiceMonitor and PodMonitor, and VictoriaMetrics' VMRule and
 * VMServiceScrape. Only what is surely the same is judged, and never as an error: who decides there is not known here.
 */

import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import { checkPrometheusRule } from '../kinds/prometheusRule.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { controllerJudge } from '../kinds/rules/judge.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { compileAnchoredRe2 } from '../re2.ts';
import { checkRelabelConfigs } from '../relabel/checkRelabelConfigs.ts';
import type { KindName } from '../schemas/schemaStore.ts';
import type { KindSchema } from '../schemas/types.ts';
import { validate } from '../schemas/validate.ts';
import { parseVersion } from '../version.ts';

/** A kind that is made after one of the operator's. */
export interface Relative {
  /** What the editor's status says of it. */
  readonly status: string;
  /** The operator's kind whose schema it shares; undefined where the schemas differ. */
  readonly schema: KindName | undefined;
  /** What is wrong with an object; `schema` is that of the operator's kind, where there is one and it is loaded. */
  readonly check: (object: KubernetesObject, schema: KindSchema | undefined) => Problem[];
}

/** The relative that an object is of; undefined for any other object. */
export function relativeOf({ apiVersion, kind }: KindName): Relative | undefined {
  return relatives.get(`${apiVersion}/${kind}`);
}

function azure(kind: string, endpoints: string): Relative {
  return {
    status: `Azure Managed Prometheus: a ${kind}, checked as far as it is the same as the operator's`,
    schema: { apiVersion: 'monitoring.coreos.com/v1', kind },
    check: (object, schema) => [...azureShape(object, schema), ...relabelings(object, endpoints)].map(ofTheirs),
  };
}

const relatives: ReadonlyMap<string, Relative> = new Map<string, Relative>([
  ['azmonitoring.coreos.com/v1/ServiceMonitor', azure('ServiceMonitor', 'endpoints')],
  ['azmonitoring.coreos.com/v1/PodMonitor', azure('PodMonitor', 'podMetricsEndpoints')],
  ['operator.victoriametrics.com/v1beta1/VMRule', {
    status: 'VictoriaMetrics: a VMRule, checked as far as it is the same as a PrometheusRule',
    schema: undefined,
    check: checkVMRule,
  }],
  ['operator.victoriametrics.com/v1beta1/VMServiceScrape', {
    status: 'VictoriaMetrics: a VMServiceScrape, of which only the regular expressions of relabeling are checked',
    schema: undefined,
    check: checkVMServiceScrape,
  }],
]);

/** Types, patterns and what is required; Azure's fields may be older or newer than the operator's. */
function azureShape(object: KubernetesObject, schema: KindSchema | undefined): Problem[] {
  if (schema === undefined) return [];
  const asOurs = { ...object, apiVersion: 'monitoring.coreos.com/v1' };
  return validate(asOurs, schema).filter(({ code }) => code === 'schema/type' || code === 'schema/pattern');
}

function relabelings(object: KubernetesObject, endpoints: string): Problem[] {
  const version = parseVersion(operatorRelease().prometheus);
  if (version === undefined) return [];
  return Source.of(object).at('spec', endpoints).items.flatMap((endpoint) =>
    ['relabelings', 'metricRelabelings'].map((name) => endpoint.at(name)).flatMap((list) => checkRelabelConfigs(list.value, list.path, version)));
}

function ofTheirs(problem: Problem): Problem {
  return softened({ ...problem, message: `${problem.message} So it is with the operator's kind of this name, after which Azure's is made.` });
}

function softened(problem: Problem): Problem {
  return problem.severity === 'error' ? { ...problem, severity: 'warning' } : problem;
}

/** What vmalert refuses as Prometheus does; all else that Prometheus would refuse may be MetricsQL or a template function of its own. */
const shared: ReadonlySet<string> = new Set(['rule/record-and-alert', 'rule/name-missing', 'rule/expr-missing', 'rule/duplicate']);

function checkVMRule(object: KubernetesObject): Problem[] {
  const judge = controllerJudge({ name: undefined, component: 'Prometheus', version: operatorRelease().prometheus, features: ['promql-experimental-functions', 'promql-duration-expr', 'promql-extended-range-selectors'] }, undefined);
  return checkPrometheusRule(object, judge).filter(({ severity }) => severity === 'error' || severity === 'warning').flatMap((problem): Problem[] => {
    if (shared.has(problem.code)) return [softened(problem)];
    if (problem.severity !== 'error' || !problem.code.startsWith('promql/')) return [];
    const { path, within, on, code } = problem;
    return [{ code, path, ...(within === undefined ? {} : { within }), ...(on === undefined ? {} : { on }), severity: 'information', message: `This is no PromQL, though it may be MetricsQL, which is more. Prometheus says: ${problem.message}` }];
  });
}

/** VictoriaMetrics takes a list of expressions for one, too. */
function checkVMServiceScrape(object: KubernetesObject): Problem[] {
  const rules = Source.of(object).at('spec', 'endpoints').items.flatMap((endpoint) => ['relabelConfigs', 'metricRelabelConfigs'].flatMap((name) => endpoint.at(name).items));
  return rules.map((rule) => rule.at('regex')).flatMap((regex) => (Array.isArray(regex.value) ? regex.items : [regex])).flatMap((place): Problem[] => {
    const compiled = compileAnchoredRe2(place.text);
    return 'error' in compiled ? [{ code: 'relabel/regex', severity: 'warning', path: place.path, message: `${compiled.error}. VictoriaMetrics reads regular expressions with the same library as Prometheus.` }] : [];
  });
}
