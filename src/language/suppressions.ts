import { commentsLike } from './commentsLike.ts';
import type { Finding, Span } from './finding.ts';
import { type PintSilence, readPintComments } from './pintComments.ts';

/**
 * Comments that turn findings off: `# kubeprom-disable-next-line CODE…` for the line after it,
 * `# kubeprom-disable CODE…` for the whole file. A code may be its first part (`rule`); without a
 * code everything is meant. Codes are separated by blanks or commas. pint's comments count, too.
 */
export class Suppressions {
  readonly #file = new Set<string>();
  /** Start offset of a line → the codes that are off on it. */
  readonly #lines = new Map<number, readonly string[]>();
  readonly #pint: readonly PintSilence[];
  readonly #text: string;

  /** `rules`: the places of the rules in the text, in order. */
  constructor(text: string, rules: () => readonly Span[] = () => []) {
    this.#text = text;
    this.#pint = readPintComments(text, rules, Date.now());
    for (const { at, match } of commentsLike(text, /#[ \t]*kubeprom-disable(-next-line)?(?![\w-])[ \t]*:?[ \t]*([^\r\n]*)/y)) {
      const codes = (match[2] ?? '').split(/[\s,]+/).filter((code) => /^[a-z][a-z0-9-]*(\/[a-z0-9-]+)?$/.test(code));
      const meant = codes.length === 0 ? ['*'] : codes;
      if (match[1] === undefined) {
        for (const code of meant) this.#file.add(code);
      } else {
        const lineEnd = text.indexOf('\n', at);
        if (lineEnd >= 0) this.#lines.set(lineEnd + 1, [...(this.#lines.get(lineEnd + 1) ?? []), ...meant]);
      }
    }
  }

  /** Whether a comment turns the finding off. */
  covers(finding: Finding): boolean {
    if (this.#file.size === 0 && this.#lines.size === 0 && this.#pint.length === 0) return false;
    const lineStart = this.#text.lastIndexOf('\n', finding.span.start - 1) + 1;
    const onLine = this.#lines.get(lineStart) ?? [];
    const names = ['*', finding.code, finding.code.split('/', 1)[0] ?? ''];
    return names.some((name) => this.#file.has(name) || onLine.includes(name) || this.#pint.some((silence) => silence.codes.includes(name) && silence.start <= finding.span.start && finding.span.start < silence.end));
  }
}
