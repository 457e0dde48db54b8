import { operatorRelease } from '../../operatorRelease.ts';
import { type PromqlOptions, defaultPromqlOptions, promqlOptionsOf } from '../../promql/options.ts';
import type { NameScheme } from '../../relabel/labelNames.ts';
import { atLeast } from '../../version.ts';

/** The software that a rule is judged for: the parser that the operator runs, and the server that loads the rule. */
export interface RuleJudge {
  /** How a message names it: `Prometheus monitoring/k8s`; undefined where no object selects the rule. */
  readonly name: string | undefined;
  readonly component: 'Prometheus' | 'Thanos';
  readonly version: string;
  /** The names that it allows. */
  readonly names: NameScheme;
  /** Names of --enable-feature. ThanosRuler has none. */
  readonly features: readonly string[];
  /** The Prometheus whose parser reads the rule first: the one that the operator brings along. */
  readonly parser: string;
}

/** The operator's controller for a server of some version (pkg/operator/validations.go, v0.93.1). */
export function controllerJudge(judge: Omit<RuleJudge, 'names' | 'parser'>, operatorVersion: string | undefined): RuleJudge {
  const utf8 = atLeast(judge.version, judge.component === 'Prometheus' ? '3.0.0' : '0.38.0');
  return { ...judge, names: utf8 ? 'utf8' : 'legacy', parser: operatorRelease(operatorVersion).parser };
}

/**
 * The admission webhook inside the operator: legacy names and no feature, whatever the servers are
 * (cmd/operator/main.go, v0.93.1). It knows of no version, so it drops no field.
 */
export function webhookJudge(operatorVersion: string | undefined): RuleJudge {
  return { name: undefined, component: 'Prometheus', version: webhookVersion, names: 'legacy', features: [], parser: operatorRelease(operatorVersion).parser };
}

/** Whether a judge is the webhook, behind which no server stands. */
export function isWebhook({ version }: RuleJudge): boolean {
  return version === webhookVersion;
}

const webhookVersion = '9999.0.0';

const optionsOf = new WeakMap<RuleJudge, PromqlOptions>();

/** The parts of PromQL that are switched on for this judge. */
export function promqlOptions(judge: RuleJudge): PromqlOptions {
  let options = optionsOf.get(judge);
  if (options === undefined) optionsOf.set(judge, (options = { ...(judge.component === 'Prometheus' ? promqlOptionsOf(judge.features) : defaultPromqlOptions), parser: judge.parser }));
  return options;
}

/** Made once a judge: every rule keeps the text with what was said of it. */
const keys = new WeakMap<RuleJudge, string>();

/** A text that is equal for judges with equal verdicts. */
export function judgeKey(judge: RuleJudge): string {
  let key = keys.get(judge);
  if (key === undefined) keys.set(judge, (key = `${judge.component} ${judge.version} ${judge.names} ${judge.parser} ${judge.features.join(',')}`));
  return key;
}

/** The fields that the operator drops for older servers, with the first version that has them (pkg/operator/rules.go, v0.93.1). */
export const fieldVersions = {
  group: [
    { field: 'limit', Prometheus: '2.31.0', Thanos: '0.24.0' },
    { field: 'query_offset', Prometheus: '2.53.0', Thanos: '0.38.0' },
    { field: 'labels', Prometheus: '3.0.0', Thanos: '0.39.0' },
  ],
  rule: [{ field: 'keep_firing_for', Prometheus: '2.42.0', Thanos: '0.34.0' }],
} as const;
