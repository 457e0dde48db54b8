/** Writes values as Go's package fmt does: Sprint, Sprintln and Sprintf with all flags, verbs and error forms. */

import { BudgetSpent } from './budget.ts';
import type { Budget } from './budget.ts';
import { floorDivide } from './goTime.ts';
import { describeCharacter } from './lexer.ts';
import { formatFloat } from './numbers.ts';
import type { FloatVerb } from './numbers.ts';
import { canBackquote, quote, quoteRune } from './quoting.ts';
import { goString, stringOf } from './stringers.ts';
import { decodeRune, encodeRune, encodeUtf8, runeCount } from './utf8.ts';
import { inside, sortedEntries, stringValue, types } from './values.ts';
import type { Value } from './values.ts';

interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v` */
  plusV: boolean;
  /** `%#v` */
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

const noFlags: Readonly<Flags> = {
  plus: false, minus: false, sharp: false, space: false, zero: false, plusV: false, sharpV: false, width: undefined, precision: undefined,
};
/** Go refuses greater widths, precisions and argument numbers. */
const largestNumber = 1_000_000;
/** Seconds from Go's year 1 to 1970. */
const secondsFromYear1 = 62_135_596_800n;
/** Each level of a value costs some frames of the stack. */
const deepestValue = 200;

/** fmt.Sprint: a space between two operands that are no strings. */
export function sprint(operands: readonly (Value | undefined)[], budget: Budget): string {
  const printer = new Printer(budget);
  operands.map(inside).forEach((operand, index, all) => {
    if (index > 0 && operand?.kind !== 'string' && all[index - 1]?.kind !== 'string') printer.write(' ');
    printer.operand(operand, 'v');
  });
  return printer.text;
}

/** fmt.Sprintln. */
export function sprintln(operands: readonly (Value | undefined)[], budget: Budget): string {
  const printer = new Printer(budget);
  operands.forEach((operand, index) => {
    if (index > 0) printer.write(' ');
    printer.operand(operand, 'v');
  });
  printer.write('\n');
  return printer.text;
}

/** fmt.Sprintf; the format is in bytes. */
export function sprintf(format: string, operands: readonly (Value | undefined)[], budget: Budget): string {
  const printer = new Printer(budget);
  printer.format(format, operands);
  return printer.text;
}

class Printer {
  text = '';
  private flags: Flags = { ...noFlags };
  /** Inside of `%!verb(…)`, where values print without their methods. */
  private erroring = false;
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  write(text: string): void {
    this.budget.text(this.text.length + text.length);
    this.text += text;
  }

  format(format: string, operands: readonly (Value | undefined)[]): void {
    let next = 0;
    let reordered = false;
    let index = 0;
    while (index < format.length) {
      const percent = format.indexOf('%', index);
      this.write(format.slice(index, percent < 0 ? format.length : percent));
      if (percent < 0) break;
      index = percent + 1;
      this.flags = { ...noFlags };
      const { flags } = this;
      let goodNumber = true;
      let afterIndex = false;

      /** Reads `[n]`, which names the operand to come. */
      const argumentIndex = (): void => {
        afterIndex = false;
        if (format[index] !== '[') return;
        reordered = true;
        const close = format.indexOf(']', index);
        const digits = close < 0 ? '' : format.slice(index + 1, close);
        index = close < 0 ? index + 1 : close + 1;
        const wanted = Number(digits) - 1;
        afterIndex = /^\d+$/.test(digits) && Number(digits) <= largestNumber * 10;
        if (afterIndex && wanted >= 0 && wanted < operands.length) next = wanted;
        else goodNumber = false;
      };
      /** Reads a number; undefined when there is none. One beyond all reason ends the format. */
      const digits = (): number | undefined => {
        const from = index;
        let value = 0;
        while (index < format.length && /\d/.test(format.charAt(index))) {
          if (value > largestNumber) {
            index = format.length;
            return undefined;
          }
          value = value * 10 + Number(format[index++]);
        }
        return index > from ? value : undefined;
      };
      /** Takes the operand that `*` asks for. */
      const fromOperand = (): number | undefined => {
        if (next >= operands.length) return undefined;
        const operand = inside(operands[next++]);
        const value = operand?.kind === 'int' || operand?.kind === 'uint' ? Number(operand.int) : undefined;
        return value === undefined || Math.abs(value) > largestNumber ? undefined : value;
      };

      for (; '#0+- '.includes(format[index] ?? 'x'); index++) this.flag(format.charAt(index));
      argumentIndex();
      if (format[index] === '*') {
        index++;
        flags.width = fromOperand();
        if (flags.width === undefined) this.write('%!(BADWIDTH)');
        else if (flags.width < 0) {
          flags.width = -flags.width;
          flags.minus = true;
          flags.zero = false;
        }
        afterIndex = false;
      } else {
        flags.width = digits();
        if (afterIndex && flags.width !== undefined) goodNumber = false;
      }
      if (format[index] === '.' && index + 1 < format.length) {
        index++;
        if (afterIndex) goodNumber = false;
        argumentIndex();
        if (format[index] === '*') {
          index++;
          flags.precision = fromOperand();
          if (flags.precision !== undefined && flags.precision < 0) flags.precision = undefined;
          if (flags.precision === undefined) this.write('%!(BADPREC)');
          afterIndex = false;
        } else flags.precision = digits() ?? 0;
      }
      if (!afterIndex) argumentIndex();
      if (index >= format.length) {
        this.write('%!(NOVERB)');
        break;
      }
      const { size } = decodeRune(format, index);
      const verb = format.slice(index, index + size);
      index += size;
      if (verb === '%') this.write('%');
      else if (!goodNumber) this.write(`%!${verb}(BADINDEX)`);
      else if (next >= operands.length) this.write(`%!${verb}(MISSING)`);
      else {
        if (verb === 'v' || verb === 'w') {
          flags.sharpV = flags.sharp;
          flags.sharp = false;
          flags.plusV = flags.plus;
          flags.plus = false;
        }
        this.operand(operands[next++], verb);
      }
    }
    if (!reordered && next < operands.length) this.extra(operands.slice(next));
  }

