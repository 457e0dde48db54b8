/**
 * What older versions of Prometheus refuse in an expression that a newer parser accepts. The facts are those of
 * Prometheus' CHANGELOG.md and of promql/parser in its releases 2.40 to 3.14.
 */

import type { Span } from '../finding.ts';
import { atLeast, parseVersion, type Version } from '../version.ts';
import { aggregations } from './aggregations.ts';
import { walk, type Binary, type Duration, type Expression, type LabelName, type Modifiers, type NumberLiteral } from './ast.ts';
import { lookUpFunction } from './functions.ts';
import type { ParsedExpression } from './parse.ts';
import type { PromqlError } from './tokenStream.ts';

const experimentalFlag = 'promql-experimental-functions';

/** A part of the language with its history. */
interface Feature {
  /** The first version that reads it. */
  readonly since: string;
  /** The feature flag that it needed at first, and the version from which it did so no more. */
  readonly flag?: { readonly name: string; readonly until: string };
}

const features = {
  'a subquery': { since: '2.7.0' },
  'the @ modifier': { since: '2.25.0', flag: { name: 'promql-at-modifier', until: '2.33.0' } },
  'a negative offset': { since: '2.26.0', flag: { name: 'promql-negative-offset', until: '2.33.0' } },
  'the operator atan2': { since: '2.31.0' },
  'a quoted name': { since: '2.51.0' },
  'a duration in place of a number': { since: '2.54.0' },
  'a number in place of a duration': { since: '2.54.0' },
  'an underscore in a number': { since: '2.54.0' },
  'a quoted label name in a list': { since: '2.55.0' },
  'a UTF-8 label name in a list': { since: '3.0.0' },
  'a sign or parentheses around a duration': { since: '3.4.0' },
  'a duration expression': { since: '3.4.0' },
  'step() in a duration': { since: '3.6.0' },
  'the modifier anchored': { since: '3.7.0' },
  'the modifier smoothed': { since: '3.7.0' },
  'range() in a duration': { since: '3.10.0' },
  'the modifier fill': { since: '3.10.0' },
  'the operator </': { since: '3.11.0' },
  'the operator >/': { since: '3.11.0' },
  'max_of() in a duration': { since: '3.13.0' },
  'min_of() in a duration': { since: '3.13.0' },
} satisfies Record<string, Feature>;

/**
 * The errors that a Prometheus of the given version (with or without a leading v) would give for an
 * expression that our parser accepts, in the order of the text. `flags` are the values of its --enable-feature.
 * Empty for an expression that has errors anyway, or where the version cannot be read.
 */
export function checkAgainstVersion(parsed: ParsedExpression, version: string, flags: ReadonlySet<string>): PromqlError[] {
  const known = parseVersion(version);
  if (parsed.root === undefined || parsed.errors.length > 0 || known === undefined) return [];
  const check = new VersionCheck(parsed.text, known, flags);
  for (const node of walk(parsed.root)) check.visit(node);
  return check.errors.sort((a, b) => a.start - b.start);
}

class VersionCheck {
  readonly errors: PromqlError[] = [];
  private readonly text: string;
  private readonly version: Version;
  private readonly shownVersion: string;
  private readonly flags: ReadonlySet<string>;

  constructor(text: string, version: Version, flags: ReadonlySet<string>) {
    this.text = text;
    this.version = version;
    this.shownVersion = `${version.major}.${version.minor}.${version.patch}`;
    this.flags = flags;
  }

  visit(node: Expression): void {
    switch (node.kind) {
      case 'number':
        if (node.isDuration) this.need('a duration in place of a number', node);
        this.checkDigits(node);
        break;
      case 'vectorSelector':
        for (const { quotedName, nameSpan } of node.matchers) if (quotedName) this.need('a quoted name', nameSpan);
        this.checkModifiers(node);
        break;
      case 'matrixSelector':
        this.checkDuration(node.range);
        break;
      case 'subquery':
        this.need('a subquery', node);
        this.checkDuration(node.range);
        if (node.step !== undefined) this.checkDuration(node.step);
        this.checkModifiers(node);
        break;
      case 'call': {
        const known = lookUpFunction(node.name);
        this.needFunction(node.name, known?.since, node.nameSpan);
        if (known?.stableSince !== undefined) this.needFlag(node.name, known.since, known.stableSince, node.nameSpan);
        break;
      }
      case 'aggregation': {
        const since = aggregations.get(node.operator)?.since;
        this.needFunction(node.operator, since, node.operatorSpan);
        this.checkLabels(node.grouping?.labels);
        break;
      }
      case 'binary':
        this.checkBinary(node);
    }
  }

