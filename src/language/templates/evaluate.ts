/** Executes a parsed template by the rules of Go's text/template/exec.go, with Prometheus' `missingkey=zero`. */

import type { ActionNode, BranchNode, CommandNode, IdentifierNode, ListNode, NumberNode, Operand, PipeNode, Statement, TemplateNode, TemplateTree } from './ast.ts';
import { Budget, BudgetSpent } from './budget.ts';
import { builtins, printable, zeroOf } from './builtins.ts';
import type { Implementation } from './builtins.ts';
import { CallError } from './callError.ts';
import { functions } from './functions.ts';
import { methodsOf } from './methods.ts';
import { nodeText } from './nodeText.ts';
import { sprint, sprintf } from './print.ts';
import { quoteText } from './quoting.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import { boolValue, floatValue, indirect, inside, intValue, isTrue, sortedEntries, stringValue, types } from './values.ts';
import type { GoType, Value } from './values.ts';

/** A node that an error can be at. */
export type ErrorNode = Operand | CommandNode | TemplateNode | ActionNode;

/** Ends the execution. */
export class ExecutionError extends Error {
  readonly node: ErrorNode | undefined;
  /** The arguments or types are wrong whatever the data are; otherwise a function refused what it was given. */
  readonly structural: boolean;

  constructor(message: string, node: ErrorNode | undefined, structural: boolean) {
    super(message);
    this.node = node;
    this.structural = structural;
  }
}

/** No value comes from an earlier stage of the pipeline. */
const missing = Symbol('missing');
type Final = Value | undefined | typeof missing;
type Jump = 'break' | 'continue' | undefined;
interface Variable { readonly name: string; value: Value | undefined }

const parameterTypes = { string: types.string, any: types.any, value: types.value, vector: types.vector, sample: types.sample } as const;

/**
 * The bytes that a template gives. `data` is what `.` and `$` are at first; `variables` are declared before.
 * Throws an {@link ExecutionError} or {@link BudgetSpent}.
 */
export function execute(
  template: TemplateTree, data: Value, variables: readonly (readonly [string, Value])[], implementations: Readonly<Record<string, Implementation>>,
): string {
  const execution = new Execution(template, implementations);
  execution.run(template.root, data, variables.map(([name, value]) => ({ name, value })));
  return execution.output;
}

class Execution {
  output = '';
  private readonly template: TemplateTree;
  private readonly implementations: Readonly<Record<string, Implementation>>;
  private readonly budget = new Budget();
  private variables: Variable[] = [];
  private node: ErrorNode | undefined;
  private depth = 0;
  private templateDepth = 0;

  constructor(template: TemplateTree, implementations: Readonly<Record<string, Implementation>>) {
    this.template = template;
    this.implementations = { ...builtins, ...implementations };
  }

  /** Runs a body with variables of its own. */
  run(body: ListNode, dot: Value | undefined, variables: readonly Variable[]): void {
    const outer = this.variables;
    this.variables = [{ name: '$', value: dot }, ...variables];
    this.list(dot, body);
    this.variables = outer;
  }

  private fail(message: string): never {
    throw new ExecutionError(message, this.node, true);
  }

  private enter(): void {
    this.budget.step();
    if (++this.depth > Budget.depth) throw new BudgetSpent('it nests too deeply');
  }

  private list(dot: Value | undefined, { nodes }: ListNode): Jump {
    this.enter();
    let jump: Jump;
    for (const node of nodes) {
      jump = this.statement(dot, node);
      if (jump !== undefined) break;
    }
    this.depth--;
    return jump;
  }

  private statement(dot: Value | undefined, node: Statement): Jump {
    switch (node.kind) {
      case 'text': this.write(encodeUtf8(node.text)); return undefined;
      case 'break': case 'continue': return node.kind;
      case 'template': this.callTemplate(dot, node); return undefined;
      case 'range': this.range(dot, node); return undefined;
      case 'if': case 'with': return this.branch(dot, node);
      case 'action': {
        const value = this.pipeline(dot, node.pipe);
        if (node.pipe.declared.length > 0) return undefined;
        this.node = node;
        this.write(sprint([printable(value)], this.budget));
        return undefined;
      }
    }
  }

  private write(bytes: string): void {
    this.budget.text(this.output.length + bytes.length);
    this.output += bytes;
  }

