import { operatorRelease } from '../../operatorRelease.ts';
import type { Target } from '../../settings/settings.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { controllerJudge, type RuleJudge } from './judge.ts';

/** Who judges a rule: every Prometheus and ThanosRuler that selects it, else the operator's default Prometheus. */
export function judgesOf(_object: KubernetesObject, _lookup: ObjectLookup, target: Target): RuleJudge[] {
  const release = operatorRelease(target.operatorVersion);
  return [controllerJudge({ name: undefined, component: 'Prometheus', version: target.prometheusVersion ?? release.prometheus, features: target.features ?? [] })];
}
