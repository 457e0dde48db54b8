/**
 * Rules of `x-kubernetes-validations`: the part of CEL (cel-spec, language definition) that the operator's CRDs use and
 * what comes with it. Not there: types, timestamps, durations, messages, `oldSelf` (a new object has none) and Kubernetes' own libraries.
 */

/** A rule made ready: whether a value obeys it. Throws CelError where CEL's evaluation fails. */
export type CelProgram = (self: unknown) => boolean;

/** A rule that cannot be read, or whose evaluation fails (a field that is not there, operands that do not fit). */
export class CelError extends Error {}

type Scope = ReadonlyMap<string, unknown>;
type Evaluate = (scope: Scope) => unknown;

interface Selection {
  readonly target: Evaluate;
  readonly name: string;
}

const programs = new Map<string, CelProgram>();

/**
 * Makes a rule ready to be evaluated; each text once.
 * @throws CelError when the rule is no CEL or uses more of it than is known here
 */
export function compileCel(rule: string): CelProgram {
  let program = programs.get(rule);
  if (program === undefined) {
    const evaluate = new Parser(tokenize(rule)).parse();
    program = (self) => truth(evaluate(new Map([['self', self]])));
    programs.set(rule, program);
  }
  return program;
}

interface Token {
  readonly kind: 'number' | 'string' | 'word' | 'sign' | 'end';
  readonly text: string;
}

function tokenize(rule: string): Token[] {
  const tokens: Token[] = [];
  const token = /\s+|(?<number>\d+(?:\.\d+)?)|(?<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<word>[A-Za-z_]\w*)|(?<sign>\|\||&&|[=!<>]=|[-+*/%<>!?:.,()[\]])/suy;
  while (token.lastIndex < rule.length) {
    const at = token.lastIndex;
    const groups = token.exec(rule)?.groups;
    if (groups === undefined) throw new CelError(`unexpected ${JSON.stringify(rule.charAt(at))} in ${rule}`);
    for (const kind of ['number', 'string', 'word', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) tokens.push({ kind, text });
    }
  }
  return [...tokens, { kind: 'end', text: '' }];
}

/** The binary operators by precedence, loosest first; `||` and `&&` stand apart, since they absorb errors. */
const operators: readonly (readonly string[])[] = [['<', '<=', '>=', '>', '==', '!=', 'in'], ['+', '-'], ['*', '/', '%']];

const macros = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** Recursive descent over CEL's grammar; each rule gives a closure. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** The last field selection read: has() asks for it instead of taking its value. */
  #selection: Selection | undefined;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Evaluate {
    const expression = this.#conditional();
    if (this.#peek().kind !== 'end') throw new CelError(`unexpected "${this.#peek().text}"`);
    return expression;
  }

  #conditional(): Evaluate {
    const condition = this.#or();
    if (!this.#take('?')) return condition;
    const then = this.#or();
    this.#expect(':');
    const otherwise = this.#conditional();
    return (scope) => truth(condition(scope)) ? then(scope) : otherwise(scope);
  }

  #or(): Evaluate {
    let left = this.#and();
    while (this.#take('||')) left = decide(left, this.#and(), true);
    return left;
  }

  #and(): Evaluate {
    let left = this.#binary(0);
    while (this.#take('&&')) left = decide(left, this.#binary(0), false);
    return left;
  }

  #binary(level: number): Evaluate {
    const signs = operators[level];
    if (signs === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const sign = this.#peek();
      if (sign.kind === 'string' || !signs.includes(sign.text)) return left;
      this.#at += 1;
      const a = left;
      const b = this.#binary(level + 1);
      left = (scope) => operate(sign.text, a(scope), b(scope));
    }
  }

  #unary(): Evaluate {
    if (this.#take('!')) {
      const operand = this.#unary();
      return (scope) => !truth(operand(scope));
    }
    if (this.#take('-')) {
      const operand = this.#unary();
      return (scope) => -amount(operand(scope));
    }
    return this.#member(this.#primary());
  }

  #member(start: Evaluate): Evaluate {
    let of = start;
    for (;;) {
      const target = of;
      if (this.#take('.')) {
        const name = this.#word();
        if (!this.#take('(')) {
          this.#selection = { target, name };
          of = (scope) => select(target(scope), name);
        } else if (macros.has(name)) of = this.#macro(name, target);
        else {
          const args = this.#list(')');
          of = method(name, target, args);
        }
      } else if (this.#take('[')) {
        const key = this.#conditional();
        this.#expect(']');
        of = (scope) => index(target(scope), key(scope));
      } else return of;
    }
  }

  #macro(name: string, target: Evaluate): Evaluate {
    const variable = this.#word();
    this.#expect(',');
    const body = this.#conditional();
    this.#expect(')');
    return (scope) => comprehend(name, members(target(scope)), (item) => body(new Map([...scope, [variable, item]])));
  }

  #primary(): Evaluate {
    const { kind, text } = this.#next();
    if (kind === 'number') return constant(Number(text));
    if (kind === 'string') return constant(unquote(text));
    if (text === '(') {
      const inner = this.#conditional();
      this.#expect(')');
      return inner;
    }
    if (text === '[') {
      const items = this.#list(']');
      return (scope) => items.map((item) => item(scope));
    }
    if (kind !== 'word') throw new CelError(`unexpected "${text}"`);
    if (text === 'true' || text === 'false') return constant(text === 'true');
    if (text === 'null') return constant(null);
    if (this.#take('(')) return this.#call(text);
    return (scope) => {
      if (!scope.has(text)) throw new CelError(`undeclared reference to "${text}"`);
      return scope.get(text);
    };
  }

  #call(name: string): Evaluate {
    if (name === 'has') {
      this.#selection = undefined;
      this.#member(this.#primary());
      this.#expect(')');
      const selection = this.#selection as Selection | undefined;
      if (selection === undefined) throw new CelError('has() asks for a field');
      return (scope) => Object.hasOwn(mapping(selection.target(scope)), selection.name);
    }
    const args = this.#list(')');
    const [first] = args;
    if (first === undefined || args.length !== 1 || name !== 'size') throw new CelError(`unknown function "${name}"`);
    return (scope) => size(first(scope));
  }

  #list(end: string): Evaluate[] {
    const items: Evaluate[] = [];
    while (!this.#take(end)) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#conditional());
    }
    return items;
  }

  #word(): string {
    const { kind, text } = this.#next();
    if (kind !== 'word') throw new CelError(`expected a name, not "${text}"`);
    return text;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #take(sign: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new CelError(`expected "${sign}", not "${this.#peek().text}"`);
  }
}

