import { type CodeAction, CodeActionKind, type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver';
import { docsAnchor } from '../language/docsLink.ts';
import type { Finding, Severity, Span, TextFix } from '../language/finding.ts';
import type { LineIndex } from '../language/lineIndex.ts';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A span of the text as the protocol's range. */
export function toRange(span: Span, lines: LineIndex): Range {
  return { start: lines.position(span.start), end: lines.position(span.end) };
}

/**
 * A finding of the document `uri` as the protocol's diagnostic. `linesOf` gives the lines of any file
 * that it names, `checksPage` is the URI that documentation links point into.
 */
export function toDiagnostic(finding: Finding, uri: string, linesOf: (uri: string) => LineIndex, checksPage: string | undefined): Diagnostic {
  const lines = linesOf(uri);
  return {
    range: toRange(finding.span, lines),
    severity: severities[finding.severity],
    code: finding.code,
    source: 'kubeprom',
    message: finding.message,
    ...(checksPage === undefined ? {} : { codeDescription: { href: `${checksPage}#${docsAnchor(finding.code)}` } }),
    ...(finding.related === undefined
      ? {}
      : { relatedInformation: finding.related.map((place) => ({ location: { uri: place.uri ?? uri, range: toRange(place.span, linesOf(place.uri ?? uri)) }, message: place.message })) }),
  };
}

/** A finding's fix as a quick fix. `linesOf` gives the lines of the file that it edits. */
export function toQuickFix(fix: TextFix, diagnostic: Diagnostic, uri: string, linesOf: (uri: string) => LineIndex): CodeAction {
  const edited = fix.uri ?? uri;
  const lines = linesOf(edited);
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: true,
    edit: { changes: { [edited]: fix.edits.map((edit) => ({ range: toRange(edit.span, lines), newText: edit.newText })) } },
  };
}
