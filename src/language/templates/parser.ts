/** Parses a template of a rule's label or annotation, by the rules of Go's text/template/parse/parse.go. */

import type { Span } from '../finding.ts';
import type { BranchNode, ChainNode, CommandNode, IdentifierNode, ListNode, NumberNode, Operand, PipeNode, Statement, TemplateError, TemplateNode, TemplateTree, VariableNode } from './ast.ts';
import { functions } from './functions.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { nodeText } from './nodeText.ts';
import { parseNumber } from './numberConstant.ts';
import { quoteText, unquote } from './quoting.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** The variables that Prometheus declares before each text of an alert (rules/alerting.go, rulefmt's testTemplateParsing). */
export const ruleVariables = ['$labels', '$externalLabels', '$externalURL', '$value'] as const;

/** What the text belongs to. */
export interface ParseOptions {
  /** The alert's name: its text is the template `__alert_<name>`, which the text must not define again. */
  readonly alert?: string;
}

/** The tree, or the first error, as Go's parser stops there. */
export interface ParseResult {
  readonly errors: readonly TemplateError[];
  readonly template?: TemplateTree;
  /** The text nests deeper than this parser goes (Go would go on), so nothing is known of it. */
  readonly tooDeep?: true;
}

/** Parentheses and blocks may nest this deep; each level costs a few frames of the stack here and in the evaluator. */
const maximumDepth = 400;

/** Distinct templates that are kept: a rule's is read by its loader's check and by several kinds of advice. */
const cacheSize = 2000;
const cache = new Map<string, ParseResult>();

/** Parses a text; one without `{{` returns at once. The same text gives the same tree, as long as it is among the last ones asked for. */
export function parseTemplate(text: string, options: ParseOptions = {}): ParseResult {
  if (!text.includes('{{')) {
    const all = { start: 0, end: text.length };
    const nodes: Statement[] = text === '' ? [] : [{ kind: 'text', text, ...all }];
    return { errors: [], template: { root: { kind: 'list', nodes, ...all }, defined: new Map() } };
  }
  let parsed = cache.get(text);
  if (parsed === undefined) {
    parsed = parse(text);
    if (cache.size >= cacheSize) {
      const oldest = cache.keys().next();
      if (oldest.done !== true) cache.delete(oldest.value);
    }
    cache.set(text, parsed);
  }
  return options.alert === undefined ? parsed : asAlert(options.alert, parsed);
}

/** The template under an alert's name, which it must not define again but by nothing. */
function asAlert(alert: string, parsed: ParseResult): ParseResult {
  const name = encodeUtf8(`__alert_${alert}`);
  const own = parsed.template?.defined.get(name);
  if (parsed.template === undefined || own === undefined) return parsed;
  const { root, defined } = parsed.template;
  if (!isEmpty(own)) return { errors: [{ message: `template: multiple definition of template ${quoteText(decodeUtf8(name))}`, start: own.start, end: own.end }] };
  return { errors: [], template: { root, defined: new Map([...defined].filter(([key]) => key !== name)) } };
}

function parse(text: string): ParseResult {
  const shared = new Shared(text, tokenize(text));
  try {
    const root = new Parser(shared, ['$', ...ruleVariables]).main();
    return { errors: [], template: { root, defined: shared.defined } };
  } catch (error) {
    if (error instanceof ParseFailure) return { errors: [error.fault] };
    if (error instanceof TooDeep) return { errors: [], tooDeep: true };
    throw error;
  }
}

/** Ends the parse with an error. */
class ParseFailure extends Error {
  readonly fault: TemplateError;

  constructor(fault: TemplateError) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Ends the parse where it would cost too much stack. */
class TooDeep extends Error {}

function fail(message: string, { start, end }: Span): never {
  throw new ParseFailure({ message, start, end });
}

/** What the parsers of a text and of the templates it defines have in common. */
class Shared {
  readonly text: string;
  readonly defined = new Map<string, ListNode>();
  depth = 0;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.tokens = tokens;
  }

  peek(): Token {
    return this.tokens[Math.min(this.index, this.tokens.length - 1)] ?? { type: 'eof', start: 0, end: 0, text: '' };
  }

  next(): Token {
    const token = this.peek();
    this.index++;
    return token;
  }

  nextNonSpace(): Token {
    while (this.peek().type === 'space') this.index++;
    return this.next();
  }

  peekNonSpace(): Token {
    while (this.peek().type === 'space') this.index++;
    return this.peek();
  }

  /** A place to {@link rewind} to. */
  mark(): number {
    return this.index;
  }

