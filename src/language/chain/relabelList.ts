import type { Problem } from '../finding.ts';
import { isRecord } from '../json.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { checkRelabelConfigs } from '../relabel/checkRelabelConfigs.ts';
import { checkRelabelLoading } from '../relabel/checkRelabelLoading.ts';
import { nameSchemeOf } from '../relabel/labelNames.ts';
import { readRelabelConfigs, type RelabelConfig } from '../relabel/relabelConfig.ts';
import { applyDefaults, prune } from '../schemas/prune.ts';
import type { KindSchema } from '../schemas/types.ts';
import { validate } from '../schemas/validate.ts';
import type { Target } from '../settings/settings.ts';
import { parseVersion } from '../version.ts';

/** A list of relabel configs in the operator's spelling, judged as in a monitor. */
export interface JudgedRelabelList {
  /** Paths begin at the list. */
  readonly problems: readonly Problem[];
  readonly configs: readonly RelabelConfig[];
}

const listPath = ['spec', 'podMetricsEndpoints', 0, 'relabelings'] as const;

/** Judges a list as the API server, the operator and Prometheus would inside a PodMonitor, whose schema is given. */
export function judgeRelabelList(list: unknown, podMonitor: KindSchema, target: Target): JudgedRelabelList {
  const carrier = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'relabel' },
    spec: { selector: {}, podMetricsEndpoints: [{ relabelings: list }] },
  };
  const shape = validate(carrier, podMonitor);
  const stored = relabelingsOf(applyDefaults(prune(carrier, podMonitor), podMonitor));
  const relative = (problems: readonly Problem[]): Problem[] => problems.map((problem) => ({ ...problem, path: problem.path.slice(listPath.length) }));
  if (shape.length > 0) return { problems: relative(shape), configs: [] };
  const text = target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus;
  const version = parseVersion(text);
  const rejected = version === undefined ? [] : checkRelabelConfigs(stored, [], version);
  const problems = rejected.length > 0 ? rejected : checkRelabelLoading(stored, [], nameSchemeOf(text));
  return { problems, configs: readRelabelConfigs(stored) };
}

function relabelingsOf(carrier: unknown): unknown {
  const spec = isRecord(carrier) ? carrier['spec'] : undefined;
  const endpoints = isRecord(spec) ? spec['podMetricsEndpoints'] : undefined;
  const endpoint: unknown = Array.isArray(endpoints) ? endpoints[0] : undefined;
  return isRecord(endpoint) ? endpoint['relabelings'] : undefined;
}
