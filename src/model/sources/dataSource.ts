/** The rows of what there is to monitor. Every row is replaced when it changes, never edited. */

/** What users ask about: their machines, Kubernetes itself, and what runs in it. */
export const sourceGroups = ['machines', 'kubernetes', 'pods'] as const;
export type SourceGroup = (typeof sourceGroups)[number];

/**
 * `covered`: scraped, and up; `down`: scraped, and something of it is not up; `waiting`: scraped for the first time soon, or selected
 * by a monitor and not a target yet; `not covered`: nobody scrapes it; `unseen`: there is nothing to scrape; `unknown`: the servers'
 * targets are not known.
 */
export type SourceState = 'covered' | 'down' | 'waiting' | 'not covered' | 'unseen' | 'unknown';

/** Something of a source that is scraped, or not: a machine has an exporter and a kubelet, most have one part. */
export interface SourcePart {
  /** Empty for the only part. */
  readonly name: string;
  readonly state: SourceState;
  readonly up: number;
  readonly down: number;
  readonly unknown: number;
  /** Keys of the model's targets. */
  readonly targets: readonly string[];
  /** What is missing and why it matters, as sentences; undefined where nothing is. */
  readonly note: string | undefined;
}

export interface DataSource {
  readonly key: string;
  readonly group: SourceGroup;
  /** `node0`, `API server`, `shop/web`. */
  readonly name: string;
  /** The kind of what it is: `Deployment`; empty where the name says it. */
  readonly kind: string;
  readonly parts: readonly SourcePart[];
  /** That of its worst part. */
  readonly state: SourceState;
}

/** What changed at once: keys of rows that are new, other or gone, and groups whose rows come or go. */
export interface SourceChange {
  readonly rows: ReadonlySet<string>;
  readonly groups: ReadonlySet<SourceGroup>;
}

const worst: readonly SourceState[] = ['down', 'not covered', 'waiting', 'unknown', 'covered', 'unseen'];

/** A row of its parts. */
export function sourceOf(row: Omit<DataSource, 'state'>): DataSource {
  return { ...row, state: worst.find((state) => row.parts.some((part) => part.state === state)) ?? 'unseen' };
}
