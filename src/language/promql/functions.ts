/** The functions of PromQL: what they take and give, since when, and what they are for. */

import type { ValueType } from './ast.ts';
import { functionTable } from './functionTable.ts';

/** A function with its signature (promql/parser/functions.go of Prometheus 3.13) and its history (CHANGELOG.md). */
export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /**
   * How many of the arguments may differ from {@link parameters}: 0 none, a positive number that many
   * beyond all but the last parameter, -1 any number of the last one, also none.
   */
  readonly variadic: number;
  readonly returnType: ValueType;
  /** Needs the feature flag promql-experimental-functions in Prometheus 3.13. */
  readonly experimental: boolean;
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

const current: ReadonlyMap<string, FunctionDefinition> = new Map(functionTable.filter((entry) => entry.removed === undefined).map((entry) => [entry.name, entry]));
const everKnown: ReadonlyMap<string, FunctionDefinition> = new Map(functionTable.map((entry) => [entry.name, entry]));

/** The functions of Prometheus 3.13 by name. */
export function currentFunctions(): ReadonlyMap<string, FunctionDefinition> {
  return current;
}

/** The function of that name in Prometheus 3.13; names are case-sensitive. */
export function lookUpFunction(name: string): FunctionDefinition | undefined {
  return current.get(name);
}

/** The function of that name in any version. */
export function lookUpAnyFunction(name: string): FunctionDefinition | undefined {
  return everKnown.get(name);
}

/** How many arguments a call needs. */
export function minimumArguments({ parameters, variadic }: FunctionDefinition): number {
  return variadic === 0 ? parameters.length : parameters.length - 1;
}

/** How many arguments a call may have; infinite for some. */
export function maximumArguments({ parameters, variadic }: FunctionDefinition): number {
  if (variadic === 0) return parameters.length;
  return variadic < 0 ? Infinity : parameters.length - 1 + variadic;
}

/** The type that an argument must have; undefined where there is none to check, since there are too many. */
export function argumentTypeAt({ parameters, variadic }: FunctionDefinition, index: number): ValueType | undefined {
  const parameter = parameters[index] ?? (variadic === 0 ? undefined : parameters.at(-1));
  return parameter?.type;
}
