import type { Path, Span } from '../finding.ts';
import { isRecord } from '../json.ts';
import { type Matcher, type VectorSelector, walk } from '../promql/ast.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { quote } from '../promql/quoting.ts';
import { checkTemplate } from '../templates/check.ts';

/** What rules give a name to: the metric of a recording rule, an alert. */
export interface RuleSymbol {
  readonly kind: 'metric' | 'alert';
  readonly name: string;
}

/** A place that names a symbol. */
export interface Occurrence {
  readonly symbol: RuleSymbol;
  /** The rule that records the metric or raises the alert. */
  readonly isDefinition: boolean;
  /** The string that the name stands in, from the rule. */
  readonly path: Path;
  /** The name in the decoded string. */
  readonly within: Span;
  /** How another name is written there; undefined where it cannot be. */
  readonly write: (name: string) => string | undefined;
}

const remembered = new WeakMap<object, readonly Occurrence[]>();

/** What a rule names. Remembered by the rule's identity, which an unchanged piece of a file keeps. */
export function occurrencesIn(rule: Readonly<Record<string, unknown>>): readonly Occurrence[] {
  let known = remembered.get(rule);
  if (known === undefined) remembered.set(rule, (known = [...namesOf(rule)]));
  return known;
}

function* namesOf(rule: Readonly<Record<string, unknown>>): Generator<Occurrence> {
  const { record, alert, expr } = rule;
  if (typeof record === 'string' && record !== '') yield definition('metric', record, 'record');
  else if (typeof alert === 'string' && alert !== '') yield definition('alert', alert, 'alert');
  if (typeof expr === 'string') yield* inExpression(expr, ['expr']);
  for (const field of ['labels', 'annotations']) {
    const texts = rule[field];
    if (!isRecord(texts)) continue;
    for (const [name, text] of Object.entries(texts)) {
      if (typeof text !== 'string' || !text.includes('query')) continue;
      for (const { expression, offsets } of checkTemplate(text).queries) {
        for (const { within, write, ...rest } of inExpression(expression, [field, name])) {
          const place = { start: offsets[within.start] ?? 0, end: offsets[within.end] ?? 0 };
          // Inside the template's own quotes, only what needs no escape is written.
          yield { ...rest, within: place, write: (to) => (/^[\w:]+$/.test(to) ? write(to) : undefined) };
        }
      }
    }
  }
}

function definition(kind: RuleSymbol['kind'], name: string, field: string): Occurrence {
  return { symbol: { kind, name }, isDefinition: true, path: [field], within: { start: 0, end: name.length }, write: (to) => to };
}

function* inExpression(text: string, path: Path): Generator<Occurrence> {
  const { root } = parseExpression(text, everyPromqlOption);
  if (root === undefined) return;
  for (const node of walk(root)) if (node.kind === 'vectorSelector') yield* inSelector(node, text, path);
}

function* inSelector(selector: VectorSelector, text: string, path: Path): Generator<Occurrence> {
  const { name, matchers, start } = selector;
  if (name !== '') yield use('metric', name, path, { start, end: start + name.length }, (to) => to);
  const ofAlerts = selectsAlerts(selector);
  for (const matcher of matchers) {
    if (matcher.name === '__name__') yield* inMatcher('metric', matcher, text, path);
    else if (ofAlerts && matcher.name === 'alertname') yield* inMatcher('alert', matcher, text, path);
  }
}

function selectsAlerts({ name, matchers }: VectorSelector): boolean {
  const metric = name === '' ? matchers.find((matcher) => matcher.name === '__name__' && matcher.operator === '=')?.value : name;
  return metric === 'ALERTS' || metric === 'ALERTS_FOR_STATE';
}

function* inMatcher(kind: RuleSymbol['kind'], { operator, value, valueSpan }: Matcher, text: string, path: Path): Generator<Occurrence> {
  const inner = { start: valueSpan.start + 1, end: valueSpan.end - 1 };
  // A name that is written with escapes is left alone.
  if (text.slice(inner.start, inner.end) !== value) return;
  const mark = text.charAt(valueSpan.start);
  if (operator === '=' || operator === '!=') {
    yield use(kind, value, path, inner, (to) => inString(to, mark));
    return;
  }
  for (const { name, start, end } of alternatives(value)) {
    yield use(kind, name, path, { start: inner.start + start, end: inner.start + end }, (to) => inString(to.replace(/[.+*?()|[\]{}^$\\]/g, '\\$&'), mark));
  }
}

/** The names of a regular expression that is nothing but names: `a|b`. */
export function alternatives(pattern: string): { name: string; start: number; end: number }[] {
  if (!/^[\w:|]+$/.test(pattern)) return [];
  let start = 0;
  return pattern.split('|').flatMap((name) => {
    const place = { name, start, end: start + name.length };
    start = place.end + 1;
    return name === '' ? [] : [place];
  });
}

function use(kind: RuleSymbol['kind'], name: string, path: Path, within: Span, write: Occurrence['write']): Occurrence {
  return { symbol: { kind, name }, isDefinition: false, path, within, write };
}

/** A text as it stands between the quotes of a PromQL string. */
function inString(text: string, mark: string): string | undefined {
  if (mark === '`') return text.includes('`') ? undefined : text;
  const escaped = quote(text).slice(1, -1);
  return mark === '"' ? escaped : escaped.replaceAll('\\"', '"').replaceAll("'", "\\'");
}
