/** What became of an object. */
export type Outcome = 'created' | 'changed' | 'unchanged' | 'removed' | 'left' | 'failed' | 'not tried';

export interface ObjectReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** Why it is not in, or was left. */
  readonly reason?: string;
}

/** How far a change of many objects is. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** The object that was just dealt with, or what is waited for. */
  readonly object: string;
}