/** `||` (deciding value true) and `&&` (false): an error on one side does not count when the other decides. */
function decide(left: Evaluate, right: Evaluate, deciding: boolean): Evaluate {
  return (scope) => {
    let first: boolean;
    try {
      first = truth(left(scope));
    } catch (error) {
      if (truth(right(scope)) === deciding) return deciding;
      throw error;
    }
    return first === deciding ? deciding : truth(right(scope));
  };
}

function operate(sign: string, a: unknown, b: unknown): unknown {
  switch (sign) {
    case '==': return equal(a, b);
    case '!=': return !equal(a, b);
    case 'in': return Array.isArray(b) ? b.some((item) => equal(a, item)) : Object.hasOwn(mapping(b), String(a));
    case '<': return order(a, b) < 0;
    case '<=': return order(a, b) <= 0;
    case '>': return order(a, b) > 0;
    case '>=': return order(a, b) >= 0;
    case '+':
      if (typeof a === 'string' && typeof b === 'string') return a + b;
      if (Array.isArray(a) && Array.isArray(b)) return [...(a as unknown[]), ...(b as unknown[])];
      return amount(a) + amount(b);
    case '-': return amount(a) - amount(b);
    case '*': return amount(a) * amount(b);
    default: {
      const [dividend, divisor] = [amount(a), amount(b)];
      const whole = Number.isInteger(dividend) && Number.isInteger(divisor);
      if (whole && divisor === 0) throw new CelError('division by zero');
      if (sign === '%') return dividend % divisor;
      return whole ? Math.trunc(dividend / divisor) : dividend / divisor;
    }
  }
}

function method(name: string, target: Evaluate, args: readonly Evaluate[]): Evaluate {
  const [argument] = args;
  if (name === 'size' && argument === undefined) return (scope) => size(target(scope));
  const test = textTests[name];
  if (test === undefined || argument === undefined || args.length > 1) throw new CelError(`unknown function "${name}"`);
  return (scope) => test(words(target(scope)), words(argument(scope)));
}

const textTests: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

function comprehend(macro: string, items: readonly unknown[], body: (item: unknown) => unknown): unknown {
  switch (macro) {
    case 'all': return items.every((item) => truth(body(item)));
    case 'exists': return items.some((item) => truth(body(item)));
    case 'exists_one': return items.filter((item) => truth(body(item))).length === 1;
    case 'filter': return items.filter((item) => truth(body(item)));
    default: return items.map((item) => body(item));
  }
}

function constant(value: unknown): Evaluate {
  return () => value;
}

function select(target: unknown, name: string): unknown {
  const record = mapping(target);
  if (!Object.hasOwn(record, name)) throw new CelError(`no such field "${name}"`);
  return record[name];
}

function index(target: unknown, key: unknown): unknown {
  if (!Array.isArray(target)) return select(target, String(key));
  const item: unknown = target[amount(key)];
  if (item === undefined) throw new CelError(`index ${String(key)} is out of bounds`);
  return item;
}

/** What a macro goes over: the items of a list, the keys of a mapping. */
function members(target: unknown): readonly unknown[] {
  return Array.isArray(target) ? target as unknown[] : Object.keys(mapping(target));
}

function size(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  return members(value).length;
}

function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at]));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) || Array.isArray(b)) return a === b;
  const [left, right] = [mapping(a), mapping(b)];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

function order(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a === b ? 0 : 1;
  return amount(a) - amount(b);
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new CelError('expected true or false');
  return value;
}

function amount(value: unknown): number {
  if (typeof value !== 'number') throw new CelError('expected a number');
  return value;
}

function words(value: unknown): string {
  if (typeof value !== 'string') throw new CelError('expected a string');
  return value;
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CelError('expected a mapping');
  return value as Readonly<Record<string, unknown>>;
}

function unquote(literal: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return literal.slice(1, -1).replace(/\\(.)/gsu, (_, character: string) => escapes[character] ?? character);
}