  private extra(operands: readonly (Value | undefined)[]): void {
    this.flags = { ...noFlags };
    this.write('%!(EXTRA ');
    operands.forEach((operand, index) => {
      const inner = inside(operand);
      if (index > 0) this.write(', ');
      if (inner === undefined) this.write('<nil>');
      else {
        this.write(`${inner.type.name}=`);
        this.operand(inner, 'v');
      }
    });
    this.write(')');
  }

  private flag(flag: string): void {
    if (flag === '#') this.flags.sharp = true;
    else if (flag === '0') this.flags.zero = true;
    else if (flag === '+') this.flags.plus = true;
    else if (flag === '-') this.flags.minus = true;
    else this.flags.space = true;
  }

  /** One operand, which lost its interface type when it was passed. */
  operand(given: Value | undefined, verb: string): void {
    const value = inside(given);
    if (value === undefined) {
      if (verb === 'T' || verb === 'v') this.pad('<nil>');
      else this.badVerb(undefined, verb);
    } else if (verb === 'T') this.pad(this.truncate(value.type.name));
    else if (verb === 'p') this.pointer(value, 'p');
    else if (!this.byMethod(value, verb)) this.value(value, verb, 0);
  }

  /** Error and String, or GoString for `%#v`. */
  private byMethod(value: Value, verb: string): boolean {
    if (this.erroring) return false;
    if (verb === 'w') {
      this.badVerb(value, verb);
      return true;
    }
    if (this.flags.sharpV) {
      const text = goString(value);
      if (text === undefined) return false;
      this.pad(this.truncate(text));
      return true;
    }
    if (!'vsxXq'.includes(verb)) return false;
    const text = stringOf(value);
    if (text === undefined) return false;
    this.string(text, verb, value);
    return true;
  }

  private badVerb(value: Value | undefined, verb: string): void {
    this.erroring = true;
    this.write(`%!${verb}(`);
    if (value === undefined) this.write('<nil>');
    else {
      this.write(`${value.type.name}=`);
      this.operand(value, 'v');
    }
    this.write(')');
    this.erroring = false;
  }

  private value(value: Value | undefined, verb: string, depth: number): void {
    if (value === undefined) {
      if (verb === 'v') this.write('<nil>');
      else this.badVerb(undefined, verb);
      return;
    }
    // Only a template that packs values into values without end gets here.
    if (depth > deepestValue) throw new BudgetSpent('it nests values too deeply');
    if (depth > 0 && value.kind !== 'interface' && this.byMethod(value, verb)) return;
    switch (value.kind) {
      case 'bool':
        if (verb === 't' || verb === 'v') this.pad(String(value.bool));
        else this.badVerb(value, verb);
        return;
      case 'int': case 'uint': this.integer(value, verb); return;
      case 'float':
        if (isFloatVerb(verb)) this.float(value.float, verb);
        else this.badVerb(value, verb);
        return;
      case 'complex': this.complex(value, verb); return;
      case 'string': this.string(value.bytes, verb, value); return;
      case 'interface':
        if (value.value !== undefined) this.value(value.value, verb, depth + 1);
        else this.write(this.flags.sharpV ? `${value.type.name}(nil)` : '<nil>');
        return;
      case 'map':
        this.list(value, sortedEntries(value.entries), 'map[', ']', ([key, element]) => {
          this.string(key, verb, stringValue(key));
          this.write(':');
          this.value(element, verb, depth + 1);
        });
        return;
      case 'slice': this.list(value, value.items, '[', ']', (item) => { this.value(item, verb, depth + 1); }); return;
      case 'struct':
        this.list(value, value.fields.map((field, index) => [value.type.fields?.[index]?.name ?? '', field] as const), '{', '}', ([name, field]) => {
          if (this.flags.plusV || this.flags.sharpV) this.write(`${name}:`);
          this.value(field.kind === 'interface' && field.value !== undefined ? field.value : field, verb, depth + 1);
        });
        return;
      case 'time': this.time(value, verb); return;
      case 'pointer':
        if (depth === 0 && ['struct', 'time', 'slice', 'map'].includes(value.to.kind)) {
          this.write('&');
          this.value(value.to, verb, depth + 1);
        } else this.pointer(value, verb);
    }
  }