  rewind(mark: number): void {
    this.index = mark;
  }

  /** Where the last token ended that was taken. */
  get end(): number {
    return this.tokens[Math.min(this.index, this.tokens.length) - 1]?.end ?? 0;
  }

  line(offset: number): number {
    return this.text.slice(0, offset).split('\n').length;
  }
}

type End = (Span & { readonly kind: 'end' }) | (Span & { readonly kind: 'else' });
type PipeContext = 'command' | 'if' | 'range' | 'with' | 'parenthesized pipeline' | 'block clause' | 'template clause';

/** The parser of one template: its variables and loops are its own. */
class Parser {
  private readonly shared: Shared;
  private variables: string[];
  private action: Token | undefined;
  private loops = 0;

  constructor(shared: Shared, variables: string[]) {
    this.shared = shared;
    this.variables = variables;
  }

  main(): ListNode {
    const { shared } = this;
    const nodes: Statement[] = [];
    while (shared.peek().type !== 'eof') {
      const mark = shared.mark();
      if (shared.next().type === 'leftDelimiter') {
        const keyword = shared.nextNonSpace();
        if (keyword.type === 'keyword' && keyword.text === 'define') {
          new Parser(shared, ['$']).definition(keyword);
          continue;
        }
      }
      shared.rewind(mark);
      const node = this.statement();
      if (node.kind === 'end' || node.kind === 'else') fail(`unexpected {{${node.kind}}}`, node);
      nodes.push(node);
    }
    return { kind: 'list', nodes, start: 0, end: shared.text.length };
  }

  private definition(keyword: Token): void {
    const { shared } = this;
    const name = this.templateName(shared.nextNonSpace(), 'define clause');
    this.expectRightDelimiter('define clause');
    this.body(name, keyword, 'define clause');
  }

  /** The list of a define or block, kept under its name. */
  private body(name: string, keyword: Token, context: string): void {
    const { list, end } = this.list(keyword);
    if (end.kind !== 'end') fail(`unexpected {{else}} in ${context}`, end);
    const known = this.shared.defined.get(name);
    if (known !== undefined && !isEmpty(known)) {
      if (!isEmpty(list)) fail(`template: multiple definition of template ${quoteText(decodeUtf8(name))}`, keyword);
      return;
    }
    this.shared.defined.set(name, list);
  }

  /** Everything up to the `end` or `else` of the block that `opener` began. */
  private list(opener: Token): { list: ListNode; end: End } {
    const { shared } = this;
    if (++shared.depth > maximumDepth) throw new TooDeep();
    const nodes: Statement[] = [];
    const { start } = shared.peekNonSpace();
    while (shared.peekNonSpace().type !== 'eof') {
      const node = this.statement();
      if (node.kind === 'end' || node.kind === 'else') {
        shared.depth--;
        return { list: { kind: 'list', nodes, start, end: nodes.at(-1)?.end ?? start }, end: node };
      }
      nodes.push(node);
    }
    return fail('unexpected EOF', opener);
  }

  private statement(): Statement | End {
    const token = this.shared.nextNonSpace();
    if (token.type === 'text') return { kind: 'text', text: token.text, start: token.start, end: token.end };
    if (token.type !== 'leftDelimiter') return this.unexpected(token, 'input');
    this.action = token;
    const node = this.actionAfter(token);
    this.action = undefined;
    return node;
  }

  private actionAfter({ start }: Token): Statement | End {
    const { shared } = this;
    const token = shared.peekNonSpace();
    if (token.type === 'keyword' && token.text !== 'nil' && token.text !== 'define') {
      shared.next();
      switch (token.text) {
        case 'block': return this.block(token);
        case 'break': case 'continue': return this.jump(token.text, token);
        case 'else': return this.elseAfter(token);
        case 'end':
          this.expectRightDelimiter('end');
          return { kind: 'end', start: token.start, end: token.end };
        case 'template': return this.template(token);
        case 'if': case 'range': case 'with': return this.control(token.text, token);
      }
    }
    const pipe = this.pipeline('command', token.start);
    return { kind: 'action', pipe, start, end: shared.end };
  }

  private jump(kind: 'break' | 'continue', keyword: Token): Statement {
    const token = this.shared.nextNonSpace();
    if (token.type !== 'rightDelimiter') this.unexpected(token, `{{${kind}}}`);
    if (this.loops === 0) fail(`{{${kind}}} outside {{range}}`, keyword);
    return { kind, start: keyword.start, end: keyword.end };
  }

