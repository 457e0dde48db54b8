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

/** What is said of a call of a function that Prometheus 3.13 does not have, with the name that was probably meant. */
export function unknownFunction(name: string): string {
  const message = `unknown function with name "${name}"`;
  const former = everKnown.get(name);
  if (former?.renamedTo !== undefined) return `${message}: since Prometheus ${former.removed ?? ''} it is ${former.renamedTo}`;
  const lower = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(name.length / 3)) + 1;
  for (const candidate of current.keys()) {
    const distance = editDistance(lower, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best === undefined ? message : `${message}, did you mean "${best}"?`;
}

/** How many letters must change to make one word of the other; `limit` where it is that many or more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return Math.min(previous[to.length] ?? limit, limit);
}
