/** What is known of a function of PromQL. */

import type { ValueType } from './ast.ts';

/** A function with its signature (promql/parser/functions.go of Prometheus 3.14) and its history (CHANGELOG.md). */
export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /**
   * How many of the arguments may differ from {@link parameters}: 0 none, a positive number that many
   * beyond all but the last parameter, -1 any number of the last one, also none.
   */
  readonly variadic: number;
  readonly returnType: ValueType;
  /** Needs the feature flag promql-experimental-functions, until {@link stableSince}. */
  readonly experimental: boolean;
  /** The first version that has it without the flag, where the flag was ever needed. */
  readonly stableSince?: string;
  /** The first version of Prometheus that has it. */
  readonly since: string;
  /** The first version that has it no more. */
  readonly removed?: string;
  /** What it is called now, where it was renamed. */
  readonly renamedTo?: string;
  /** One sentence. */
  readonly documentation: string;
  readonly example: string;
}

/** One argument of a function. */
export interface Parameter {
  readonly name: string;
  readonly type: ValueType;
}