  /** `{{else if` and `{{else with` leave the `if` or `with` for {@link control}. */
  private elseAfter(keyword: Token): End {
    const next = this.shared.peekNonSpace();
    if (!(next.type === 'keyword' && (next.text === 'if' || next.text === 'with'))) this.expectRightDelimiter('else');
    return { kind: 'else', start: keyword.start, end: keyword.end };
  }

  private control(kind: 'if' | 'range' | 'with', keyword: Token): BranchNode {
    const { shared } = this;
    const known = this.variables.length;
    const pipe = this.pipeline(kind);
    if (kind === 'range') this.loops++;
    const { list, end } = this.list(keyword);
    if (kind === 'range') this.loops--;
    let elseList: ListNode | undefined;
    if (end.kind === 'else') {
      const next = shared.peek();
      if (kind !== 'range' && next.type === 'keyword' && next.text === kind) {
        shared.next();
        if (++shared.depth > maximumDepth) throw new TooDeep();
        const node = this.control(kind, next);
        shared.depth--;
        elseList = { kind: 'list', nodes: [node], start: node.start, end: node.end };
      } else {
        const rest = this.list(keyword);
        if (rest.end.kind !== 'end') fail('expected end; found {{else}}', rest.end);
        elseList = rest.list;
      }
    }
    this.variables.length = known;
    return { kind, pipe, list, ...(elseList === undefined ? {} : { elseList }), start: keyword.start, end: shared.end };
  }

  private block(keyword: Token): TemplateNode {
    const { shared } = this;
    const name = this.templateName(shared.nextNonSpace(), 'block clause');
    const pipe = this.pipeline('block clause');
    new Parser(shared, ['$']).body(name, keyword, 'block clause');
    return { kind: 'template', name, pipe, start: keyword.start, end: shared.end };
  }

  private template(keyword: Token): TemplateNode {
    const { shared } = this;
    const name = this.templateName(shared.nextNonSpace(), 'template clause');
    if (shared.peekNonSpace().type === 'rightDelimiter') {
      shared.next();
      return { kind: 'template', name, start: keyword.start, end: shared.end };
    }
    return { kind: 'template', name, pipe: this.pipeline('template clause'), start: keyword.start, end: shared.end };
  }

