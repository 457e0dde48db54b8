/**
 * Which tokens may stand at the cursor, asked of the parser itself: each candidate is written there with the
 * shortest text that finishes it, and stays where Prometheus finds no fault that ends before it or in it.
 */

import type { PromqlOptions } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { checkAgainstVersion } from '../promql/versions.ts';
import type { RuleVersion } from './knowledge.ts';

/** A word or sign of PromQL and what may finish an expression behind it. */
interface Candidate {
  readonly word: string;
  readonly endings: readonly string[];
}

const operandEndings = [' x', ' 1'];
const operators = ['==', '>', '<', '>=', '<=', '!=', '/', '*', '-', '+', 'and', 'or', 'unless', '%', '^', 'atan2', '>/', '</'];

/** What may stand behind an operand, and what between an operator and its right side, best first. */
const candidates: readonly Candidate[] = [
  ...['by', 'without'].map((word) => ({ word, endings: [' (x)', ' (x) (x)', ' (x) (1, x)', ' (x) ("x", x)'] })),
  ...['on', 'ignoring'].map((word) => ({ word, endings: [' (x) x'] })),
  ...['group_left', 'group_right'].map((word) => ({ word, endings: [' () x'] })),
  { word: 'bool', endings: operandEndings },
  ...['fill', 'fill_left', 'fill_right'].map((word) => ({ word, endings: [' (0) x'] })),
  ...operators.map((word) => ({ word, endings: operandEndings })),
  { word: 'offset', endings: [' 5m'] },
  { word: '@', endings: [' 0'] },
  { word: 'anchored', endings: [''] },
  { word: 'smoothed', endings: [''] },
];

/** Everything that a version and its flags decide. */
export interface Dialect {
  readonly options: PromqlOptions;
  /** Of the servers that load the rule; all of them must read what is offered. */
  readonly versions: readonly RuleVersion[];
}

/** The words and signs that continue a text, apart from operands. */
export function continuations(before: string, dialect: Dialect): string[] {
  return candidates.filter(({ word, endings }) => endings.some((ending) => fits(before, ` ${word}${ending}`, dialect))).map(({ word }) => word);
}

/** Whether a text may go on with a vector, such as a metric, and whether with a scalar. */
export function operandTypes(before: string, dialect: Dialect): { readonly vector: boolean; readonly scalar: boolean } {
  return { vector: fits(before, ' x', dialect), scalar: fits(before, ' 1', dialect) };
}

/** Whether a text may go on so: the addition brings no fault that was not there before. */
export function fits(before: string, addition: string, dialect: Dialect): boolean {
  const found = faults(before + addition, dialect);
  if (found === undefined) return false;
  if (found.length === 0) return true;
  const known = new Set(earlierFaults(before, dialect));
  return found.every((fault) => known.has(fault));
}

/** What is wrong with a text before the cursor already, whatever follows: the least that some ending leaves. */
function earlierFaults(before: string, dialect: Dialect): readonly string[] {
  const endings = ['', ...operandEndings].map((ending) => faults(before + ending, dialect)).filter((found) => found !== undefined);
  return (endings[0] ?? []).filter((fault) => endings.every((found) => found.includes(fault)));
}

/** The faults of an expression with their places; undefined where its syntax is wrong. */
function faults(text: string, { options, versions }: Dialect): readonly string[] | undefined {
  const parsed = parseExpression(text, options);
  if (parsed.root === undefined) return undefined;
  const errors = [...parsed.errors, ...versions.flatMap(({ version, features }) => checkAgainstVersion(parsed, version, features))];
  return errors.map(({ message, start }) => `${start} ${message}`);
}