  private branch(dot: Value | undefined, node: BranchNode): Jump {
    const known = this.variables.length;
    const value = this.pipeline(dot, node.pipe);
    let jump: Jump;
    if (isTrue(inside(value))) jump = this.list(node.kind === 'with' ? value : dot, node.list);
    else if (node.elseList !== undefined) jump = this.list(dot, node.elseList);
    this.variables.length = known;
    return jump;
  }

  private range(dot: Value | undefined, node: BranchNode): void {
    const known = this.variables.length;
    const { value } = indirect(this.pipeline(dot, node.pipe));
    const mark = this.variables.length;
    const { declared, assign } = node.pipe;
    let any = false;
    for (const [index, element] of this.elements(value, declared.length)) {
      any = true;
      this.budget.step();
      const [first, second] = declared;
      if (assign) {
        if (first !== undefined) this.assign(first.name, second === undefined ? element : index);
        if (second !== undefined) this.assign(second.name, element);
      } else {
        const top = this.variables[mark - 1];
        if (first !== undefined && top !== undefined) top.value = element;
        const below = this.variables[mark - 2];
        if (second !== undefined && below !== undefined) below.value = index;
      }
      const jump = this.list(element, node.list);
      this.variables.length = mark;
      if (jump === 'break') break;
    }
    if (!any && node.elseList !== undefined) this.list(dot, node.elseList);
    this.variables.length = known;
  }

  private* elements(value: Value | undefined, variables: number): Generator<[index: Value | undefined, element: Value]> {
    if (value === undefined) return;
    switch (value.kind) {
      case 'int': case 'uint':
        if (variables > 1) this.fail(`can't use ${this.shown(value)} to iterate over more than one variable`);
        for (let i = 0n; i < value.int; i++) yield [undefined, { ...value, int: i }];
        return;
      case 'slice':
        for (const [index, item] of value.items.entries()) yield [intValue(BigInt(index)), item];
        return;
      case 'map':
        for (const [key, item] of sortedEntries(value.entries)) yield [stringValue(key), item];
        return;
      default: this.fail(`range can't iterate over ${this.shown(value)}`);
    }
  }

  private shown(value: Value): string {
    return decodeUtf8(sprintf('%v', [value], this.budget));
  }

  private callTemplate(dot: Value | undefined, node: TemplateNode): void {
    this.node = node;
    const body = this.template.defined.get(node.name);
    if (body === undefined) return this.fail(`template ${quoteText(decodeUtf8(node.name))} not defined`);
    if (this.templateDepth >= Budget.templateDepth) this.fail('exceeded maximum template depth (100000)');
    const data = node.pipe === undefined ? undefined : this.pipeline(dot, node.pipe);
    this.templateDepth++;
    this.run(body, data, []);
    this.templateDepth--;
  }

  private assign(name: string, value: Value | undefined): void {
    const variable = this.variables.findLast((known) => known.name === name);
    if (variable === undefined) return this.fail(`undefined variable: ${name}`);
    variable.value = value;
  }

  private pipeline(dot: Value | undefined, pipe: PipeNode): Value | undefined {
    this.enter();
    this.node = pipe;
    let value: Final = missing;
    for (const command of pipe.commands) value = inside(this.command(dot, command, value));
    const result = value === missing ? undefined : value;
    for (const { name } of pipe.declared) {
      if (pipe.assign) this.assign(name, result);
      else this.variables.push({ name, value: result });
    }
    this.depth--;
    return result;
  }

  private command(dot: Value | undefined, command: CommandNode, final: Final): Value | undefined {
    const [first, ...rest] = command.args;
    switch (first.kind) {
      case 'field':
        this.node = first;
        return this.fields(dot, dot, first.fields, rest, final);
      case 'chain': return this.chain(dot, first, rest, final);
      case 'identifier': return this.callFunction(dot, first, command, rest, final);
      case 'pipe':
        this.takesNoArguments(first, rest, final);
        return this.pipeline(dot, first);
      case 'variable': return this.variable(dot, first, rest, final);
      default:
        this.node = first;
        this.takesNoArguments(first, rest, final);
        if (first.kind === 'nil') return this.fail('nil is not a command');
        return this.constant(dot, first);
    }
  }

