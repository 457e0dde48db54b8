import type { Span } from './finding.ts';
import type { TextChange } from './textChange.ts';

/** A text in which the parts that are not YAML have been blanked; every offset stays what it was. */
export interface MaskedText {
  readonly text: string;
  /** What was blanked: a value there is unknown, so nothing is said of it. */
  readonly masked: readonly Span[];
}

/** What only templates around YAML write; `{{ if }}`, raw strings and `{{ $labels.x }}` are Prometheus' own as well. */
const helmWord = /\.(?:Values|Release|Chart|Capabilities|Template|Files)\b|\b(?:include|toYaml|nindent|tpl)\b|`\{\{|"\{\{"/;
const helmWords = new RegExp(`\\{\\{[^}]*(?:${helmWord.source})`);

/**
 * Helm and other Go templates around YAML: `{{ .Values.x }}` where YAML would read a map, lines of
 * `{{- if … }}`. Undefined for a file that is plain YAML (in rules, `{{ $labels.x }}` inside strings
 * is Prometheus' own template and stays).
 * `since`: how the text came out of one that was plain YAML; then only what stands around the change is looked at.
 */
export function maskTemplates(text: string, since?: TextChange): MaskedText | undefined {
  if (!isTemplate(text, since)) return undefined;
  const masked: Span[] = [];
  let result = '';
  let copied = 0;
  for (const match of text.matchAll(/\{\{(?:[^}`"]|"(?:\\.|[^"\\])*"|`[^`]*`|\}(?!\}))*\}\}/g)) {
    const start = match.index;
    const end = start + match[0].length;
    if (isPrometheusTemplate(match[0])) continue;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = text.indexOf('\n', end);
    const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd < 0 ? text.length : lineEnd).trim() === '';
    // A line of its own is structure: blank it. Elsewhere it stands for a value: a word of the same length.
    result += text.slice(copied, start) + match[0].replace(/[^\r\n]/g, alone ? ' ' : 'x');
    masked.push({ start, end });
    copied = end;
  }
  return { text: result + text.slice(copied), masked };
}

/** Whether a text is jsonnet, which begins with its imports and locals: no YAML at all. */
export function isJsonnet(text: string): boolean {
  return /^(?:\s|#[^\n]*\n|\/\/[^\n]*\n)*(?:local\s+\w+\s*(?:\([^)]*\)\s*)?=|\(?\s*import(?:str)?\s+['"])/.test(text.slice(0, 5000));
}

/** Whether `{{` begins a line, or Helm's words stand behind it. A large rule file has thousands: each is looked at once. */
function isTemplate(text: string, since: TextChange | undefined): boolean {
  // Braces on either side of a change end what it can have an effect on.
  const start = since === undefined ? 0 : text.lastIndexOf('}', since.from - 1) + 1;
  const last = since === undefined ? -1 : text.indexOf('}', since.newEnd);
  const end = last < 0 ? text.length : last + 1;
  for (let at = text.indexOf('{{', start); at >= 0 && at < end; ) {
    const close = text.indexOf('}', at);
    const action = text.slice(at, close < 0 ? text.length : close);
    if (isLineStart(text, at) || action.includes('\n{{') || helmWord.test(action)) return true;
    at = close < 0 ? close : text.indexOf('{{', close);
  }
  return false;
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text.charCodeAt(at - 1) === 10;
}

/** `{{ $labels.instance }}` and its like, which the rule keeps for Prometheus. */
function isPrometheusTemplate(action: string): boolean {
  return /\$(?:labels|value|externalLabels|externalURL)\b/.test(action) && !helmWords.test(action);
}