  private templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') return this.unexpected(token, context);
    return unquoted(token);
  }

  private pipeline(context: PipeContext, from?: number): PipeNode {
    const { shared } = this;
    const start = from ?? shared.peekNonSpace().start;
    const { declared, assign } = this.declarations(context);
    const commands: CommandNode[] = [];
    const closing = context === 'parenthesized pipeline' ? 'rightParenthesis' : 'rightDelimiter';
    for (;;) {
      const token = shared.peekNonSpace();
      if (token.type === closing) break;
      if (!startsOperand(token)) this.unexpected(token, context);
      commands.push(this.command());
    }
    const end = commands.at(-1)?.end ?? shared.end;
    const closer = shared.next();
    if (commands.length === 0) fail(`missing value for ${context}`, closer.type === 'eof' ? closer : { start, end: closer.end });
    commands.slice(1).forEach((command, index) => {
      const [first] = command.args;
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind)) fail(`non executable command in pipeline stage ${String(index + 2)}`, first);
    });
    return { kind: 'pipe', assign, declared, commands, start, end };
  }

  private declarations(context: PipeContext): { declared: VariableNode[]; assign: boolean } {
    const { shared } = this;
    const declared: VariableNode[] = [];
    for (;;) {
      if (shared.peekNonSpace().type !== 'variable') return { declared, assign: false };
      const mark = shared.mark();
      const { text: name, start, end } = shared.next();
      const next = shared.peekNonSpace();
      const comma = next.type === 'character' && next.text === ',';
      if (next.type !== 'assign' && next.type !== 'declare' && !comma) {
        shared.rewind(mark);
        return { declared, assign: false };
      }
      shared.next();
      declared.push({ kind: 'variable', name, fields: [], start, end });
      this.variables.push(name);
      if (!comma) return { declared, assign: next.type === 'assign' };
      if (context !== 'range' || declared.length >= 2) fail(`too many declarations in ${context}`, next);
      const second = shared.peekNonSpace();
      if (!['variable', 'rightDelimiter', 'rightParenthesis'].includes(second.type)) fail('range can only initialize variables', second);
    }
  }

  private command(): CommandNode {
    const { shared } = this;
    const args: Operand[] = [];
    const { start } = shared.peekNonSpace();
    let end = start;
    for (;;) {
      const operand = this.operand();
      if (operand !== undefined) {
        args.push(operand);
        ({ end } = operand);
      }
      const token = shared.peek();
      if (token.type === 'space') continue;
      if (token.type === 'pipe') shared.next();
      else if (token.type !== 'rightDelimiter' && token.type !== 'rightParenthesis') this.unexpected(token, 'operand');
      break;
    }
    const [first, ...others] = args;
    if (first === undefined) return fail('empty command', { start, end: Math.max(end, start + 1) });
    return { kind: 'command', args: [first, ...others], start, end };
  }

  private operand(): Operand | undefined {
    const { shared } = this;
    const node = this.term();
    if (node === undefined || shared.peek().type !== 'field') return node;
    const fields: string[] = [];
    while (shared.peek().type === 'field') fields.push(shared.next().text.slice(1));
    const { start } = node;
    const { end } = shared;
    switch (node.kind) {
      case 'field': return { kind: 'field', fields: [...node.fields, ...fields], start, end };
      case 'variable': return { ...node, fields: [...node.fields, ...fields], end };
      case 'pipe': case 'identifier': return { kind: 'chain', of: node, fields, start, end } satisfies ChainNode;
      default: return fail(`unexpected . after term ${quoteText(nodeText(node))}`, { start, end });
    }
  }

  private term(): Operand | undefined {
    const { shared } = this;
    const token = shared.peekNonSpace();
    const { text, start, end } = token;
    switch (token.type) {
      case 'identifier':
        shared.next();
        if (!functions.has(text)) fail(`function ${quoteText(text)} not defined`, token);
        return { kind: 'identifier', name: text, start, end } satisfies IdentifierNode;
      case 'dot': shared.next(); return { kind: 'dot', start, end };
      case 'keyword':
        if (text !== 'nil') return undefined;
        shared.next();
        return { kind: 'nil', start, end };
      case 'variable':
        shared.next();
        if (!this.variables.includes(text)) fail(`undefined variable ${quoteText(text)}`, token);
        return { kind: 'variable', name: text, fields: [], start, end };
      case 'field': shared.next(); return { kind: 'field', fields: [text.slice(1)], start, end };
      case 'bool': shared.next(); return { kind: 'bool', value: text === 'true', start, end };
      case 'characterConstant': case 'complex': case 'number': {
        shared.next();
        const parsed = parseNumber(text, token.type);
        if ('error' in parsed) return fail(parsed.error, token);
        return { kind: 'number', source: text, ...parsed, start, end } satisfies NumberNode;
      }
      case 'leftParenthesis': {
        shared.next();
        if (++shared.depth > maximumDepth) throw new TooDeep();
        const pipe = this.pipeline('parenthesized pipeline');
        shared.depth--;
        return { ...pipe, start, end: shared.end };
      }
      case 'string': case 'rawString': shared.next(); return { kind: 'string', source: text, value: unquoted(token), start, end };
      default: return undefined;
    }
  }

  private expectRightDelimiter(context: string): void {
    const token = this.shared.nextNonSpace();
    if (token.type !== 'rightDelimiter') this.unexpected(token, context);
  }

  /** Fails at a token as Go does: an error of the lexer says where its action began when that was on another line. */
  private unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return fail(`unexpected ${tokenText(token)} in ${context}`, token);
    const begun = this.action === undefined ? 0 : this.shared.line(this.action.start);
    if (begun === 0 || begun === this.shared.line(token.start)) return fail(token.text, token);
    return fail(`${token.text}${token.text.endsWith(' action') ? '' : ' in action'} started at line ${String(begun)}`, token);
  }
}

function startsOperand(token: Token): boolean {
  if (token.type === 'keyword') return token.text === 'nil';
  return ['bool', 'characterConstant', 'complex', 'dot', 'field', 'identifier', 'number', 'rawString', 'string', 'variable', 'leftParenthesis'].includes(token.type);
}

function unquoted(token: Token): string {
  const value = unquote(encodeUtf8(token.text));
  return value ?? fail('invalid syntax', token);
}

/** A token as an error names it. */
function tokenText(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (token.type === 'keyword' || token.type === 'dot') return `<${token.text}>`;
  if (encodeUtf8(token.text).length <= 10) return quoteText(token.text);
  return `${quoteText([...token.text].slice(0, 10).join(''))}...`;
}

/** Whether a template's list holds nothing but space, so that another definition may take its place. */
function isEmpty(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && /^\p{White_Space}*$/u.test(node.text));
}
