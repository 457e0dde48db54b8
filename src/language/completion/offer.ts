import type { Span } from '../finding.ts';

/** What an offer is, for its icon. */
export type OfferKind = 'field' | 'value' | 'function' | 'aggregation' | 'keyword' | 'operator' | 'duration' | 'label' | 'labelValue' | 'metric' | 'variable' | 'skeleton';

/** Something that may be written at the cursor. */
export interface Offer {
  readonly kind: OfferKind;
  /** What the list shows, and what the letters typed so far are compared with. */
  readonly label: string;
  /** Behind the label: a signature, a type. */
  readonly detail?: string;
  /** Markdown in which nothing comes from a file unescaped. */
  readonly documentation?: string;
  /** The text for editors without snippets. */
  readonly text: string;
  /** The same with places to fill in (`$1`, `${2:name}`, `$0`); absent where there are none. */
  readonly snippet?: string;
  /** Whether something may be offered right behind it. */
  readonly continues?: boolean;
}

/** What may be written at a place, best first. */
export interface Completion {
  /** What an accepted offer replaces: offsets of the text that completion was asked for. */
  readonly span: Span;
  readonly offers: readonly Offer[];
  /** There are more; ask again when more letters are typed. */
  readonly incomplete: boolean;
}

/** An answer without offers. */
export const noCompletion: Completion = { span: { start: 0, end: 0 }, offers: [], incomplete: false };

/** Text as a part of a snippet that stands for itself. */
export function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
