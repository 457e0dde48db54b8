import { atLeast } from './version.ts';

/** What a release of the operator brings along (pkg/operator/defaults.go and go.mod of that release). */
export interface OperatorRelease {
  readonly version: string;
  /** The Prometheus it deploys where spec.version is not set. */
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly thanos: string;
  /** The Prometheus whose rule parser it vendors: it parses every rule, whatever spec.version says. */
  readonly parser: string;
}

/** Oldest first. */
const releases: readonly [OperatorRelease, ...OperatorRelease[]] = [
  { version: '0.93.1', prometheus: '3.13.1', alertmanager: '0.33.1', thanos: '0.42.2', parser: '3.13.1' },
  { version: '0.94.1', prometheus: '3.14.0', alertmanager: '0.34.0', thanos: '0.42.4', parser: '3.14.0' },
];

/** The last one that is known. */
export const newestOperator: OperatorRelease = releases.at(-1) ?? releases[0];

/** The operator whose verdicts count when nothing names one. */
export const defaultOperatorVersion = releases[0].version;

/** The newest known release that is not newer than `version` (with or without v), else the oldest known. */
export function operatorRelease(version: string = defaultOperatorVersion): OperatorRelease {
  return releases.findLast((release) => atLeast(version, release.version)) ?? releases[0];
}
