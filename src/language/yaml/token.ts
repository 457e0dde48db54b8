import type { ScalarStyle } from './node.ts';

/** A fault that ends the reading of a document, as go-yaml would: in its words, at its place. */
export class YamlFault extends Error {
  readonly start: number;
  readonly end: number;

  constructor(message: string, start: number, end = start + 1) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

export type TokenKind =
  | 'end' | 'version' | 'tagDirective' | 'documentStart' | 'documentEnd' | 'blockSequence' | 'blockMapping' | 'blockEnd'
  | '[' | ']' | '{' | '}' | ',' | '-' | '?' | ':' | 'alias' | 'anchor' | 'tag' | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** An anchor's name, or a tag's handle. */
  readonly name?: string;
  /** A tag behind its handle, or the prefix of a tag directive. */
  readonly suffix?: string;
  readonly style?: ScalarStyle;
  /** Block scalars: the columns of their content. */
  readonly indent?: number;
}
