import type { Fix, Problem } from '../../../finding.ts';
import { type Expression, unwrapParens } from '../../../promql/ast.ts';
import type { AdvisedRule, AdvisedTemplate } from './advisedRule.ts';
import { alertValue, type AlertValue, constantOf, measured, metricOf } from './expressions.ts';
import { type PrintedValue, printedValues } from './printedValues.ts';

/** Values whose unit the expression tells, printed in another one or with all their digits. */
export function* valueFormat({ templates, root }: AdvisedRule): Generator<Problem> {
  const value = templates.length === 0 ? undefined : alertValue(root);
  if (value === undefined) return;
  const unit = unitOf(value);
  if (unit === undefined) return;
  for (const template of templates) {
    if (template.field !== 'annotations') continue;
    for (const printed of printedValues(template.tree)) yield* advise(template, printed, unit);
  }
}

/** `ratio`: 0 to 1. `percent`: 0 to 100. `fraction`: any number with many digits. */
type Unit = 'ratio' | 'percent' | 'fraction' | 'bytes';

function unitOf({ expression, thresholds }: AlertValue): Unit | undefined {
  const node = measured(expression);
  if (isPercentage(node)) return 'percent';
  if (node.kind === 'call' && ['rate', 'irate', 'deriv'].includes(node.name)) return 'fraction';
  if (isBytes(node)) return 'bytes';
  // Only a threshold tells a share from any other quotient.
  const [threshold] = thresholds;
  if (isQuotient(node)) return threshold !== undefined && threshold > 0 && threshold < 1 ? 'ratio' : 'fraction';
  return undefined;
}

/** Functions over a range whose result has the unit of what they are given. */
const keepsUnit: ReadonlySet<string> = new Set(['avg_over_time', 'min_over_time', 'max_over_time', 'last_over_time', 'quantile_over_time', 'delta', 'idelta', 'predict_linear']);

/** A metric in bytes, what stays one over time, and sums and differences of these. */
function isBytes(node: Expression): boolean {
  let inner = measured(node);
  // A loop along the left side: there may be thousands.
  for (; inner.kind === 'binary'; inner = measured(inner.left)) {
    if ((inner.operator !== '+' && inner.operator !== '-') || !isBytes(inner.right)) return false;
  }
  if (inner.kind !== 'call' || !keepsUnit.has(inner.name)) return metricOf(inner)?.endsWith('_bytes') === true;
  return inner.arguments.some((argument) => metricOf(argument)?.endsWith('_bytes') === true);
}

/** `100 * (a / b)`, `a / b * 100`, `100 * a / b`, `100 - …` of these. */
function isPercentage(node: Expression): boolean {
  if (node.kind !== 'binary') return false;
  if (node.operator === '/') return timesHundred(unwrapParens(node.left));
  if (node.operator === '*') return timesHundred(node) && [node.left, node.right].some((side) => holdsQuotient(side));
  return node.operator === '-' && constantOf(node.left) === 100 && isPercentage(measured(node.right));
}

function timesHundred(node: Expression): boolean {
  return node.kind === 'binary' && node.operator === '*' && (constantOf(node.left) === 100 || constantOf(node.right) === 100);
}

function holdsQuotient(node: Expression): boolean {
  const inner = measured(node);
  return isQuotient(inner) || (inner.kind === 'binary' && inner.operator === '-' && constantOf(inner.left) === 1);
}

function isQuotient(node: Expression): boolean {
  const inner = unwrapParens(node);
  if (inner.kind !== 'binary') return false;
  if (inner.operator === '-') return constantOf(inner.left) === 1 && isQuotient(inner.right);
  return inner.operator === '/' && constantOf(inner.left) === undefined && constantOf(inner.right) === undefined;
}

const humanizers: Readonly<Record<Exclude<Unit, 'percent'>, string>> = { ratio: 'humanizePercentage', fraction: 'humanize', bytes: 'humanize1024' };

function* advise(template: AdvisedTemplate, printed: PrintedValue, unit: Unit): Generator<Problem> {
  const { functions, behind } = printed;
  const bare = functions.length === 0;
  const percentSign = /^\s*%/.exec(behind)?.[0];
  if (unit === 'percent') {
    if (functions.includes('humanizePercentage')) yield problem(template, printed, 'template/percentage', 'warning', 'The expression multiplies by 100 already, and humanizePercentage does so again: 5 % becomes 500%. Use humanize with a "%" behind it, or leave out the 100.');
    return;
  }
  if (unit === 'ratio' && percentSign !== undefined && !functions.includes('humanizePercentage')) {
    const fix = bare ? replacement(template, { ...printed, end: printed.end + percentSign.length }, 'humanizePercentage') : undefined;
    yield problem(template, printed, 'template/percentage', 'warning', `The value is a ratio, 0.05 for 5 %, and is printed as it is with a "%" behind it. Write {{ $value | humanizePercentage }}, which adds the sign.`, fix);
    return;
  }
  if (!bare) return;
  const humanizer = percentSign === undefined ? humanizers[unit] : 'humanize';
  const behindAll = unit === 'bytes' && /^\s*(?:bytes|B)\b/.test(behind) ? ' (the word behind it then says it twice only for small numbers)' : '';
  yield problem(template, printed, 'template/not-humanized', 'information', `This prints the number with all its digits, such as ${examples[unit]}. Write {{ $value | ${humanizer} }}${behindAll}.`, replacement(template, printed, humanizer));
}

const examples: Readonly<Record<Exclude<Unit, 'percent'>, string>> = { ratio: '0.04999999999999982', fraction: '3.4666666666666663', bytes: '1.073741824e+09' };

/** Only `{{ $value }}` has one right outcome. */
function replacement({ field, name }: AdvisedTemplate, { start, end }: PrintedValue, humanizer: string): Fix {
  return { title: `Print with ${humanizer}`, changes: [{ kind: 'replace', path: [field, name], within: { start, end }, text: `{{ $value | ${humanizer} }}` }] };
}

function problem({ field, name }: AdvisedTemplate, { start, end }: PrintedValue, code: string, severity: Problem['severity'], message: string, fix?: Fix): Problem {
  return { code, severity, path: [field, name], within: { start, end }, message, ...(fix === undefined ? {} : { fixes: [fix] }) };
}
