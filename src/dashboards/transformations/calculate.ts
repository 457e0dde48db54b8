/** "Add field from calculation" (Grafana 13, transformers/calculateField.ts). */

import { displayName } from '../fieldNames.ts';
import { type Field, type Frame, timeField } from '../frame.ts';
import { asRecord, byNames } from '../matchers.ts';
import { reduceRow, reducerOf } from '../values/reduce.ts';
import { joinedByTime } from './join.ts';
import type { Transformation } from './transformation.ts';
import { windowValues } from './window.ts';

type Options = Readonly<Record<string, unknown>>;

const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right, '-': (left, right) => left - right, '*': (left, right) => left * right, '/': (left, right) => left / right,
};
const functions: Readonly<Record<string, (value: number) => number>> = { abs: Math.abs, exp: Math.exp, ln: Math.log, round: Math.round, floor: Math.floor, ceil: Math.ceil };

export const calculateField: Transformation = (frames, options) => {
  const mode = typeof options['mode'] === 'string' ? options['mode'] : 'reduceRow';
  const right = asRecord(options['binary'])['right'];
  const constant = typeof right === 'string' ? right : asRecord(right)['fixed'];
  const isConstant = mode === 'binary' && !Number.isNaN(Number(constant));
  const tables = options['timeSeries'] !== false && !isConstant ? joinedByTime(frames) : frames;
  if (mode === 'index') return tables.map((frame) => withIndex(frame, options));
  const binary = mode === 'binary' ? readBinary(asRecord(options['binary']), tables) : undefined;
  if (binary?.left.type !== undefined) return tables.flatMap((frame) => withEach(frame, tables, binary, options) ?? []);
  return tables.flatMap((frame) => {
    const values = binary === undefined ? valuesFor(mode, frame, tables, options) : binaryValues(frame, tables, binary);
    if (values === undefined) return options['replaceFields'] === true ? [] : [frame];
    const { alias } = options;
    const hasAlias = typeof alias === 'string' && alias !== '';
    const field: Field = { name: hasAlias ? alias : nameFor(mode, options, binary), type: 'number', config: hasAlias ? { displayName: alias } : {}, values };
    const time = timeField(frame);
    return [{ ...frame, fields: options['replaceFields'] !== true ? [...frame.fields, field] : time !== undefined && options['timeSeries'] !== false ? [time, field] : [field] }];
  });
};

function valuesFor(mode: string, frame: Frame, frames: readonly Frame[], options: Options): readonly unknown[] | undefined {
  switch (mode) {
    case 'reduceRow': return rowValues(frame, frames, asRecord(options['reduce']));
    case 'cumulativeFunctions': return cumulativeValues(frame, frames, asRecord(options['cumulative']));
    case 'windowFunctions': return windowValues(chosenField(frame, frames, asRecord(options['window'])['field']), frame.length, asRecord(options['window']));
    case 'unary': return unaryValues(frame, frames, asRecord(options['unary']));
    default: return undefined;
  }
}

function rowValues(frame: Frame, frames: readonly Frame[], { reducer, include }: Options): readonly unknown[] {
  const matches = Array.isArray(include) && include.length > 0 ? byNames(include.map(String)) : (field: Field) => field.type === 'number';
  const columns = frame.fields.filter((field) => matches(field, frame, frames));
  const id = typeof reducer === 'string' ? reducer : 'sum';
  return Array.from({ length: frame.length }, (_, row) => reduceRow(columns.map(({ values }) => values[row]), id));
}

function chosenField(frame: Frame, frames: readonly Frame[], name: unknown): Field | undefined {
  const matches = typeof name === 'string' && name !== '' ? byNames([name]) : (field: Field) => field.type === 'number';
  return frame.fields.find((field) => matches(field, frame, frames));
}

function cumulativeValues(frame: Frame, frames: readonly Frame[], { field: name, reducer = 'sum' }: Options): readonly unknown[] | undefined {
  const field = chosenField(frame, frames, name);
  let total = 0;
  return field?.values.slice(0, frame.length).map((value, row) => {
    total += (value as number | null | undefined) ?? 0;
    return reducer === 'mean' ? total / (row + 1) : total;
  });
}

function unaryValues(frame: Frame, frames: readonly Frame[], { operator = 'abs', fieldName = '' }: Options): readonly unknown[] | undefined {
  const field = frame.fields.findLast((one) => one.type === 'number' && displayName(one, frame, frames) === fieldName);
  if (field === undefined || field.values.length === 0) return undefined;
  if (operator === 'percent') {
    const sum = field.values.reduce<number>((total, value) => total + (Number.isFinite(value) ? value as number : 0), 0);
    return field.values.map((value) => (sum === 0 ? 0 : (value as number) / sum));
  }
  const apply = functions[String(operator)];
  return apply === undefined ? undefined : field.values.map((value) => apply(value as number));
}

