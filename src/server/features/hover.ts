import { type Hover, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Hover as HoverAnswer } from '../../language/hover/hoverExpression.ts';

/** An answer as the protocol has it. */
export function toHover({ span, markdown }: HoverAnswer, document: TextDocument): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: markdown }, range: { start: document.positionAt(span.start), end: document.positionAt(span.end) } };
}