  private list<T>(value: Value, items: readonly T[], open: string, close: string, each: (item: T) => void): void {
    const go = this.flags.sharpV;
    this.write(go ? `${value.type.name}{` : open);
    items.forEach((item, index) => {
      if (index > 0) this.write(go ? ', ' : ' ');
      each(item);
    });
    this.write(go ? '}' : close);
  }

  /** A time without its methods shows its fields: nanoseconds, seconds since year 1, and no location for UTC. */
  private time(value: Value & { kind: 'time' }, verb: string): void {
    const [seconds, nanoseconds] = floorDivide(value.nanoseconds, 1_000_000_000n);
    const wall = { kind: 'uint', type: types.uint64, int: nanoseconds } as const;
    const ext = { kind: 'int', type: types.int64, int: seconds + secondsFromYear1 } as const;
    const names = this.flags.plusV ? ['wall:', 'ext:', 'loc:'] : ['', '', ''];
    this.write(`{${names[0] ?? ''}`);
    this.integer(wall, verb);
    this.write(` ${names[1] ?? ''}`);
    this.integer(ext, verb);
    this.write(` ${names[2] ?? ''}`);
    if (verb === 'v') this.pad('<nil>');
    else if ('bodxX'.includes(verb)) this.integerText(0n, verb);
    else {
      this.write(`%!${verb}(*time.Location=`);
      this.pad('<nil>');
      this.write(')');
    }
    this.write('}');
  }

  /** Addresses are different in each process: every one prints as the same. */
  private pointer(value: Value, verb: string): void {
    if (!['pointer', 'map', 'slice'].includes(value.kind) || !'vpbodxX'.includes(verb)) {
      this.badVerb(value, verb);
      return;
    }
    const address = 0xc000010000n;
    if (verb === 'v' && this.flags.sharpV) this.write(`(${value.type.name})(0x${address.toString(16)})`);
    else if (verb === 'v' || verb === 'p') {
      this.flags.sharp = !this.flags.sharp;
      this.integerText(address, 'x');
      this.flags.sharp = !this.flags.sharp;
    } else this.integerText(address, verb);
  }

  private string(bytes: string, verb: string, value: Value): void {
    const { flags } = this;
    if (verb === 'q' || (verb === 'v' && flags.sharpV)) {
      const text = this.truncate(bytes);
      this.pad(flags.sharp && canBackquote(text) ? `\`${text}\`` : quote(text, '"', flags.plus));
    } else if (verb === 'v' || verb === 's') this.pad(this.truncate(bytes));
    else if (verb === 'x' || verb === 'X') this.hexBytes(bytes, verb);
    else this.badVerb(value, verb);
  }

