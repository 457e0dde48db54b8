import { type Event, EventEmitter } from 'vscode';
import type { Rule } from '../../../model/entities.ts';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import { recordedCounts, recordedExpression } from '../../../monitoring/recordedSeries.ts';
import { DisposableStore } from '../../disposables.ts';
import type { ServerQueries } from './serverQueries.ts';

/** Milliseconds over which rules are gathered into one query: a file's lenses come together. */
const gathering = 200;
/** Milliseconds for which a count is good enough. */
const life = 60_000;
/** Rules of one query. */
const most = 100;

interface Count {
  readonly count: number | undefined;
  /** Milliseconds, by the clock of `performance`. */
  readonly at: number;
}

/**
 * How many series recording rules have, for whoever shows them: what is known is given at once. It is asked for only while servers
 * are asked at all, that is, while somebody sees the tree; one query for all rules of a server.
 */
export class SeriesCounts extends DisposableStore {
  readonly #monitoring: ClusterMonitoring;
  readonly #queries: ServerQueries;
  readonly #counts = new Map<string, Count>();
  readonly #wanted = new Map<string, Rule>();
  readonly #end = new AbortController();
  readonly #changed = this.add(new EventEmitter<void>());
  /** Counts are others than before. */
  readonly onChange: Event<void> = this.#changed.event;
  #timer: NodeJS.Timeout | undefined;
  #isVisible = false;
  /** Whether somebody wanted what was not asked for. */
  #isMissed = false;

  constructor(monitoring: ClusterMonitoring, queries: ServerQueries) {
    super();
    this.#monitoring = monitoring;
    this.#queries = queries;
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      this.#end.abort();
    } });
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    // Whoever showed less than is known now asks again.
    if (isVisible && this.#isMissed) this.#changed.fire();
    this.#isMissed = false;
  }

  /** The series of a recording rule; undefined where nobody knows, or knows yet. */
  of(rule: Rule): number | undefined {
    const known = this.#counts.get(rule.key);
    const isOld = known === undefined || performance.now() - known.at > life;
    this.#isMissed ||= isOld && !this.#isVisible;
    if (isOld && this.#isVisible) {
      this.#wanted.set(rule.key, rule);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        const wanted = [...this.#wanted.values()];
        this.#wanted.clear();
        for (const [server, rules] of Map.groupBy(wanted, ({ instance }) => instance)) for (let at = 0; at < rules.length; at += most) void this.#ask(server, rules.slice(at, at + most));
      }, gathering);
    }
    return known?.count;
  }

  async #ask(server: string, rules: readonly Rule[]): Promise<void> {
    const at = performance.now();
    // What cannot be asked stays unknown until it is asked again.
    const counts = await this.#queries.query(server, recordedExpression(rules), { signal: this.#end.signal }).then(({ series }) => recordedCounts(rules, series), () => []);
    if (this.#end.signal.aborted) return;
    let isOther = false;
    for (const [index, { key }] of rules.entries()) {
      const count = counts[index];
      isOther ||= this.#counts.get(key)?.count !== count;
      this.#counts.set(key, { count, at });
    }
    for (const key of this.#counts.keys()) if (this.#monitoring.model.get(key) === undefined) this.#counts.delete(key);
    if (isOther) this.#changed.fire();
  }
}
