/** What the servers of a cluster answer, in the form in which the model takes it. */

import type { HealthNote, Labels, Reach, TargetHealth } from './entities.ts';

/** An active target, as `/api/v1/targets` gives it. */
export interface TargetAnswer {
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly labels: Labels;
  readonly health: TargetHealth;
  readonly lastError: string;
  /** Milliseconds since 1970; undefined before the first scrape. */
  readonly lastScrape: number | undefined;
  /** Seconds. */
  readonly lastScrapeDuration: number;
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** A rule group, as `/api/v1/rules` gives it. */
export interface GroupAnswer {
  readonly name: string;
  readonly file: string;
  /** Seconds, as are all durations here. */
  readonly interval: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: number | undefined;
  readonly rules: readonly RuleAnswer[];
}

/** A rule of a {@link GroupAnswer}. */
export interface RuleAnswer {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly duration: number;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError: string;
  readonly state: 'firing' | 'pending' | 'inactive' | 'unknown';
  readonly evaluationTime: number;
  readonly lastEvaluation: number | undefined;
  readonly alerts: readonly AlertAnswer[];
}

/** An alert of a {@link RuleAnswer}. */
export interface AlertAnswer {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'firing' | 'pending';
  readonly activeAt: number | undefined;
  readonly value: string;
}

/** What a pod, or an address, says of itself. */
export interface ReplicaFacts {
  readonly version?: string;
  readonly features?: readonly string[];
  readonly reload?: 'ok' | 'failed';
  readonly lastReload?: number;
  /** About its remote writes, its storage, its notifications. */
  readonly notes?: readonly HealthNote[];
  readonly reach?: Reach;
}