  private takesNoArguments(first: Operand, rest: readonly Operand[], final: Final): void {
    if (rest.length > 0 || final !== missing) this.fail(`can't give argument to non-function ${nodeText(first)}`);
  }

  private constant(dot: Value | undefined, node: Operand): Value | undefined {
    switch (node.kind) {
      case 'bool': return boolValue(node.value);
      case 'string': return stringValue(node.value);
      case 'number': return this.number(node);
      default: return dot;
    }
  }

  /** A number without a type to fit gets its own from the way it is written. */
  private number({ source, int, uint, float, complex }: NumberNode): Value | undefined {
    if (complex !== undefined) return { kind: 'complex', type: types.complex128, complex };
    const hexadecimal = /^0[xX]./.test(source) && !/[pP]/.test(source);
    if (float !== undefined && !hexadecimal && !source.startsWith("'") && /[.eEpP]/.test(source)) return floatValue(float);
    if (int !== undefined) return intValue(int);
    return uint === undefined ? undefined : this.fail(`${source} overflows int`);
  }

  private chain(dot: Value | undefined, node: Operand & { kind: 'chain' }, rest: readonly Operand[], final: Final): Value | undefined {
    this.node = node;
    const receiver = node.of.kind === 'pipe' ? this.pipeline(dot, node.of) : this.callFunction(dot, node.of, node.of, [], missing);
    return this.fields(dot, receiver, node.fields, rest, final);
  }

  private variable(dot: Value | undefined, node: Operand & { kind: 'variable' }, rest: readonly Operand[], final: Final): Value | undefined {
    this.node = node;
    const found = this.variables.findLast(({ name }) => name === node.name);
    if (found === undefined) return this.fail(`undefined variable: ${node.name}`);
    if (node.fields.length > 0) return this.fields(dot, found.value, node.fields, rest, final);
    this.takesNoArguments(node, rest, final);
    return found.value;
  }

  /** `.a.b.c arguments`: only the last one gets the arguments. */
  private fields(dot: Value | undefined, receiver: Value | undefined, names: readonly string[], rest: readonly Operand[], final: Final): Value | undefined {
    let value = receiver;
    names.forEach((name, index) => {
      const last = index === names.length - 1;
      value = this.field(dot, name, last ? rest : [], last ? final : missing, value);
    });
    return value;
  }

  private field(dot: Value | undefined, name: string, rest: readonly Operand[], final: Final, receiver: Value | undefined): Value | undefined {
    if (receiver === undefined) return undefined;
    const given = receiver.type.name;
    const { value, nil } = indirect(receiver);
    if (nil || value === undefined) return this.fail(`nil pointer evaluating ${given}.${name}`);
    const method = methodsOf(value.type).get(name);
    if (method !== undefined) {
      this.checkCount(name, method.parameters.length, false, rest, final);
      if (method.unusable !== undefined) return this.fail(method.unusable);
      const parameters = this.parameters(dot, rest, final, (index) => method.parameters[index] ?? types.any);
      return method.call(value, parameters.filter((parameter) => parameter !== undefined));
    }
    const hasArguments = rest.length > 0 || final !== missing;
    if (value.kind === 'struct') {
      const index = value.type.fields?.findIndex((field) => field.name === name) ?? -1;
      if (index >= 0) {
        if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
        return value.fields[index];
      }
    }
    if (value.kind === 'time' && ['wall', 'ext', 'loc'].includes(name)) this.fail(`${name} is an unexported field of struct type ${given}`);
    if (value.kind === 'map') {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      return value.entries.get(encodeUtf8(name)) ?? zeroOf(value.type.element ?? types.any);
    }
    return this.fail(`can't evaluate field ${name} in type ${given}`);
  }

