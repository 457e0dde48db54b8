/**
 * The tree of a YAML document. Offsets of nodes are relative to the {@link Fragment} that holds
 * them, so that a piece of a file whose text did not change keeps its nodes (and its decoded value)
 * wherever it moves; {@link YamlDocument} gives absolute places.
 */

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A decoded scalar as the API server sees it after YAML → JSON. */
export type ScalarValue = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly style: ScalarStyle;
  /** The token with its quotes, or from a block scalar's `|` to the end of its last line. */
  readonly start: number;
  readonly end: number;
  /** The characters after unescaping and folding. */
  readonly text: string;
  readonly value: ScalarValue;
  /** Block scalars only: the columns that each content line is indented by. */
  readonly indent?: number;
}

export interface MapEntry {
  readonly key: ScalarNode;
  /** The key in JSON: `on:` is `true:` to the API server. */
  readonly name: string;
  /** Undefined when nothing stands after the colon (null). */
  readonly value: Node | undefined;
}

export interface MapNode {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly start: number;
  readonly end: number;
  readonly entries: readonly MapEntry[];
}

export interface SeqNode {
  readonly kind: 'seq';
  readonly flow: boolean;
  readonly start: number;
  readonly end: number;
  readonly items: readonly (Node | undefined)[];
}

/** A piece of the text with nodes of its own, placed at `start` in the surrounding fragment. */
export interface PieceNode {
  readonly kind: 'piece';
  readonly start: number;
  readonly end: number;
  readonly fragment: Fragment;
}

export type Node = ScalarNode | MapNode | SeqNode | PieceNode;

/** Something that a YAML reader says of the text. See {@link isRejection} for what makes the API server refuse it. */
export interface YamlIssue {
  readonly kind: 'syntax' | 'duplicate' | 'alias' | 'depth' | 'key' | 'value' | 'ignored';
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Of a duplicate: the place of the first one. */
  readonly first?: { readonly start: number; readonly end: number };
}

/** A parsed piece of text; immutable, shared between versions of a file. */
export interface Fragment {
  readonly text: string;
  readonly root: Node | undefined;
  /** Those of this fragment; the pieces inside have their own. */
  readonly issues: readonly YamlIssue[];
  readonly pieces: readonly PieceNode[];
}

/** Whether the API server refuses a text with this issue; the others are read, though not as they were meant. */
export function isRejection(issue: YamlIssue): boolean {
  return issue.kind !== 'duplicate' && issue.kind !== 'ignored';
}
