import { childrenOf, type Expression, unwrapParens } from '../../language/promql/ast.ts';
import { everyPromqlOption } from '../../language/promql/options.ts';
import { parseExpression } from '../../language/promql/parse.ts';
import { typeOf } from '../../language/promql/typeCheck.ts';
import type { Series } from '../../monitoring/prometheusApi.ts';
import type { ExplainedNode } from '../../webviews/protocol.ts';
import type { Queries } from '../clusters/connection.ts';

/** Series of a part whose labels are looked at. */
const maximumLooked = 1000;
/** Parts of an expression that are explained; beyond that nobody reads. */
const maximumNodes = 60;

interface Part {
  readonly node: Expression;
  readonly depth: number;
}

/**
 * Each part of an expression with what it gives at a time: how many series, and which labels. Asks the server for each distinct part once.
 * Rejects where the expression cannot be parsed; a part that the server refuses says so itself.
 */
export async function explain(expression: string, time: number, server: string, queries: Queries, signal: AbortSignal): Promise<ExplainedNode[]> {
  const { root, errors: [error] } = parseExpression(expression, everyPromqlOption);
  if (root === undefined) throw new Error(`This is no expression: ${error?.message ?? 'it cannot be parsed'}.`);
  return Promise.all(partsOf(root).slice(0, maximumNodes).map(async ({ node, depth }) => {
    const text = expression.slice(node.start, node.end);
    const base = { depth, text, title: titleOf(node, expression), count: null, value: '', labels: [], error: '' };
    try {
      return { ...base, ...await resultOf(node, text, time, server, queries, signal) };
    } catch (cause) {
      if (signal.aborted) throw cause;
      return { ...base, error: cause instanceof Error ? cause.message : String(cause) };
    }
  }));
}

/** The parts worth a line, parents first: neither numbers and strings nor the parentheses around a part. */
function partsOf(root: Expression): Part[] {
  const parts: Part[] = [];
  const pending: Part[] = [{ node: unwrapParens(root), depth: 0 }];
  for (let part = pending.pop(); part !== undefined && parts.length <= maximumNodes; part = pending.pop()) {
    const { node, depth } = part;
    parts.push(part);
    // The selector of a range is that range.
    const children = node.kind === 'matrixSelector' ? [] : childrenOf(node).map(unwrapParens).filter(({ kind }) => kind !== 'number' && kind !== 'string');
    for (const child of children.toReversed()) pending.push({ node: child, depth: depth + 1 });
  }
  return parts;
}

async function resultOf(node: Expression, text: string, time: number, server: string, queries: Queries, signal: AbortSignal): Promise<Pick<ExplainedNode, 'count' | 'value' | 'labels'>> {
  const type = typeOf(node);
  if (type === 'scalar' || type === 'string') {
    const { sample } = await queries.query(server, text, { time, signal });
    return { count: null, value: sample?.[1] ?? '', labels: [] };
  }
  const vector = type === 'matrix' ? `last_over_time(${text})` : text;
  const { series: [counted] } = await queries.query(server, `count(${vector}\n)`, { time, signal });
  const count = Number(counted?.value?.[1] ?? 0);
  if (count === 0) return { count, value: '', labels: [] };
  const { series } = await queries.query(server, vector, { time, limit: maximumLooked, signal });
  return { count, value: count === 1 ? series[0]?.value?.[1] ?? '' : '', labels: labelsOf(series) };
}

function labelsOf(series: readonly Series[]): ExplainedNode['labels'] {
  const found = new Map<string, Set<string>>();
  for (const { labels } of series.slice(0, maximumLooked)) {
    for (const [name, value] of Object.entries(labels)) {
      const values = found.get(name) ?? new Set();
      found.set(name, values.add(value));
    }
  }
  return [...found].map(([name, values]) => ({ name, values: values.size })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function titleOf(node: Expression, text: string): string {
  switch (node.kind) {
    case 'vectorSelector': return 'series';
    case 'matrixSelector': return 'range';
    case 'subquery': return 'subquery';
    case 'call': return node.name;
    case 'aggregation': return node.grouping === undefined ? node.operator : `${node.operator} ${node.grouping.without ? 'without' : 'by'} ${text.slice(node.grouping.start, node.grouping.end).replace(/^\s*(?:by|without)\s*/i, '')}`;
    case 'binary': return node.operator;
    case 'unary': return node.operator;
    default: return '';
  }
}
