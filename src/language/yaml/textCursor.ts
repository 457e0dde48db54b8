/** Whether a character ends a line: in YAML 1.1 also NEL, LS and PS do. */
export function isBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** A place that moves through a text. Reading behind its end gives 0. */
export class TextCursor {
  readonly text: string;
  position = 0;
  line = 0;
  /** Where the line of {@link position} starts. */
  lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Columns before the position on its line. */
  get column(): number {
    return this.position - this.lineStart;
  }

  /** The UTF-16 unit at an offset; 0 behind the end. */
  code(offset = this.position): number {
    return offset < this.text.length ? this.text.charCodeAt(offset) : 0;
  }

  /** Whether a blank, a line break or the end stands at an offset. */
  isBlankOrEnd(offset: number): boolean {
    const code = this.code(offset);
    return code === 32 || code === 9 || code === 0 || isBreak(code);
  }

  /** Goes over a line break: CR LF is one. */
  skipLine(): void {
    this.position += this.code() === 13 && this.code(this.position + 1) === 10 ? 2 : 1;
    this.line++;
    this.lineStart = this.position;
  }

  /** Goes over spaces and tabs. */
  skipBlanks(): void {
    while (this.code() === 32 || this.code() === 9) this.position++;
  }

  /** Goes over a comment that begins here. */
  skipComment(): void {
    if (this.code() === 35) while (this.code() !== 0 && !isBreak(this.code())) this.position++;
  }

  /** What `---` or `...` at the position is, where it begins its line and stands alone. */
  documentMarker(): 'documentStart' | 'documentEnd' | undefined {
    if (this.column !== 0) return undefined;
    const marker = this.text.startsWith('---', this.position) ? 'documentStart' : this.text.startsWith('...', this.position) ? 'documentEnd' : undefined;
    return marker !== undefined && this.isBlankOrEnd(this.position + 3) ? marker : undefined;
  }

  /** Where the line of an offset ends, before its break. */
  lineEnd(offset: number): number {
    let end = offset;
    while (this.code(end) !== 0 && !isBreak(this.code(end))) end++;
    return end;
  }

  /** Goes over letters, digits, `_` and `-`, and gives them. */
  word(): string {
    const start = this.position;
    while (/[\w-]/.test(this.text.charAt(this.position))) this.position++;
    return this.text.slice(start, this.position);
  }
}
