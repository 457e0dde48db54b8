import type { TextEdit } from '../finding.ts';

/** A change of the text that keeps its meaning, as it can be offered. */
export interface Refactoring {
  readonly kind: 'extract' | 'inline' | 'rewrite';
  /** Imperative. */
  readonly title: string;
  /** By the file's URI. */
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  /** A name that was made up, as an offset of the text after the edits: whoever asked may want another one. */
  readonly named?: { readonly uri: string; readonly offset: number };
}
