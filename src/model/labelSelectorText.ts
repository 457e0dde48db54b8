/**
 * A label selector that is written as text (`app=web,tier in (a,b),!canary`) in the form of a LabelSelector object; undefined where
 * Kubernetes could not read it. `>` and `<` have no such form and are not read either.
 */
export function labelSelectorOf(text: string): { readonly matchExpressions: readonly unknown[] } | undefined {
  const matchExpressions: unknown[] = [];
  for (const term of text.match(/(?:[^,(]|\([^)]*\))+/g) ?? []) {
    const expression = expressionOf(term.trim());
    if (expression === undefined) return undefined;
    matchExpressions.push(expression);
  }
  return { matchExpressions };
}

function expressionOf(term: string): unknown {
  const set = /^([^\s!=()<>]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term);
  if (set !== null) return { key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values: (set[3] ?? '').split(',').map((value) => value.trim()) };
  const equality = /^([^\s!=()<>]+)\s*(==|=|!=)\s*([^\s=!()<>]*)$/.exec(term);
  if (equality !== null) return { key: equality[1], operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [equality[3]] };
  const presence = /^(!?)\s*([^\s!=()<>]+)$/.exec(term);
  return presence === null ? undefined : { key: presence[2], operator: presence[1] === '!' ? 'DoesNotExist' : 'Exists' };
}
