import type { QueryMessage, QueryView } from '../protocol.ts';
import { type PanelRange, usualRanges } from './ranges.ts';

type Graph = Extract<QueryMessage, { type: 'graph' }>;
type Table = Extract<QueryMessage, { type: 'table' }>;

/** One query of the panel, and what is known of its result. */
export interface Query extends QueryView {
  /** A, B, C …; questions are asked under it. */
  readonly letter: string;
  readonly isLoading: boolean;
  readonly error: string;
  readonly graph: Graph | undefined;
  readonly table: Table | undefined;
  readonly tree: Extract<QueryMessage, { type: 'tree' }> | undefined;
  readonly simulation: Extract<QueryMessage, { type: 'simulation' }> | undefined;
}

/** What the panel keeps while it is hidden. */
export interface KeptState {
  readonly queries: readonly QueryView[];
  readonly range: PanelRange;
  readonly view: 'graph' | 'table';
}

export function newQuery(view: QueryView, letter: string): Query {
  return { ...view, letter, isLoading: false, error: '', graph: undefined, table: undefined, tree: undefined, simulation: undefined };
}

/** The first letter that no query has. */
export function freeLetter(queries: readonly Query[]): string {
  const taken = new Set(queries.map(({ letter }) => letter));
  return [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((letter) => !taken.has(letter)) ?? 'A';
}

/** What the page kept before, as far as it can be read. */
export function readKeptState(state: Readonly<Record<string, unknown>>): KeptState {
  const list = Array.isArray(state['queries']) ? state['queries'] as unknown[] : [];
  const queries = list.flatMap((one): QueryView[] => {
    if (typeof one !== 'object' || one === null || !('expression' in one) || typeof one.expression !== 'string') return [];
    const title = 'title' in one && typeof one.title === 'string' ? one.title : '';
    const alert = 'alert' in one ? readAlert(one.alert) : undefined;
    return [{ expression: one.expression, title, ...(alert === undefined ? {} : { alert }) }];
  });
  return { queries, range: readRange(state['range']), view: state['view'] === 'table' ? 'table' : 'graph' };
}

function readAlert(value: unknown): QueryView['alert'] {
  if (typeof value !== 'object' || value === null || !('holds' in value) || typeof value.holds !== 'number' || !('keeps' in value) || typeof value.keeps !== 'number') return undefined;
  return { holds: value.holds, keeps: value.keeps, ...('interval' in value && typeof value.interval === 'number' ? { interval: value.interval } : {}) };
}

function readRange(value: unknown): PanelRange {
  if (typeof value === 'object' && value !== null) {
    if ('last' in value && typeof value.last === 'number') return { last: value.last };
    if ('from' in value && typeof value.from === 'number' && 'to' in value && typeof value.to === 'number' && value.from < value.to) return { from: value.from, to: value.to };
  }
  return { last: usualRanges[2]?.[0] ?? 3600 };
}
