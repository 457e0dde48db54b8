/** Letter case as Go's strings.ToLower and ToUpper change it: one code point for one, whatever stands around it. */

/** `İ` becomes `i`, a final `Σ` becomes `σ`. */
export function toLowerCase(text: string): string {
  return mapCodePoints(text, (letter) => single(letter.toLowerCase()) ?? (letter === '\u0130' ? 'i' : letter));
}

/** `ß` stays, since its capital form has two letters. */
export function toUpperCase(text: string): string {
  return mapCodePoints(text, (letter) => single(letter.toUpperCase()) ?? titleCase(letter));
}

function mapCodePoints(text: string, change: (letter: string) => string): string {
  return Array.from(text, change).join('');
}

function single(text: string): string | undefined {
  return [...text].length === 1 ? text : undefined;
}

/** Greek vowels with an iota below: the one-letter form of their capitals, which JavaScript spells with two. */
function titleCase(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  const capitals: Readonly<Record<string, string>> = { '\u1fb3': '\u1fbc', '\u1fc3': '\u1fcc', '\u1ff3': '\u1ffc' };
  return capitals[letter] ?? letter;
}
