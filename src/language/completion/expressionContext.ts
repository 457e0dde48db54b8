import type { Dialect } from './expected.ts';
import type { Knowledge, MetricFacts } from './knowledge.ts';

/** What completion of an expression rests on. */
export interface ExpressionContext {
  readonly dialect: Dialect;
  readonly knowledge: Knowledge;
  /** Absent where no cluster is connected. */
  readonly facts?: MetricFacts;
}
