/** Selectors written as text, as the Kubernetes API takes them in lists: `app=web,tier in (a,b)` and `status.phase=Running`. */

import { labelKeyFault, labelValueFault } from '../../schemas/objectMeta.ts';

/** What is wrong with a field selector (apimachinery's fields.ParseSelector); undefined when it can be read. */
export function fieldSelectorFault(selector: string): string | undefined {
  for (const term of selector.match(/(?:\\[^]|[^\\,])+\\?|\\$/g) ?? []) {
    const split = /^(.*?)(?:!=|==|=)(.*)$/s.exec(term);
    if (split === null) return `invalid selector: '${selector}'; can't understand '${term}'`;
    const unescaped = (split[2] ?? '').replaceAll(/\\[\\,=]/g, '');
    const stray = /[\\=,]/.exec(unescaped)?.[0];
    if (stray !== undefined) return stray === '\\' ? `invalid field selector: invalid escape sequence in '${term}'` : `invalid field selector: unescaped character in value: ${stray}`;
  }
  return undefined;
}

/** A token of a label selector; words have the kind `word`, all others are their own kind. */
interface Token {
  readonly kind: string;
  readonly text: string;
}

const binaryOperators = ['in', 'notin', '=', '==', '!=', '>', '<'];

/** What is wrong with a label selector (apimachinery's labels.Parse); undefined when it can be read. */
export function labelSelectorFault(selector: string): string | undefined {
  const tokens = new Tokens(selector);
  while (!tokens.atEnd) {
    const fault = requirementFault(tokens);
    if (fault !== undefined) return `unable to parse requirement: ${fault}`;
    if (tokens.atEnd) return undefined;
    const separator = tokens.next();
    if (separator.kind !== ',') return `found '${separator.text}', expected: ',' or 'end of string'`;
    const first = tokens.peekValue();
    if (first.kind !== 'word' && first.kind !== '!') return `found '${first.text}', expected: identifier after ','`;
  }
  return undefined;
}

function requirementFault(tokens: Tokens): string | undefined {
  const isNegated = tokens.peekValue().kind === '!';
  if (isNegated) tokens.next();
  const key = tokens.nextValue();
  if (key.kind !== 'word') return `found '${key.text}', expected: identifier`;
  const keyFault = labelKeyFault(key.text);
  if (keyFault !== undefined) return `the key "${key.text}" ${keyFault}`;
  if (isNegated || tokens.atEnd || tokens.peekValue().kind === ',') return undefined;
  const operator = tokens.next();
  if (!binaryOperators.includes(operator.kind)) return `found '${operator.text}', expected: ${binaryOperators.join(', ')}`;
  return operator.kind === 'in' || operator.kind === 'notin' ? valuesFault(tokens) : exactValueFault(tokens, operator.kind);
}

function exactValueFault(tokens: Tokens, operator: string): string | undefined {
  const isEmpty = tokens.atEnd || tokens.peekValue().kind === ',';
  const value = isEmpty ? { kind: 'word', text: '' } : tokens.nextValue();
  if (value.kind !== 'word') return `found '${value.text}', expected: identifier`;
  if ((operator === '>' || operator === '<') && !isInteger(value.text)) return "for 'Gt', 'Lt' operators, the value must be an integer";
  return valueFault(value.text);
}

/** The list behind `in` and `notin`; values in it may be empty, as in `(a,,b)` or `()`. */
function valuesFault(tokens: Tokens): string | undefined {
  const open = tokens.nextValue();
  if (open.kind !== '(') return `found '${open.text}' expected: '('`;
  for (let isFirst = true; ; isFirst = false) {
    const token = tokens.nextValue();
    if (token.kind === ')') return undefined;
    if (token.kind === 'word') {
      const fault = valueFault(token.text);
      if (fault !== undefined) return fault;
      const after = tokens.peekValue();
      if (after.kind !== ',' && after.kind !== ')') return `found '${after.text}', expected: ',' or ')'`;
    } else if (token.kind !== ',') {
      return isFirst ? `found '${token.text}', expected: ',', ')' or identifier` : `found '${token.text}', expected: ',', or identifier`;
    }
  }
}

function valueFault(value: string): string | undefined {
  const fault = labelValueFault(value);
  return fault === undefined ? undefined : `the value "${value}" ${fault}`;
}

function isInteger(text: string): boolean {
  return /^[+-]?[0-9]+$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''));
}

class Tokens {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(selector: string) {
    this.#tokens = tokensOf(selector);
  }

  get atEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  next(): Token {
    const token = this.#tokens[this.#next];
    this.#next++;
    return token ?? { kind: 'end', text: '' };
  }

  /** Where no operator can stand, `in` and `notin` are words like others. */
  nextValue(): Token {
    const token = this.peekValue();
    this.#next++;
    return token;
  }

  peekValue(): Token {
    const token = this.#tokens[this.#next] ?? { kind: 'end', text: '' };
    return token.kind === 'in' || token.kind === 'notin' ? { kind: 'word', text: token.text } : token;
  }
}

/** Runs of special characters are taken apart from the left, the longest operator first. */
function tokensOf(selector: string): Token[] {
  return Array.from(selector.matchAll(/==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g), ([word]) => {
    const isWord = !/^(?:==|!=|[=!(),<>]|in|notin)$/.test(word);
    return { kind: isWord ? 'word' : word, text: word };
  });
}