/** An operand: a column by name, all columns of a type, or a number. */
interface Operand {
  readonly name?: string;
  readonly type?: string;
  readonly fixed?: string;
}

interface Binary {
  readonly left: Operand;
  readonly operator: string;
  readonly right: Operand;
}

function readBinary({ left, operator, right }: Options, frames: readonly Frame[]): Binary {
  const names = new Set(frames.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const read = (value: unknown): Operand => {
    if (typeof value === 'string') return Number.isNaN(Number(value)) || names.has(value) ? { name: value } : { fixed: value };
    const { matcher, fixed } = asRecord(value);
    const { id, options } = asRecord(matcher);
    if (id === 'byType') return { type: String(options) };
    return { ...(id === 'byName' ? { name: typeof options === 'string' ? options : '' } : {}), ...(fixed === undefined ? {} : { fixed: String(fixed as string) }) };
  };
  return { left: read(left ?? ''), operator: typeof operator === 'string' ? operator : '+', right: read(right ?? '') };
}

function operandValues(frame: Frame, frames: readonly Frame[], { name, fixed }: Operand): readonly unknown[] | undefined {
  if (name !== undefined) {
    const field = frame.fields.find((one) => displayName(one, frame, frames) === name);
    if (field !== undefined) return field.type === 'boolean' ? field.values.map(Number) : field.values;
  }
  const constant = Number.parseFloat(fixed ?? name ?? '');
  return Number.isNaN(constant) ? undefined : new Array<number>(frame.length).fill(constant);
}

function binaryValues(frame: Frame, frames: readonly Frame[], { left, operator, right }: Binary): readonly unknown[] | undefined {
  const [a, b, apply] = [operandValues(frame, frames, left), operandValues(frame, frames, right), operators[operator]];
  return a === undefined || b === undefined || apply === undefined ? undefined : a.map((value, row) => apply(value as number, b[row] as number));
}

/** The operation on every column of a type. */
function withEach(frame: Frame, frames: readonly Frame[], binary: Binary, options: Options): Frame | undefined {
  const values = operandValues(frame, frames, binary.right);
  const apply = operators[binary.operator];
  if (values === undefined || apply === undefined) return { ...frame, fields: options['replaceFields'] === true ? [] : frame.fields };
  const time = timeField(frame);
  const fields: Field[] = time !== undefined && options['timeSeries'] !== false ? [time] : [];
  let hasNew = false;
  for (const field of frame.fields) {
    if (options['replaceFields'] !== true && !fields.includes(field)) fields.push(field);
    if (field.type !== binary.left.type) continue;
    fields.push({ ...field, state: undefined, name: `${field.name} ${binary.operator} ${binary.right.name ?? binary.right.fixed ?? ''}`, values: field.values.map((value, row) => apply(value as number, values[row] as number)) });
    hasNew = true;
  }
  return options['replaceFields'] === true && !hasNew ? undefined : { ...frame, fields };
}

function withIndex(frame: Frame, { alias, index, replaceFields }: Options): Frame {
  const isShare = asRecord(index)['asPercentile'] === true;
  const field: Field = { name: typeof alias === 'string' ? alias : 'Row', type: 'number', config: isShare ? { unit: 'percentunit' } : {}, values: Array.from({ length: frame.length }, (_, row) => (isShare ? row / frame.length : row)) };
  return { ...frame, fields: replaceFields === true ? [field] : [...frame.fields, field] };
}

function nameFor(mode: string, options: Options, binary: Binary | undefined): string {
  const part = (value: unknown): string => (typeof value === 'string' ? value : '');
  const inBrackets = (value: unknown): string => (part(value) === '' ? '' : `(${part(value)})`);
  switch (mode) {
    case 'cumulativeFunctions': {
      const { reducer, field } = asRecord(options['cumulative']);
      return `cumulative ${part(reducer)}${inBrackets(field)}`;
    }
    case 'windowFunctions': {
      const { windowAlignment, reducer, field } = asRecord(options['window']);
      return `${part(windowAlignment)} moving ${part(reducer)}${inBrackets(field)}`;
    }
    case 'unary': {
      const { operator, fieldName } = asRecord(options['unary']);
      return `${part(operator)}${inBrackets(fieldName)}`;
    }
    case 'binary': {
      const [left, right] = [binary?.left, binary?.right].map((operand) => operand?.name ?? operand?.fixed ?? '');
      return left === undefined || right === undefined || left === '' || right === '' || left.includes('$') || right.includes('$') ? '' : `${left} ${binary?.operator ?? '+'} ${right}`;
    }
    case 'reduceRow': {
      const { reducer = 'sum' } = asRecord(options['reduce']);
      return reducerOf(part(reducer))?.name ?? 'math';
    }
    default: return 'math';
  }
}
