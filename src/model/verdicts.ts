/** The language's verdicts on live objects: whether the operator takes an object for one server, and whether the server can load it. */

import { RecordedMetrics } from '../language/completion/recordedMetrics.ts';
import type { Problem } from '../language/finding.ts';
import { scrapeConfiguration } from '../language/chain/scrapeConfiguration.ts';
import { alertRouting } from '../language/chain/alertRouting.ts';
import { defaultOperatorOptions, type OperatorOptions } from '../language/generate/operatorOptions.ts';
import type { CheckContext } from '../language/kinds/kindCheck.ts';
import type { KubernetesObject, ObjectLookup } from '../language/kinds/objects.ts';
import { checkPrometheusRule } from '../language/kinds/prometheusRule.ts';
import { kindChecks } from '../language/kinds/registry.ts';
import { judgesOf } from '../language/kinds/rules/judges.ts';
import type { LiveObject } from './liveObject.ts';

/** The kinds of servers; of these a check sees only the one that it is made for. */
const serverKinds: ReadonlySet<string> = new Set(['Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager']);

/** What is around a server and its objects. */
export interface VerdictContext {
  readonly lookup: ObjectLookup;
  /** Without `v`; undefined where nobody knows which operator runs. */
  readonly operatorVersion: string | undefined;
  readonly operator: OperatorOptions | undefined;
}

/** The first fault of an object that counts for a server; undefined when there is none that can be seen without its Secrets. */
export function faultFor(object: LiveObject, server: LiveObject, context: VerdictContext): Problem | undefined {
  const check = checkContext(object, server, context);
  const problems = object.kind === 'PrometheusRule'
    ? judgesOf(check).judges.flatMap((judge) => checkPrometheusRule(object, judge))
    : kindChecks.get(object.kind)?.check(check) ?? [];
  return problems.find(({ severity }) => severity === 'error');
}

/** A fault of an object's generated configuration that keeps a whole server from loading any. */
export interface ConfigurationFault {
  /** The object to blame; undefined where no single one is. */
  readonly object: KubernetesObject | undefined;
  readonly problem: Problem;
}

/** Why a server cannot load what the operator generates for it now, by its own loading rules. Work grows with everything that it selects. */
export function configurationFaults(server: LiveObject, context: VerdictContext): readonly ConfigurationFault[] {
  const surroundings = checkContext(server, server, context);
  if (server.kind === 'Alertmanager') {
    const { faults, generated } = alertRouting(server, surroundings);
    const failure = generated.failure === undefined ? [] : [generated.failure];
    return [...failure, ...faults].map(({ message, origin }) => ({ object: origin?.object, problem: { code: 'alertmanagerconfig/unloadable', severity: 'error', message, path: origin?.path ?? [] } }));
  }
  if (server.kind !== 'Prometheus' && server.kind !== 'PrometheusAgent') return [];
  const { unloadable, failure } = scrapeConfiguration(server, surroundings, context.operator ?? defaultOperatorOptions);
  return failure === undefined ? unloadable : [{ object: failure.object, problem: failure.problem }];
}

function checkContext(object: LiveObject, server: LiveObject, { lookup, operatorVersion }: VerdictContext): CheckContext {
  return {
    object,
    lookup: {
      complete: lookup.complete,
      list: (kind) => (serverKinds.has(kind) ? (kind === server.kind ? [server] : []) : lookup.list(kind)),
      get: (kind, namespace, name) => lookup.get(kind, namespace, name),
    },
    target: operatorVersion === undefined ? {} : { operatorVersion },
    // The API server gives objects in its own form: pruned and with defaults.
    stored: (other) => other,
    recorded: () => noMetrics,
  };
}

const noMetrics = new RecordedMetrics([]);
