import { type CompletionItem, CompletionItemKind, type CompletionList, CompletionTriggerKind, type CompletionParams, InsertTextFormat, InsertTextMode, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Completion, Offer, OfferKind } from '../../language/completion/offer.ts';

/** Characters behind which an editor asks by itself. */
export const completionTriggers = ['{', '(', '[', '"', '=', '~', ',', '$', '.', '|', ' '];

const kinds: Readonly<Record<OfferKind, CompletionItemKind>> = {
  field: CompletionItemKind.Field,
  value: CompletionItemKind.Value,
  function: CompletionItemKind.Function,
  aggregation: CompletionItemKind.Method,
  keyword: CompletionItemKind.Keyword,
  operator: CompletionItemKind.Operator,
  duration: CompletionItemKind.Unit,
  label: CompletionItemKind.Property,
  labelValue: CompletionItemKind.EnumMember,
  metric: CompletionItemKind.Variable,
  variable: CompletionItemKind.Variable,
  skeleton: CompletionItemKind.Snippet,
};

/**
 * An answer as the protocol has it.
 * @param snippets the editor can fill in places of a snippet
 */
export function toCompletionList({ span, offers, incomplete }: Completion, document: TextDocument, { context }: CompletionParams, snippets: boolean): CompletionList {
  const range = { start: document.positionAt(span.start), end: document.positionAt(span.end) };
  // A blank alone must not open a list that the next Enter accepts from: only where nothing but an offer can follow.
  const bySpace = context?.triggerKind === CompletionTriggerKind.TriggerCharacter && context.triggerCharacter === ' ';
  const shown = bySpace && !offers.every(({ kind }) => kind === 'value' || kind === 'duration') ? [] : offers;
  return { isIncomplete: incomplete, items: shown.map((offer, index) => toItem(offer, index, range, snippets)) };
}

function toItem(offer: Offer, index: number, range: { start: { line: number; character: number }; end: { line: number; character: number } }, snippets: boolean): CompletionItem {
  const { kind, label, detail, documentation, text, snippet, continues } = offer;
  const useSnippet = snippets && snippet !== undefined;
  return {
    label,
    kind: kinds[kind],
    sortText: String(index).padStart(5, '0'),
    insertTextFormat: useSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    // Lines carry their own indentation.
    insertTextMode: InsertTextMode.asIs,
    textEdit: { range, newText: useSnippet ? snippet : text },
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
    ...(continues === true ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
  };
}