  private checkBinary({ operator, operatorSpan, matching }: Binary): void {
    if (operator === 'atan2' || operator === '</' || operator === '>/') this.need(`the operator ${operator}`, operatorSpan);
    this.checkLabels(matching.labels?.labels);
    this.checkLabels(matching.group?.include);
    if (matching.fillLeft !== undefined || matching.fillRight !== undefined) this.need('the modifier fill', matching);
  }

  private checkLabels(labels: readonly LabelName[] | undefined): void {
    for (const label of labels ?? []) {
      if (/^["'`]/.test(this.text.slice(label.start, label.end))) this.need('a quoted label name in a list', label);
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label.name)) this.need('a UTF-8 label name in a list', label);
    }
  }

  private checkModifiers({ offset, at, extension }: Modifiers): void {
    if (offset !== undefined) {
      if (offset.duration.kind === 'number' && offset.duration.value < 0) this.need('a negative offset', offset);
      this.checkDuration(offset.duration, true);
    }
    if (at !== undefined) {
      this.need('the @ modifier', at);
      if (typeof at.time === 'number' && /[0-9][a-z]+$/.test(this.text.slice(at.start, at.end))) this.need('a duration in place of a number', at);
    }
    if (extension !== undefined) this.need(`the modifier ${extension.kind}`, extension);
  }

  private checkDuration(duration: Duration, mayBeNegative = false): void {
    if (duration.kind === 'number') {
      const sign = this.text[duration.start];
      const wrapped = this.text.slice(0, duration.start).trimEnd().endsWith('(');
      if (wrapped || sign === '+' || (sign === '-' && !mayBeNegative)) this.need('a sign or parentheses around a duration', duration);
      if (!duration.isDuration) this.need('a number in place of a duration', duration);
      this.checkDigits(duration);
      return;
    }
    const { operator, left, right } = duration;
    if (operator === 'step' || operator === 'range' || operator === 'max_of' || operator === 'min_of') this.need(`${operator}() in a duration`, duration);
    else this.need('a duration expression', duration);
    if (left !== undefined) this.checkDuration(left);
    if (right !== undefined) this.checkDuration(right);
  }

  private checkDigits(number: NumberLiteral): void {
    if (this.text.slice(number.start, number.end).includes('_')) this.need('an underscore in a number', number);
  }

  private need(name: keyof typeof features, place: Span): void {
    const { since, flag }: Feature = features[name];
    if (!this.has(since)) this.report(`Prometheus ${this.shownVersion} cannot read ${name}, which is understood since ${since}`, place);
    else if (flag !== undefined && !this.has(flag.until) && !this.flags.has(flag.name)) {
      this.report(`Prometheus ${this.shownVersion} reads ${name} only with --enable-feature=${flag.name}; since ${flag.until} no flag is needed`, place);
    }
  }

  private needFunction(name: string, since: string | undefined, place: Span): void {
    if (since !== undefined && !this.has(since)) {
      this.report(`unknown function with name "${name}": Prometheus has it since ${since}, this one is ${this.shownVersion}`, place);
    }
  }

  private needFlag(name: string, since: string, until: string, place: Span): void {
    if (!this.has(since) || this.has(until) || this.flags.has(experimentalFlag)) return;
    this.report(`function "${name}" is not enabled: Prometheus ${this.shownVersion} has it only with --enable-feature=${experimentalFlag}; since ${until} no flag is needed`, place);
  }

  private has(since: string): boolean {
    return atLeast(this.version, since);
  }

  private report(message: string, { start, end }: Span): void {
    this.errors.push({ message, start, end });
  }
}
