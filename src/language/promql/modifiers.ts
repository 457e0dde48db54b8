/** What `offset`, `@`, `anchored` and `smoothed` may stand behind, and how often. */

import type { AtModifier, Expression, Modifiers, OffsetModifier, Subquery, VectorSelector } from './ast.ts';
import type { TokenStream } from './tokenStream.ts';

const maxInt64 = 2 ** 63;

/** Adds an offset to a selector or subquery. */
export function addOffset(tokens: TokenStream, node: Expression, offset: OffsetModifier): Expression {
  const target = modifiable(node);
  if (target === undefined) {
    tokens.report('offset modifier must be preceded by an instant vector selector or range vector selector or a subquery', node.start, node.end);
    return node;
  }
  if (target.offset !== undefined && !isZero(target.offset)) tokens.report('offset may not be set multiple times', node.start, node.end);
  return withModifiers(node, { offset }, offset.end);
}

/** An offset of nothing counts as none, so that another may follow. */
function isZero(offset: OffsetModifier): boolean {
  return offset.duration.kind === 'number' && Math.round(offset.duration.value * 1e9) === 0;
}

/** Adds the time of evaluation to a selector or subquery. */
export function addAt(tokens: TokenStream, node: Expression, at: AtModifier): Expression {
  const { time } = at;
  if (typeof time === 'number' && !(Math.abs(time) < maxInt64)) {
    const shown = Number.isNaN(time) ? 'NaN' : Number.isFinite(time) ? `${BigInt(time)}.000000` : time > 0 ? '+Inf' : '-Inf';
    tokens.report(`timestamp out of bounds for @ modifier: ${shown}`, node.start, node.end);
  }
  const target = modifiable(node);
  if (target === undefined) {
    tokens.report('@ modifier must be preceded by an instant vector selector or range vector selector or a subquery', node.start, node.end);
    return node;
  }
  if (target.at !== undefined) tokens.report('@ <timestamp> may not be set multiple times', node.start, node.end);
  return withModifiers(node, { at }, at.end);
}

/** Adds `anchored` or `smoothed` to a selector. */
export function addExtension(tokens: TokenStream, node: Expression, extension: NonNullable<Modifiers['extension']>, enabled: boolean): Expression {
  const { kind } = extension;
  const report = (message: string): void => tokens.report(message, node.start, node.end);
  if (!enabled) report(`${kind} modifier is experimental and not enabled`);
  else if (node.kind === 'subquery') report(`${kind} modifier is not supported for subqueries`);
  else {
    const target = modifiable(node);
    if (target === undefined) report(`${kind} modifier not implemented`);
    else if (target.extension !== undefined && target.extension.kind !== kind) report('anchored and smoothed modifiers cannot be used together');
  }
  return withModifiers(node, { extension }, extension.end);
}

/** The node that holds the modifiers of an expression; undefined where it may have none. */
function modifiable(node: Expression): VectorSelector | Subquery | undefined {
  if (node.kind === 'matrixSelector') return node.selector;
  return node.kind === 'vectorSelector' || node.kind === 'subquery' ? node : undefined;
}

function withModifiers(node: Expression, modifiers: Modifiers, end: number): Expression {
  if (node.kind === 'matrixSelector') return { ...node, selector: { ...node.selector, ...modifiers }, end };
  return node.kind === 'vectorSelector' || node.kind === 'subquery' ? { ...node, ...modifiers, end } : node;
}
