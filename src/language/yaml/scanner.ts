import type { ScalarStyle } from './node.ts';

/** A fault that ends the reading of a document, as go-yaml would: in its words, at its place. */
export class YamlFault extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end = start + 1) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export type TokenKind =
  | 'end' | 'version' | 'tagDirective' | 'documentStart' | 'documentEnd' | 'blockSequence' | 'blockMapping' | 'blockEnd'
  | '[' | ']' | '{' | '}' | ',' | '-' | '?' | ':' | 'alias' | 'anchor' | 'tag' | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** An anchor's name, or a tag's handle. */
  readonly name?: string;
  /** A tag behind its handle, or the prefix of a tag directive. */
  readonly suffix?: string;
  readonly style?: ScalarStyle;
  /** Block scalars: the columns of their content. */
  readonly indent?: number;
}

/** A token that becomes a key when a colon follows on its line. */
interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly token: number;
  readonly start: number;
  readonly line: number;
  readonly column: number;
}

const noKey: SimpleKey = { possible: false, required: false, token: -1, start: 0, line: 0, column: 0 };

const forbidden = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/;
/** A key is found on its line, and not further away than this. */
const keyLength = 1024;

const indicators = '-?:,[]{}#&*!|>\'"%@`';
const flowIndicators = ',?[]{}';
const uriCharacter = /[\w\-;/?:@&=+$,.!~*'()[\]%]/;

/** Whether a character ends a line: in YAML 1.1 also NEL, LS and PS do. */
export function isBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/**
 * Cuts YAML 1.1 into tokens with the rules, and the liberties, of go-yaml v2 (scannerc.go): what it
 * takes and refuses is what kubectl and the API server take and refuse.
 */
export class Scanner {
  readonly #text: string;
  readonly #queue: Token[] = [];
  #head = 0;
  /** Tokens taken so far: the number of the first token of the queue. */
  #taken = 0;
  #position = 0;
  #line = 0;
  #lineStart = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = true;
  #keys: SimpleKey[] = [noKey];
  #ended = false;

  /** @throws YamlFault for a character that YAML does not allow */
  constructor(text: string) {
    const control = forbidden.exec(text);
    if (control !== null) throw new YamlFault('control characters are not allowed', control.index);
    this.#text = text;
  }

  /** The next token, which stays. @throws YamlFault */
  peek(): Token {
    while (!this.#ended && (this.#head === this.#queue.length || this.#waitsForColon())) this.#fetch();
    const token = this.#queue[this.#head];
    return token ?? { kind: 'end', start: this.#text.length, end: this.#text.length };
  }

  /** Takes the token that {@link peek} showed. */
  skip(): void {
    this.#head++;
    this.#taken++;
    if (this.#head > 256) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** Whether the first token may still turn out to be a key. */
  #waitsForColon(): boolean {
    return this.#keys.some((key) => key.token === this.#taken && this.#isValid(key));
  }

  get #column(): number {
    return this.#position - this.#lineStart;
  }

  #code(offset = this.#position): number {
    return offset < this.#text.length ? this.#text.charCodeAt(offset) : 0;
  }

  #isBlankOrEnd(offset: number): boolean {
    const code = this.#code(offset);
    return code === 32 || code === 9 || code === 0 || isBreak(code);
  }

  #skipLine(): void {
    this.#position += this.#code() === 13 && this.#code(this.#position + 1) === 10 ? 2 : 1;
    this.#line++;
    this.#lineStart = this.#position;
  }

  #skipBlanks(): void {
    while (this.#code() === 32 || this.#code() === 9) this.#position++;
  }

  #skipComment(): void {
    if (this.#code() === 35) while (this.#code() !== 0 && !isBreak(this.#code())) this.#position++;
  }

  #push(token: Token, number = this.#taken + this.#queue.length - this.#head): void {
    this.#queue.splice(this.#head + number - this.#taken, 0, token);
  }

  #indicator(kind: TokenKind, length = 1): void {
    const start = this.#position;
    this.#position += length;
    this.#push({ kind, start, end: this.#position });
  }

  #fetch(): void {
    this.#toNextToken();
    this.#unroll(this.#column);
    const code = this.#code();
    if (code === 0) {
      this.#unroll(-1);
      this.#removeKey();
      this.#keyAllowed = false;
      this.#indicator('end', 0);
      this.#ended = true;
      return;
    }
    if (this.#column === 0 && code === 37) {
      this.#endBlocks();
      this.#directive();
      return;
    }
    const marker = this.#documentMarker();
    if (marker !== undefined) {
      this.#endBlocks();
      this.#indicator(marker, 3);
      return;
    }
    this.#content(String.fromCharCode(code));
  }

  #endBlocks(): void {
    this.#unroll(-1);
    this.#removeKey();
    this.#keyAllowed = false;
  }

  #documentMarker(): 'documentStart' | 'documentEnd' | undefined {
    if (this.#column !== 0) return undefined;
    const marker = this.#text.startsWith('---', this.#position) ? 'documentStart' : this.#text.startsWith('...', this.#position) ? 'documentEnd' : undefined;
    return marker !== undefined && this.#isBlankOrEnd(this.#position + 3) ? marker : undefined;
  }

  #content(character: string): void {
    const inFlow = this.#flowLevel > 0;
    const alone = this.#isBlankOrEnd(this.#position + 1);
    switch (character) {
      case '[': case '{':
        this.#saveKey();
        this.#keys.push(noKey);
        this.#flowLevel++;
        this.#keyAllowed = true;
        this.#indicator(character);
        return;
      case ']': case '}':
        this.#removeKey();
        if (this.#flowLevel > 0) {
          this.#flowLevel--;
          this.#keys.pop();
        }
        this.#keyAllowed = false;
        this.#indicator(character);
        return;
      case ',':
        this.#removeKey();
        this.#keyAllowed = true;
        this.#indicator(',');
        return;
      case '-':
        if (!alone) break;
        this.#blockIndicator('blockSequence', 'block sequence entries are not allowed in this context');
        this.#keyAllowed = true;
        this.#indicator('-');
        return;
      case '?':
        if (!inFlow && !alone) break;
        this.#blockIndicator('blockMapping', 'mapping keys are not allowed in this context');
        this.#keyAllowed = !inFlow;
        this.#indicator('?');
        return;
      case ':':
        if (!inFlow && !alone) break;
        this.#value();
        return;
      case '*': case '&':
        this.#saveKey();
        this.#keyAllowed = false;
        this.#anchor(character === '*' ? 'alias' : 'anchor');
        return;
      case '!':
        this.#saveKey();
        this.#keyAllowed = false;
        this.#tag();
        return;
      case '|': case '>':
        if (inFlow) break;
        this.#removeKey();
        this.#keyAllowed = true;
        this.#blockScalar(character === '|' ? 'literal' : 'folded');
        return;
      case '\'': case '"':
        this.#saveKey();
        this.#keyAllowed = false;
        this.#quoted(character);
        return;
    }
    const next = this.#code(this.#position + 1);
    const startsPlain = (!indicators.includes(character) && character !== '\t') || (character === '-' && next !== 32 && next !== 9) || (!inFlow && (character === '?' || character === ':'));
    if (!startsPlain) {
      throw new YamlFault(character === '\t' ? 'found a tab where only spaces may indent' : `found character ${JSON.stringify(character)} that cannot start any token; put the value in quotes`, this.#position);
    }
    this.#saveKey();
    this.#keyAllowed = false;
    this.#plain();
  }

  #toNextToken(): void {
    for (;;) {
      // Only at the very start it is a mark; elsewhere Go takes it for a character.
      if (this.#position === 0 && this.#code() === 0xfeff) this.#lineStart = ++this.#position;
      while (this.#code() === 32 || (this.#code() === 9 && (this.#flowLevel > 0 || !this.#keyAllowed))) this.#position++;
      this.#skipComment();
      if (!isBreak(this.#code())) return;
      this.#skipLine();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  /** A key that has come too late is none any more. @throws YamlFault when a key had to be there */
  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.#line && key.start + keyLength >= this.#position) return true;
    this.#giveUp(key);
    return false;
  }

  #giveUp(key: SimpleKey): void {
    if (key.required) throw new YamlFault("could not find expected ':' after a key", key.start, Math.max(key.start + 1, this.#lineEnd(key.start)));
    key.possible = false;
  }

  #lineEnd(offset: number): number {
    let end = offset;
    while (this.#code(end) !== 0 && !isBreak(this.#code(end))) end++;
    return end;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = {
      possible: true, required: this.#flowLevel === 0 && this.#indent === this.#column, token: this.#taken + this.#queue.length - this.#head,
      start: this.#position, line: this.#line, column: this.#column,
    };
  }

  #removeKey(): void {
    const key = this.#keys.at(-1);
    if (key?.possible === true) this.#giveUp(key);
  }

  #roll(column: number, kind: TokenKind, start: number, number?: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#push({ kind, start, end: start }, number);
  }

  #unroll(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#push({ kind: 'blockEnd', start: this.#position, end: this.#position });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #blockIndicator(kind: TokenKind, refusal: string): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw new YamlFault(refusal, this.#position);
      this.#roll(this.#column, kind, this.#position);
    }
    this.#removeKey();
  }

  #value(): void {
    const key = this.#keys.at(-1) ?? noKey;
    if (this.#isValid(key)) {
      this.#push({ kind: '?', start: key.start, end: key.start }, key.token);
      this.#roll(key.column, 'blockMapping', key.start, key.token);
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) throw new YamlFault('mapping values are not allowed in this context; put a value with ": " in quotes', this.#position);
        this.#roll(this.#column, 'blockMapping', this.#position);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#indicator(':');
  }

  #word(): string {
    const start = this.#position;
    while (/[\w-]/.test(this.#text.charAt(this.#position))) this.#position++;
    return this.#text.slice(start, this.#position);
  }

  #anchor(kind: 'alias' | 'anchor'): void {
    const start = this.#position++;
    const name = this.#word();
    if (name === '' || !(this.#isBlankOrEnd(this.#position) || '?:,]}%@`'.includes(this.#text.charAt(this.#position)))) {
      throw new YamlFault(`while scanning an ${kind}: did not find expected alphabetic or numeric character`, start, this.#position + 1);
    }
    this.#push({ kind, start, end: this.#position, name });
  }

  #tag(): void {
    const start = this.#position;
    let name = '';
    let suffix: string;
    if (this.#text.charAt(start + 1) === '<') {
      this.#position += 2;
      suffix = this.#uri(start, '');
      if (this.#text.charAt(this.#position) !== '>') throw new YamlFault("while scanning a tag: did not find the expected '>'", start, this.#position + 1);
      this.#position++;
    } else {
      name = this.#tagHandle();
      if (name.length > 1 && name.endsWith('!')) {
        suffix = this.#uri(start, '');
      } else {
        suffix = this.#uri(start, name);
        [name, suffix] = suffix === '' ? ['', '!'] : ['!', suffix];
      }
    }
    if (!this.#isBlankOrEnd(this.#position)) throw new YamlFault('while scanning a tag: did not find expected whitespace or line break', start, this.#position + 1);
    this.#push({ kind: 'tag', start, end: this.#position, name, suffix });
  }

  #tagHandle(): string {
    const start = this.#position++;
    this.#word();
    if (this.#text.charAt(this.#position) === '!') this.#position++;
    return this.#text.slice(start, this.#position);
  }

  #uri(start: number, handle: string): string {
    const from = this.#position;
    while (this.#position < this.#text.length && uriCharacter.test(this.#text.charAt(this.#position))) this.#position++;
    const escaped = this.#text.slice(from, this.#position);
    if (escaped === '' && handle === '') throw new YamlFault('while scanning a tag: did not find expected tag URI', start, this.#position + 1);
    try {
      return handle.slice(1) + decodeURIComponent(escaped);
    } catch {
      throw new YamlFault('while scanning a tag: did not find URI escaped octet', from, this.#position);
    }
  }

  #directive(): void {
    const start = this.#position++;
    const name = this.#word();
    let token: Token | undefined;
    if (name === 'YAML') {
      const version = /^[ \t]+(\d{1,2})\.(\d{1,2})/.exec(this.#text.slice(this.#position, this.#position + 80));
      if (version === null) throw new YamlFault('while scanning a %YAML directive: did not find expected version number', start, this.#position);
      this.#position += version[0].length;
      token = { kind: 'version', start, end: this.#position, name: `${Number(version[1])}.${Number(version[2])}` };
    } else if (name === 'TAG') {
      this.#skipBlanks();
      const handle = this.#text.charAt(this.#position) === '!' ? this.#tagHandle() : '';
      if (handle === '' || (handle.length > 1 && !handle.endsWith('!'))) throw new YamlFault("while parsing a %TAG directive: did not find expected '!'", start, this.#position);
      if (!this.#isBlankOrEnd(this.#position)) throw new YamlFault('while scanning a %TAG directive: did not find expected whitespace', start, this.#position);
      this.#skipBlanks();
      token = { kind: 'tagDirective', start, end: this.#position, name: handle, suffix: this.#uri(start, '') };
    } else {
      throw new YamlFault('while scanning a directive: found unknown directive name', start, this.#position);
    }
    this.#skipBlanks();
    this.#skipComment();
    if (this.#code() !== 0 && !isBreak(this.#code())) throw new YamlFault('while scanning a directive: did not find expected comment or line break', start, this.#position);
    this.#push(token);
  }

  #blockScalar(style: 'literal' | 'folded'): void {
    const start = this.#position;
    const header = /^.(?:[+-]?(\d?)|(\d)[+-]?)(?=[^+\-\d]|$)/s.exec(this.#text.slice(start, start + 4));
    const digit = header?.[1] === '' ? undefined : (header?.[1] ?? header?.[2]);
    if (digit === '0') throw new YamlFault('while scanning a block scalar: found an indentation indicator equal to 0', start, start + 2);
    this.#position += header === null ? 1 : header[0].length;
    this.#skipBlanks();
    this.#skipComment();
    if (header === null || (this.#code() !== 0 && !isBreak(this.#code()))) throw new YamlFault('while scanning a block scalar: did not find expected comment or line break', start, this.#lineEnd(start));
    if (this.#code() !== 0) this.#skipLine();
    let indent = digit === undefined ? 0 : Math.max(this.#indent, 0) + Number(digit);
    let deepest = 0;
    let end: number;
    for (;;) {
      // Breaks, and the spaces before the content.
      end = this.#position;
      for (;;) {
        while ((indent === 0 || this.#column < indent) && this.#code() === 32) this.#position++;
        deepest = Math.max(deepest, this.#column);
        if ((indent === 0 || this.#column < indent) && this.#code() === 9) throw new YamlFault('while scanning a block scalar: found a tab character where an indentation space is expected', this.#position);
        if (!isBreak(this.#code())) break;
        this.#skipLine();
        end = this.#position;
      }
      if (indent === 0) indent = Math.max(deepest, this.#indent + 1, 1);
      if (this.#column !== indent || this.#code() === 0) break;
      this.#position = this.#lineEnd(this.#position);
      if (this.#code() !== 0) this.#skipLine();
    }
    this.#push({ kind: 'scalar', start, end, style, indent });
  }

  #quoted(quote: string): void {
    const start = this.#position++;
    const single = quote === "'";
    for (;;) {
      if (this.#documentMarker() !== undefined) throw new YamlFault('while scanning a quoted scalar: found unexpected document indicator', start);
      const character = this.#text.charAt(this.#position);
      if (character === '') throw new YamlFault(`found unexpected end of stream: the quote ${quote} is not closed`, start);
      if (character === quote) {
        this.#position++;
        if (!single || this.#text.charAt(this.#position) !== quote) break;
        this.#position++;
      } else if (isBreak(character.charCodeAt(0))) {
        this.#skipLine();
      } else if (!single && character === '\\') {
        this.#escape();
      } else {
        this.#position++;
      }
    }
    this.#push({ kind: 'scalar', start, end: this.#position, style: single ? 'single' : 'double' });
  }

  #escape(): void {
    const start = this.#position++;
    const letter = this.#text.charAt(this.#position);
    if (isBreak(letter.charCodeAt(0))) {
      this.#skipLine();
      return;
    }
    const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    if (digits === 0 && (letter === '' || !'0abt\tnvfre "\'\\N_LP'.includes(letter))) throw new YamlFault('found unknown escape character: in double quotes a backslash is written twice, or put the text in single quotes', start, start + 2);
    this.#position++;
    if (digits === 0) return;
    const hex = this.#text.slice(this.#position, this.#position + digits);
    if (!/^[\da-fA-F]+$/.test(hex) || hex.length < digits) throw new YamlFault('did not find expected hexadecimal number', start, this.#position);
    const code = Number.parseInt(hex, 16);
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw new YamlFault('found invalid Unicode character escape code', start, this.#position + digits);
    this.#position += digits;
  }

  #plain(): void {
    const start = this.#position;
    const indent = this.#indent + 1;
    let end = start;
    let broken = false;
    for (;;) {
      if (this.#documentMarker() !== undefined || this.#code() === 35) break;
      while (!this.#isBlankOrEnd(this.#position)) {
        const character = this.#text.charAt(this.#position);
        if (character === ':' && this.#isBlankOrEnd(this.#position + 1)) break;
        if (this.#flowLevel > 0 && flowIndicators.includes(character)) break;
        broken = false;
        end = ++this.#position;
      }
      if (!this.#isBlankOrEnd(this.#position) || this.#code() === 0) break;
      for (;;) {
        const code = this.#code();
        if (isBreak(code)) {
          this.#skipLine();
          broken = true;
        } else if (code === 32 || code === 9) {
          if (code === 9 && broken && this.#column < indent) throw new YamlFault('while scanning a plain scalar: found a tab character that violates indentation', this.#position);
          this.#position++;
        } else {
          break;
        }
      }
      if (this.#flowLevel === 0 && this.#column < indent) break;
    }
    this.#push({ kind: 'scalar', start, end, style: 'plain' });
    if (broken) this.#keyAllowed = true;
  }
}
