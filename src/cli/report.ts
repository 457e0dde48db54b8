import { docsAnchor } from '../language/docsLink.ts';
import type { Finding, ObjectReference, Severity, Span } from '../language/finding.ts';
import { LineIndex, type Position } from '../language/lineIndex.ts';

/** A range of a file; lines and characters from 0, in UTF-16 code units. */
export interface ReportRange {
  readonly start: Position;
  readonly end: Position;
}

/** A finding as the JSON form prints it. */
export interface ReportFinding {
  readonly file: string;
  readonly range: ReportRange;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly object?: ObjectReference;
  readonly related: readonly { readonly file: string; readonly range: ReportRange; readonly message: string }[];
  readonly fixes: readonly { readonly title: string; readonly file?: string; readonly edits: readonly { readonly range: ReportRange; readonly newText: string }[] }[];
  readonly docs: string;
}

/** Everything that a check found. `version` is that of this form. */
export interface Report {
  readonly version: 1;
  readonly files: number;
  readonly documents: number;
  readonly findings: readonly ReportFinding[];
}

/** Gives the findings of one file their lines and characters. `textOf` gives the texts of the files that they name. */
export function reportFindings(file: string, findings: readonly Finding[], textOf: (file: string) => string): ReportFinding[] {
  const indices = new Map<string, LineIndex>();
  const range = (span: Span, of: string): ReportRange => {
    let index = indices.get(of);
    if (index === undefined) indices.set(of, (index = new LineIndex(textOf(of))));
    return { start: index.position(span.start), end: index.position(span.end) };
  };
  return findings.map((finding) => ({
    file,
    range: range(finding.span, file),
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    ...(finding.object === undefined ? {} : { object: finding.object }),
    related: (finding.related ?? []).map(({ uri, span, message }) => ({ file: uri ?? file, range: range(span, uri ?? file), message })),
    fixes: (finding.fixes ?? []).map(({ title, uri, edits }) => ({ title, ...(uri === undefined ? {} : { file: uri }), edits: edits.map((edit) => ({ range: range(edit.span, uri ?? file), newText: edit.newText })) })),
    docs: `docs/checks.md#${docsAnchor(finding.code)}`,
  }));
}
