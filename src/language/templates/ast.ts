/** The tree of a template, as text/template/parse builds it, with places in the text. */

import type { Span } from '../finding.ts';

/** A fault of a template's text. Offsets are UTF-16 units of the text. */
export interface TemplateError extends Span {
  /** In Go's words, without the `template: name:line:` before them. */
  readonly message: string;
}

/** Plain text between actions, after trimming by `{{-` and `-}}`. */
export interface TextNode extends Span { readonly kind: 'text'; readonly text: string }
/** `{{pipeline}}`. */
export interface ActionNode extends Span { readonly kind: 'action'; readonly pipe: PipeNode }
/** `{{if}}`, `{{with}}` or `{{range}}` with its branches. */
export interface BranchNode extends Span {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList?: ListNode;
}
/** `{{break}}`. */
export interface BreakNode extends Span { readonly kind: 'break' }
/** `{{continue}}`. */
export interface ContinueNode extends Span { readonly kind: 'continue' }
/** `{{template "name" pipeline}}`; also what `{{block}}` leaves in its place. */
export interface TemplateNode extends Span { readonly kind: 'template'; readonly name: string; readonly pipe?: PipeNode }
/** What stands one after the other. */
export interface ListNode extends Span { readonly kind: 'list'; readonly nodes: readonly Statement[] }
/** What a list may hold. */
export type Statement = TextNode | ActionNode | BranchNode | BreakNode | ContinueNode | TemplateNode;

/** `$a, $b := command | command`. */
export interface PipeNode extends Span {
  readonly kind: 'pipe';
  /** `=` rather than `:=`. */
  readonly assign: boolean;
  readonly declared: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}
/** Operands with spaces between them; the first is what is called. Never empty. */
export interface CommandNode extends Span { readonly kind: 'command'; readonly args: readonly [Operand, ...Operand[]] }

/** A function's name. */
export interface IdentifierNode extends Span { readonly kind: 'identifier'; readonly name: string }
/** `$name.field.field`: the name with its dollar sign, then the fields. */
export interface VariableNode extends Span { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
/** `.field.field`. */
export interface FieldNode extends Span { readonly kind: 'field'; readonly fields: readonly string[] }
/** `(pipeline).field` or `function.field`. */
export interface ChainNode extends Span { readonly kind: 'chain'; readonly of: PipeNode | IdentifierNode; readonly fields: readonly string[] }
/** `.` or `nil`. */
export interface WordNode extends Span { readonly kind: 'dot' | 'nil' }
/** `true` or `false`. */
export interface BoolNode extends Span { readonly kind: 'bool'; readonly value: boolean }
/** A quoted or raw string; `value` holds bytes (see utf8.ts). */
export interface StringNode extends Span { readonly kind: 'string'; readonly source: string; readonly value: string }
/** A number under each type that can hold it, as Go's untyped constants. */
export interface NumberNode extends Span {
  readonly kind: 'number';
  readonly source: string;
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: Complex;
}
/** A complex number. */
export interface Complex { readonly re: number; readonly im: number }

/** What may be an argument. */
export type Operand = IdentifierNode | VariableNode | FieldNode | ChainNode | WordNode | BoolNode | StringNode | NumberNode | PipeNode;

/** A parsed text: its main body and the templates that it defines. */
export interface TemplateTree {
  readonly root: ListNode;
  /** By name, which holds bytes (see utf8.ts); without the main body. */
  readonly defined: ReadonlyMap<string, ListNode>;
}
