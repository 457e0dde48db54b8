import type { Severity } from '../finding.ts';

/** What a check's findings become: another severity, or nothing. */
export type CheckLevel = Severity | 'off';

/** The versions and features that verdicts are given for. */
export interface Target {
  readonly operatorVersion?: string;
  readonly prometheusVersion?: string;
  readonly alertmanagerVersion?: string;
  readonly thanosVersion?: string;
  /** Names as in Prometheus' own --enable-feature. */
  readonly features?: readonly string[];
  /** `namespace/name` of the Prometheus that judges, whatever its selectors say. */
  readonly prometheus?: string;
  /** The Prometheus of the connected cluster: it counts where neither a setting nor an object says which one. */
  readonly connected?: { readonly version: string; readonly features: readonly string[] };
}

/** What a plain file is, which no apiVersion tells: a rule file of Prometheus, an alertmanager.yaml, or a prometheus.yml. */
export const plainKinds = ['rules', 'alertmanager', 'prometheus'] as const;

export type PlainKind = (typeof plainKinds)[number];

/** What holds for one path: the answer of a `.kubeprom.yaml`. */
export interface PathSettings {
  readonly excluded: boolean;
  readonly target: Target;
  /** By code (`rule/duplicate`) or by the code's first part (`rule`). */
  readonly checks: ReadonlyMap<string, CheckLevel>;
  /** What the file is, where it is no file of Kubernetes objects. */
  readonly plain?: PlainKind;
}

/** What holds where no file says anything. */
export const defaultSettings: PathSettings = { excluded: false, target: {}, checks: new Map() };

/** The level that a finding of this code and severity gets. The code counts before its first part. */
export function levelOf(settings: PathSettings, code: string, severity: Severity): CheckLevel {
  return settings.checks.get(code) ?? settings.checks.get(code.split('/', 1)[0] ?? '') ?? severity;
}
