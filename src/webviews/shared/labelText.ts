import type { Labels } from '../protocol.ts';

/** Labels as someone types them, or which line is none. */
export type LabelText = { readonly labels: Labels } | { readonly error: string };

/** Reads labels as JSON (`{"job":"node"}`), or a line each: `job=node`, `job="node"` or `job: node`. */
export function readLabelText(text: string): LabelText {
  if (text.trimStart().startsWith('{')) return readJson(text);
  const labels: [string, string][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim().replace(/,$/, '');
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const found = /^("(?:[^"\\]|\\.)*"|[^=:\s"]+)\s*[=:]\s*(.*)$/.exec(trimmed);
    if (found === null) return { error: `Line ${String(index + 1)} is no label: write name=value.` };
    labels.push([unquoted(found[1] ?? ''), unquoted(found[2] ?? '')]);
  }
  return { labels: Object.fromEntries(labels) };
}

/** A line each, by name. */
export function writeLabelText(labels: Labels): string {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${/^\s|\s$|^"|[\r\n]/.test(value) ? JSON.stringify(value) : value}`).join('\n');
}

function readJson(text: string): LabelText {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: 'Write a JSON object of label names and values.' };
    const wrong = Object.entries(value).find(([, one]) => typeof one !== 'string');
    return wrong === undefined ? { labels: { ...value as Record<string, string> } } : { error: `The value of ${wrong[0]} is no text: labels are always text, so write it in quotes.` };
  } catch (error) {
    return { error: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
