import { anchor, directive, tag } from './propertyTokens.ts';
import { blockScalar, plain, quoted } from './scalarTokens.ts';
import { isBreak, TextCursor } from './textCursor.ts';
import { type Token, type TokenKind, YamlFault } from './token.ts';

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

/**
 * Cuts YAML 1.1 into tokens with the rules, and the liberties, of go-yaml v2 (scannerc.go): what it
 * takes and refuses is what kubectl and the API server take and refuse.
 */
export class Scanner {
  readonly #cursor: TextCursor;
  readonly #queue: Token[] = [];
  #head = 0;
  /** Tokens taken so far: the number of the first token of the queue. */
  #taken = 0;
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
    this.#cursor = new TextCursor(text);
  }

  /** The next token, which stays. @throws YamlFault */
  peek(): Token {
    while (!this.#ended && (this.#head === this.#queue.length || this.#waitsForColon())) this.#fetch();
    const token = this.#queue[this.#head];
    return token ?? { kind: 'end', start: this.#cursor.text.length, end: this.#cursor.text.length };
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

  #push(token: Token, number = this.#taken + this.#queue.length - this.#head): void {
    this.#queue.splice(this.#head + number - this.#taken, 0, token);
  }

  #indicator(kind: TokenKind, length = 1): void {
    const start = this.#cursor.position;
    this.#cursor.position += length;
    this.#push({ kind, start, end: this.#cursor.position });
  }

  #fetch(): void {
    this.#toNextToken();
    this.#unroll(this.#cursor.column);
    const code = this.#cursor.code();
    if (code === 0) {
      this.#unroll(-1);
      this.#removeKey();
      this.#keyAllowed = false;
      this.#indicator('end', 0);
      this.#ended = true;
      return;
    }
    if (this.#cursor.column === 0 && code === 37) {
      this.#endBlocks();
      this.#push(directive(this.#cursor));
      return;
    }
    const marker = this.#cursor.documentMarker();
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

  #content(character: string): void {
    const inFlow = this.#flowLevel > 0;
    const alone = this.#cursor.isBlankOrEnd(this.#cursor.position + 1);
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
        this.#push(anchor(this.#cursor, character === '*' ? 'alias' : 'anchor'));
        return;
      case '!':
        this.#saveKey();
        this.#keyAllowed = false;
        this.#push(tag(this.#cursor));
        return;
      case '|': case '>':
        if (inFlow) break;
        this.#removeKey();
        this.#keyAllowed = true;
        this.#push(blockScalar(this.#cursor, character === '|' ? 'literal' : 'folded', this.#indent));
        return;
      case '\'': case '"':
        this.#saveKey();
        this.#keyAllowed = false;
        this.#push(quoted(this.#cursor, character));
        return;
    }
    const next = this.#cursor.code(this.#cursor.position + 1);
    const startsPlain = (!indicators.includes(character) && character !== '\t') || (character === '-' && next !== 32 && next !== 9) || (!inFlow && (character === '?' || character === ':'));
    if (!startsPlain) {
      throw new YamlFault(character === '\t' ? 'found a tab where only spaces may indent' : `found character ${JSON.stringify(character)} that cannot start any token; put the value in quotes`, this.#cursor.position);
    }
    this.#saveKey();
    this.#keyAllowed = false;
    const { token, endsLine } = plain(this.#cursor, this.#indent, inFlow);
    this.#push(token);
    if (endsLine) this.#keyAllowed = true;
  }

  #toNextToken(): void {
    for (;;) {
      // Only at the very start it is a mark; elsewhere Go takes it for a character.
      if (this.#cursor.position === 0 && this.#cursor.code() === 0xfeff) this.#cursor.lineStart = ++this.#cursor.position;
      while (this.#cursor.code() === 32 || (this.#cursor.code() === 9 && (this.#flowLevel > 0 || !this.#keyAllowed))) this.#cursor.position++;
      this.#cursor.skipComment();
      if (!isBreak(this.#cursor.code())) return;
      this.#cursor.skipLine();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  /** A key that has come too late is none any more. @throws YamlFault when a key had to be there */
  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.#cursor.line && key.start + keyLength >= this.#cursor.position) return true;
    this.#giveUp(key);
    return false;
  }

  #giveUp(key: SimpleKey): void {
    if (key.required) throw new YamlFault("could not find expected ':' after a key", key.start, Math.max(key.start + 1, this.#cursor.lineEnd(key.start)));
    key.possible = false;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = {
      possible: true, required: this.#flowLevel === 0 && this.#indent === this.#cursor.column, token: this.#taken + this.#queue.length - this.#head,
      start: this.#cursor.position, line: this.#cursor.line, column: this.#cursor.column,
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
      this.#push({ kind: 'blockEnd', start: this.#cursor.position, end: this.#cursor.position });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #blockIndicator(kind: TokenKind, refusal: string): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw new YamlFault(refusal, this.#cursor.position);
      this.#roll(this.#cursor.column, kind, this.#cursor.position);
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
        if (!this.#keyAllowed) throw new YamlFault('mapping values are not allowed in this context; put a value with ": " in quotes', this.#cursor.position);
        this.#roll(this.#cursor.column, 'blockMapping', this.#cursor.position);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#indicator(':');
  }
}
