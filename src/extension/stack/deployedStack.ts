import type { HealthLevel } from '../../model/entities.ts';

/** Something that we deployed into a cluster, as the tree shows it. */
export interface DeployedStack {
  /** Where its inventory is kept. */
  readonly namespace: string;
  readonly name: string;
  /** What it was made from: `built in, operator 0.93.1, profile local`. */
  readonly source: string;
  readonly state: 'applying' | 'complete' | 'removing';
  /** Its components and what must be true of them; undefined before they were looked at. */
  readonly parts: readonly StackPart[] | undefined;
}

export interface StackPart {
  readonly name: string;
  readonly state: 'ready' | 'starting' | 'failing' | 'missing' | 'unknown';
  readonly detail: string;
}

/** How a part looks among the other rows. */
export function levelOf(state: StackPart['state']): HealthLevel {
  return state === 'ready' ? 'ok' : state === 'failing' || state === 'missing' ? 'error' : 'unknown';
}

/** How a whole deployment does, in a word or two, and what its sign is. */
export function stackLine({ state, parts }: DeployedStack): { readonly words: string; readonly level: HealthLevel } {
  if (state !== 'complete') return { words: state === 'applying' ? 'not wholly deployed' : 'not wholly removed', level: 'warning' };
  if (parts === undefined) return { words: 'not looked at yet', level: 'unknown' };
  const notReady = parts.filter((part) => part.state !== 'ready').length;
  const isBad = parts.some((part) => levelOf(part.state) === 'error');
  return { words: notReady === 0 ? 'ready' : `${String(notReady)} of ${String(parts.length)} not ready`, level: notReady === 0 ? 'ok' : isBad ? 'error' : 'unknown' };
}
