/** The verdict on a template of an alerting rule, and what a caller has to know of it to check further. */

import type { Span } from '../finding.ts';
import type { CommandNode, ListNode, Operand, PipeNode, Statement, TemplateError, TemplateTree } from './ast.ts';
import { parseTemplate } from './parser.ts';
import type { ParseOptions } from './parser.ts';
import { decodeUtf8 } from './utf8.ts';

/** The expression of a `query "…"` call that stands in the template as it is. */
export interface QueryLiteral extends Span {
  /** The PromQL. */
  readonly expression: string;
  /** The place in the template's text of each UTF-16 unit of the expression, and of its end: escapes make them differ. */
  readonly offsets: readonly number[];
}

/** A use of what Prometheus hands to a template. */
export interface Reference extends Span {
  readonly of: 'labels' | 'externalLabels' | 'externalURL' | 'value';
  /** The label's name, for `$labels.name` and `index $labels "name"`; absent where all labels are used. */
  readonly label?: string;
}

/** What is known of a template after parsing it. */
export interface TemplateCheck {
  /** What Prometheus' rule loader says (rulefmt's testTemplateParsing), which parses but does not execute. None or one. */
  readonly errors: readonly TemplateError[];
  readonly queries: readonly QueryLiteral[];
  readonly references: readonly Reference[];
}

/** Checks the text of an alert's label or annotation; Prometheus has the same rules for both. */
export function checkTemplate(text: string, options: ParseOptions = {}): TemplateCheck {
  if (!text.includes('{{')) return { errors: [], queries: [], references: [] };
  const { errors, template } = parseTemplate(text, options);
  if (template === undefined) return { errors, queries: [], references: [] };
  let known = checked.get(template);
  if (known === undefined) {
    const uses = new Uses(text);
    uses.template(template);
    const byPlace = (a: Span, b: Span): number => a.start - b.start;
    checked.set(template, (known = { errors, queries: uses.queries.sort(byPlace), references: uses.references.sort(byPlace) }));
  }
  return known;
}

/** By the tree, which the same text keeps. */
const checked = new WeakMap<TemplateTree, TemplateCheck>();

const rootFields: Readonly<Record<string, Reference['of']>> = { Labels: 'labels', ExternalLabels: 'externalLabels', ExternalURL: 'externalURL', Value: 'value' };
const variables: Readonly<Record<string, Reference['of']>> = { $labels: 'labels', $externalLabels: 'externalLabels', $externalURL: 'externalURL', $value: 'value' };

/** Collects queries and references. */
class Uses {
  readonly queries: QueryLiteral[] = [];
  readonly references: Reference[] = [];
  private readonly text: string;
  /** Whether `$` and the declared variables mean the alert's: not in a defined template, nor once they are declared anew. */
  private own = true;
  /** Whether `.` is the alert's data. */
  private dotIsAlert = true;
  private readonly hidden = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  template({ root, defined }: TemplateTree): void {
    this.list(root);
    this.own = false;
    this.dotIsAlert = false;
    for (const body of defined.values()) this.list(body);
  }

  private list({ nodes }: ListNode): void {
    for (const node of nodes) this.statement(node);
  }

  private statement(node: Statement): void {
    if (node.kind === 'text' || node.kind === 'break' || node.kind === 'continue') return;
    if (node.pipe !== undefined) this.pipe(node.pipe);
    if (node.kind === 'action' || node.kind === 'template') return;
    const { dotIsAlert } = this;
    if (node.kind !== 'if') this.dotIsAlert = false;
    this.list(node.list);
    this.dotIsAlert = dotIsAlert;
    if (node.elseList !== undefined) this.list(node.elseList);
  }

  private pipe(pipe: PipeNode): void {
    for (const [index, command] of pipe.commands.entries()) this.command(command, pipe.commands[index - 1]);
    for (const { name } of pipe.declared) this.hidden.add(name);
  }

  private command({ args }: CommandNode, before: CommandNode | undefined): void {
    const [first, ...rest] = args;
    if (first.kind === 'identifier' && first.name === 'query') this.query(rest[0] ?? (before?.args.length === 1 ? before.args[0] : undefined));
    if (first.kind === 'identifier' && first.name === 'index' && rest[0] !== undefined && rest[1]?.kind === 'string') {
      const [from, key, ...others] = rest;
      this.operand(from, decodeUtf8(key.value), key);
      for (const operand of others) this.operand(operand);
      return;
    }
    for (const operand of args) this.operand(operand);
  }

  private query(node: Operand | undefined): void {
    if (node?.kind !== 'string') return;
    const expression = decodeUtf8(node.value);
    this.queries.push({ expression, offsets: literalOffsets(this.text.slice(node.start, node.end), node.start), start: node.start, end: node.end });
  }

  /** An operand; `key` is the label that `index` takes out of it. */
  private operand(node: Operand, key?: string, keyNode?: Span): void {
    switch (node.kind) {
      case 'pipe': this.pipe(node); return;
      case 'chain': if (node.of.kind === 'pipe') this.pipe(node.of); return;
      case 'variable': {
        if (!this.own || this.hidden.has(node.name)) return;
        if (node.name === '$') this.data(node, node.fields, key, keyNode);
        else this.use(variables[node.name], node, node.fields[0], key, keyNode);
        return;
      }
      case 'field': if (this.dotIsAlert) this.data(node, node.fields, key, keyNode); return;
      default: return;
    }
  }

  private data(node: Span, [field = '', label]: readonly string[], key: string | undefined, keyNode: Span | undefined): void {
    this.use(Object.hasOwn(rootFields, field) ? rootFields[field] : undefined, node, label, key, keyNode);
  }

  private use(of: Reference['of'] | undefined, { start, end }: Span, field: string | undefined, key: string | undefined, keyNode: Span | undefined): void {
    if (of === undefined) return;
    const label = of === 'labels' || of === 'externalLabels' ? field ?? key : undefined;
    this.references.push({ of, start, end: field === undefined ? keyNode?.end ?? end : end, ...(label === undefined ? {} : { label }) });
  }
}

/** Where each unit of a literal's value stands, and where the value ends. */
function literalOffsets(source: string, start: number): number[] {
  const offsets: number[] = [];
  const raw = source.startsWith('`');
  const end = source.length - 1;
  for (let i = 1; i < end;) {
    if (raw && source[i] === '\r') {
      i++;
      continue;
    }
    const escape = raw ? null : /^\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.)/.exec(source.slice(i, i + 10));
    // Only an escape beyond the basic plane becomes two units.
    const units = escape?.[0].startsWith('\\U') === true && Number.parseInt(escape[0].slice(2), 16) > 0xffff ? 2 : 1;
    for (let unit = 0; unit < units; unit++) offsets.push(start + i);
    i += escape?.[0].length ?? 1;
  }
  offsets.push(start + end);
  return offsets;
}
