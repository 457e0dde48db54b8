/** Ad hoc filters: matchers that hold for every selector of every query. Here they are written as PromQL writes matchers. */

import { type VectorSelector, walk } from '../../language/promql/ast.ts';
import { everyPromqlOption } from '../../language/promql/options.ts';
import { parseExpression } from '../../language/promql/parse.ts';
import { asRecord } from '../matchers.ts';
import { asList, asText } from '../model/values.ts';

/** The filters of a dashboard's file as matchers; those with operators that PromQL has not are left out. */
export function matchersOf(filters: unknown): string {
  return asList(filters).map(asRecord).flatMap((filter) => {
    const key = asText(filter['key']);
    const operator = asText(filter['operator'], '=');
    const name = /^[a-zA-Z_]\w*$/.test(key) ? key : JSON.stringify(key);
    if (key === '') return [];
    if (operator === '=|' || operator === '!=|') {
      const values = asList(filter['values']).map((value) => asText(value).replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
      return [`${name}${operator === '=|' ? '=~' : '!~'}${JSON.stringify(values.join('|'))}`];
    }
    return ['=', '!=', '=~', '!~'].includes(operator) ? [`${name}${operator}${JSON.stringify(asText(filter['value']))}`] : [];
  }).join(', ');
}

/** Whether a text is a list of matchers. */
export function areMatchers(text: string): boolean {
  const { root, errors } = parseExpression(`x{${text}\n}`, everyPromqlOption);
  return root?.kind === 'vectorSelector' && errors.length === 0;
}

/** An expression with matchers in all of its selectors; as it is where it cannot be parsed. */
export function withMatchers(expression: string, matchers: string): string {
  if (matchers.trim() === '') return expression;
  const { root } = parseExpression(expression, everyPromqlOption);
  if (root === undefined) return expression;
  const selectors = [...walk(root)].filter((node): node is VectorSelector => node.kind === 'vectorSelector').sort((a, b) => b.start - a.start);
  let result = expression;
  for (const { start, name, braces, matchers: own } of selectors) {
    const at = braces === undefined ? start + name.length : braces.start + 1;
    const added = braces === undefined ? `{${matchers}}` : own.length === 0 ? matchers : `${matchers}, `;
    result = `${result.slice(0, at)}${added}${result.slice(at)}`;
  }
  return result;
}
