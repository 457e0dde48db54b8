import type { Problem } from '../../finding.ts';
import { isRecord } from '../../json.ts';
import { operatorRelease } from '../../operatorRelease.ts';
import type { Target } from '../../settings/settings.ts';
import type { CheckContext } from '../kindCheck.ts';
import type { KubernetesObject } from '../objects.ts';
import { instanceName, instancesFor } from '../shared/instances.ts';
import { controllerJudge, type RuleJudge } from './judge.ts';

/** The kinds of servers that load rules. */
export const ruleServers = ['Prometheus', 'ThanosRuler'] as const;

/** Who judges a rule: every Prometheus and ThanosRuler that selects it, else the operator's default Prometheus. */
export function judgesOf(context: CheckContext): { judges: RuleJudge[]; unselected: Problem | undefined } {
  const { target } = context;
  const { selecting, unselected } = instancesFor(context, 'PrometheusRule', ruleServers);
  return { judges: selecting.length === 0 ? [usualJudge(target)] : selecting.map((server) => judgeOf(server, context)), unselected };
}

/** Who judges where no object selects a rule: what settings say, else the connected cluster's Prometheus, else the operator's default. */
export function usualJudge({ operatorVersion, prometheusVersion, features, connected }: Target): RuleJudge {
  const version = prometheusVersion ?? connected?.version ?? operatorRelease(operatorVersion).prometheus;
  return controllerJudge({ name: undefined, component: 'Prometheus', version, features: features ?? connected?.features ?? [] }, operatorVersion);
}

function judgeOf(server: KubernetesObject, { target }: CheckContext): RuleJudge {
  const release = operatorRelease(target.operatorVersion);
  const spec = isRecord(server.spec) ? server.spec : {};
  const version = typeof spec['version'] === 'string' && spec['version'] !== '' ? spec['version'] : undefined;
  if (server.kind === 'ThanosRuler') {
    return controllerJudge({ name: instanceName(server), component: 'Thanos', version: target.thanosVersion ?? version ?? release.thanos, features: [] }, target.operatorVersion);
  }
  const own = Array.isArray(spec['enableFeatures']) ? spec['enableFeatures'].map(String) : [];
  return controllerJudge({
    name: instanceName(server),
    component: 'Prometheus',
    version: target.prometheusVersion ?? version ?? release.prometheus,
    features: [...own, ...(target.features ?? [])],
  }, target.operatorVersion);
}