  private callFunction(dot: Value | undefined, { name, ...place }: IdentifierNode, node: ErrorNode, rest: readonly Operand[], final: Final): Value | undefined {
    this.node = { name, ...place };
    const definition = functions.get(name);
    if (definition === undefined) return this.fail(`${quoteText(name)} is not a defined function`);
    const { parameters, variadic } = definition;
    this.checkCount(name, variadic ? parameters.length - 1 : parameters.length, variadic, rest, final);
    if (name === 'and' || name === 'or') return this.shortCircuit(dot, name, rest, final);
    const values = this.parameters(dot, rest, final, (index) => parameterTypes[parameters[Math.min(index, parameters.length - 1)]?.type ?? 'any']);
    try {
      if (name === 'call') throw this.notCallable(values[0], rest[0]);
      return this.implementations[name]?.(values, this.budget);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const structural = /^(?:incompatible|non-comparable|invalid type|missing argument|can't index|can't slice|len of type|non-function|cannot index|can't convert)/.test(error.message);
      throw new ExecutionError(`error calling ${name}: ${error.message}`, node, structural);
    }
  }

  /** Nothing in Prometheus' data is a function. */
  private notCallable(callee: Value | undefined, node: Operand | undefined): CallError {
    const value = inside(callee);
    if (value === undefined) return new CallError('call of nil');
    const name = node !== undefined ? nodeText(node) : callee?.kind === 'string' ? decodeUtf8(callee.bytes) : `<${callee?.type.name ?? ''} Value>`;
    return new CallError(`non-function ${name} of type ${value.type.name}`);
  }

  private shortCircuit(dot: Value | undefined, name: 'and' | 'or', rest: readonly Operand[], final: Final): Value | undefined {
    let value: Value | undefined;
    for (const operand of rest) {
      value = this.argument(dot, operand, types.value);
      if (isTrue(inside(value)) === (name === 'or')) return value;
    }
    return final === missing ? value : final;
  }

  private checkCount(name: string, wanted: number, variadic: boolean, rest: readonly Operand[], final: Final): void {
    const given = rest.length + (final === missing ? 0 : 1);
    if (variadic && given < wanted) this.fail(`wrong number of args for ${name}: want at least ${String(wanted)} got ${String(rest.length)}`);
    if (!variadic && given !== wanted) this.fail(`wrong number of args for ${name}: want ${String(wanted)} got ${String(given)}`);
  }

  private parameters(dot: Value | undefined, rest: readonly Operand[], final: Final, typeAt: (index: number) => GoType): (Value | undefined)[] {
    const values = rest.map((operand, index) => this.argument(dot, operand, typeAt(index)));
    if (final !== missing) values.push(this.fit(final, typeAt(rest.length)));
    return values;
  }

  /** A value as a parameter of a type takes it. */
  private fit(given: Value | undefined, type: GoType): Value | undefined {
    if (given === undefined) return canBeNil(type) ? undefined : this.fail(`invalid value; expected ${type.name}`);
    if (type === types.value || type === types.any || given.type === type) return given;
    const value = given.kind === 'interface' && given.value !== undefined ? given.value : given;
    if (value.type === type) return value;
    if (value.kind === 'pointer' && value.type.element === type) return value.to;
    return this.fail(`wrong type for value; expected ${type.name}; got ${value.type.name}`);
  }

  private argument(dot: Value | undefined, node: Operand, type: GoType): Value | undefined {
    this.node = node;
    switch (node.kind) {
      case 'dot': return this.fit(dot, type);
      case 'nil': return canBeNil(type) ? undefined : this.fail(`cannot assign nil to ${type.name}`);
      case 'field': return this.fit(this.fields(dot, dot, node.fields, [], missing), type);
      case 'variable': return this.fit(this.variable(dot, node, [], missing), type);
      case 'pipe': return this.fit(this.pipeline(dot, node), type);
      case 'identifier': return this.fit(this.callFunction(dot, node, node, [], missing), type);
      case 'chain': return this.fit(this.chain(dot, node, [], missing), type);
      case 'bool': case 'string': case 'number': return this.literal(node, type);
    }
  }

  private literal(node: Operand & { kind: 'bool' | 'string' | 'number' }, type: GoType): Value | undefined {
    if (type === types.any || type === types.value) return this.constant(undefined, node);
    if (type.kind === 'string') return node.kind === 'string' ? stringValue(node.value) : this.fail(`expected string; found ${nodeText(node)}`);
    if (type.kind === 'int') return node.kind === 'number' && node.int !== undefined ? intValue(node.int, type) : this.fail(`expected integer; found ${nodeText(node)}`);
    return this.fail(`can't handle ${nodeText(node)} for arg of type ${type.name}`);
  }
}

function canBeNil(type: GoType): boolean {
  return type === types.value || ['interface', 'map', 'pointer', 'slice'].includes(type.kind);
}
