import type { Expression } from '../promql/ast.ts';
import { printExpression } from '../promql/format.ts';
import { walk } from '../promql/ast.ts';

/**
 * A name for the metric that records an expression, in Prometheus' form level:metric:operations
 * (its guide to recording rules): `job:http_requests:sum_rate5m`. `isTaken` tells names that it must not have.
 */
export function recordName(root: Expression, isTaken: (name: string) => boolean): string {
  const operations: string[] = [];
  let level: string | undefined;
  let metric = 'expression';
  let isRate = false;
  for (const node of walk(root)) {
    if (node.kind === 'aggregation') {
      operations.push(node.operator);
      level ??= node.grouping === undefined || node.grouping.without ? '' : node.grouping.labels.map(({ name }) => name).join('_');
    } else if (node.kind === 'call') {
      const range = node.arguments.find((argument) => argument.kind === 'matrixSelector');
      operations.push(node.name.replace(/_over_time$/, '') + (range === undefined ? '' : printExpression(range).replace(/^.*\[|\].*$/gs, '')));
      isRate ||= ['rate', 'irate', 'increase'].includes(node.name);
    } else if (node.kind === 'binary') {
      operations.push(binaryNames[node.operator] ?? 'of');
    } else if (node.kind === 'vectorSelector' && node.name !== '') {
      metric = isRate ? node.name.replace(/_total$/, '') : node.name;
      break;
    }
  }
  const name = `${level === undefined ? '' : `${level}:`}${metric}:${operations.slice(0, 4).join('_')}`.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=\d)/, '_');
  let unique = name;
  for (let count = 2; isTaken(unique); count++) unique = `${name}_${String(count)}`;
  return unique;
}

const binaryNames: Readonly<Record<string, string>> = { '/': 'ratio', '+': 'plus', '-': 'minus', '*': 'times', and: 'and', or: 'or', unless: 'unless' };