  private hexBytes(bytes: string, verb: 'x' | 'X'): void {
    const { sharp, space, precision } = this.flags;
    const prefix = sharp ? `0${verb}` : '';
    const pairs = [...bytes.slice(0, precision ?? bytes.length)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
    const digits = pairs.map((pair) => (verb === 'X' ? pair.toUpperCase() : pair));
    const text = pairs.length === 0 ? '' : space ? digits.map((pair) => prefix + pair).join(' ') : prefix + digits.join('');
    this.pad(text);
  }

  private integer(value: Value & { kind: 'int' | 'uint' }, verb: string): void {
    const { flags } = this;
    const code = value.int >= 0n && value.int <= 0x10ffffn ? Number(value.int) : 0xfffd;
    switch (verb) {
      case 'v':
        if (flags.sharpV && value.kind === 'uint') {
          flags.sharp = true;
          this.integerText(value.int, 'x');
          flags.sharp = false;
        } else this.integerText(value.int, 'd');
        return;
      case 'd': case 'b': case 'o': case 'O': case 'x': case 'X': this.integerText(value.int, verb); return;
      case 'c': this.pad(encodeRune(code)); return;
      case 'q': this.pad(quoteRune(code, flags.plus)); return;
      case 'U': {
        const digits = BigInt.asUintN(64, value.int).toString(16).toUpperCase().padStart(Math.max(flags.precision ?? 4, 4), '0');
        const described = value.int >= 0n && value.int <= 0x10ffffn ? describeCharacter(code) : '';
        this.padWith(`U+${digits}${flags.sharp && described.includes("'") ? encodeUtf8(described.slice(described.indexOf(' '))) : ''}`, ' ');
        return;
      }
      default: this.badVerb(value, verb);
    }
  }

  private integerText(value: bigint, verb: string): void {
    const { flags } = this;
    const negative = value < 0n;
    const magnitude = negative ? -value : value;
    if (flags.precision === 0 && value === 0n) {
      this.padWith('', ' ');
      return;
    }
    const base = verb === 'b' ? 2 : verb === 'o' || verb === 'O' ? 8 : verb === 'x' || verb === 'X' ? 16 : 10;
    const signed = negative || flags.plus || flags.space;
    const wanted = flags.precision ?? (flags.zero && !flags.minus && flags.width !== undefined ? flags.width - (signed ? 1 : 0) : 0);
    let digits = magnitude.toString(base);
    this.budget.text(wanted);
    digits = digits.padStart(wanted, '0');
    if (verb === 'X') digits = digits.toUpperCase();
    if (flags.sharp && base === 2) digits = `0b${digits}`;
    if (flags.sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
    if (flags.sharp && base === 16) digits = `0${verb}${digits}`;
    if (verb === 'O') digits = `0o${digits}`;
    const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
    this.padWith(sign + digits, ' ');
  }

  private complex(value: Value & { kind: 'complex' }, verb: string): void {
    if (!isFloatVerb(verb)) {
      this.badVerb(value, verb);
      return;
    }
    const { plus } = this.flags;
    this.write('(');
    this.float(value.complex.re, verb);
    this.flags.plus = true;
    this.float(value.complex.im, verb);
    this.flags.plus = plus;
    this.write('i)');
  }

  private float(value: number, verb: FloatVerb | 'F' | 'v'): void {
    const { flags } = this;
    const letter = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
    const precision = flags.precision ?? (letter === 'f' || letter === 'e' || letter === 'E' ? 6 : -1);
    this.budget.text(precision);
    const written = formatFloat(value, letter, precision);
    let sign = written.startsWith('-') ? '-' : '+';
    let digits = written.replace(/^[+-]/, '');
    if (flags.space && sign === '+' && !flags.plus) sign = ' ';
    const shown = flags.plus || sign !== '+' ? sign : '';
    if (digits === 'NaN' || digits === 'Inf') {
      this.padWith(`${digits === 'NaN' && !flags.space && !flags.plus ? '' : flags.plus || sign !== '+' || digits === 'NaN' ? sign : ''}${digits}`, ' ');
      return;
    }
    if (flags.sharp && letter !== 'b') digits = withPoint(digits, letter, precision);
    if (shown !== '' && flags.zero && !flags.minus && (flags.width ?? 0) > digits.length + 1) {
      this.budget.text(flags.width ?? 0);
      this.write(shown + digits.padStart((flags.width ?? 0) - 1, '0'));
    } else this.pad(shown + digits);
  }

  /** The first characters of a string, when a precision asks for fewer. */
  private truncate(bytes: string): string {
    const { precision } = this.flags;
    if (precision === undefined) return bytes;
    let end = 0;
    for (let count = 0; count < precision && end < bytes.length; count++) end += decodeRune(bytes, end).size;
    return bytes.slice(0, end);
  }

  private pad(bytes: string): void {
    this.padWith(bytes, this.flags.zero && !this.flags.minus ? '0' : ' ');
  }

  private padWith(bytes: string, filler: string): void {
    const { width, minus } = this.flags;
    const missing = width === undefined ? 0 : width - runeCount(bytes);
    if (missing <= 0) {
      this.write(bytes);
      return;
    }
    this.budget.text(this.text.length + missing);
    this.write(minus ? bytes + filler.repeat(missing) : filler.repeat(missing) + bytes);
  }
}

function isFloatVerb(verb: string): verb is FloatVerb | 'F' | 'v' {
  return verb.length === 1 && 'vbgGxXfFeE'.includes(verb);
}

/** The `#` flag of floats: always a point, and zeros up to the precision. */
function withPoint(digits: string, letter: string, precision: number): string {
  const hex = letter === 'x' || letter === 'X';
  const [, body = '', tail = ''] = (hex ? /^([^pP]*)(.*)$/ : /^([^eE]*)(.*)$/).exec(digits) ?? [];
  let wanted = 0;
  if (letter === 'g' || letter === 'G' || letter === 'x') wanted = precision === -1 ? 6 : precision;
  wanted -= body.replace('.', '').replace(/^0+/, '').length;
  const pointed = body.includes('.') ? body : `${body}.`;
  if (body === '0') wanted--;
  return pointed + '0'.repeat(Math.max(wanted, 0)) + tail;
}
