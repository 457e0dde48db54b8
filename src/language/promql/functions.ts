/** The functions of PromQL: what they take and give, since when, and what they are for. */

import { editDistance } from '../editDistance.ts';
import { atLeast } from '../version.ts';
import type { ValueType } from './ast.ts';
import type { FunctionDefinition } from './functionDefinition.ts';
import { functionTable } from './functionTable.ts';

const current: ReadonlyMap<string, FunctionDefinition> = new Map(functionTable.filter((entry) => entry.removed === undefined).map((entry) => [entry.name, entry]));
const everKnown: ReadonlyMap<string, FunctionDefinition> = new Map(functionTable.map((entry) => [entry.name, entry]));

/** The functions of Prometheus 3.14 by name. */
export function currentFunctions(): ReadonlyMap<string, FunctionDefinition> {
  return current;
}

/** The function of that name in Prometheus 3.14; names are case-sensitive. */
export function lookUpFunction(name: string): FunctionDefinition | undefined {
  return current.get(name);
}

/** The release whose parser is meant where none is named. */
const usualParser = '3.13.0';
/** What is newer than the usual parser: all others need no comparison. */
const later: ReadonlySet<FunctionDefinition> = new Set([...current.values()].filter(({ since }) => !atLeast(usualParser, since)));

/** The function of that name, where the parser of a release has it. */
export function functionIn(name: string, parser: string = usualParser): FunctionDefinition | undefined {
  const known = current.get(name);
  return known !== undefined && later.has(known) && !atLeast(parser, known.since) ? undefined : known;
}

/** Whether every release that parses rules here has the function, and asks for no flag. */
export function isUsualFunction(name: string): boolean {
  const known = current.get(name);
  return known !== undefined && !known.experimental && !later.has(known);
}

/** Whether a release asks for the feature flag before it calls a function. */
export function needsFlag({ experimental, stableSince }: FunctionDefinition, release: string = usualParser): boolean {
  return experimental && (stableSince === undefined || !atLeast(release, stableSince));
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

/** What is said of a call of a function that a parser does not have, with the name that was probably meant. */
export function unknownFunction(name: string): string {
  const message = `unknown function with name "${name}"`;
  const former = everKnown.get(name);
  if (former?.renamedTo !== undefined) return `${message}: since Prometheus ${former.removed ?? ''} it is ${former.renamedTo}`;
  const lower = name.toLowerCase();
  let best: string | undefined;
  let limit = Math.min(3, Math.ceil(name.length / 3));
  for (const candidate of current.keys()) {
    const distance = editDistance(lower, candidate, limit);
    if (distance <= limit) [best, limit] = [candidate, distance - 1];
  }
  return best === undefined ? message : `${message}, did you mean "${best}"?`;
}
