import type { KubernetesObject } from './kinds/objects.ts';

/**
 * What the checks say. Two forms of one thing: a check of an object speaks of paths in the object
 * ({@link Problem}); the language service turns paths into places of the text ({@link Finding}).
 */

/** How bad it is; see "Findings" in docs/architecture.md for where the lines are drawn. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A half-open range of UTF-16 offsets in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Keys and indices from the root of a document (or of the value under check) to a value in it. */
export type Path = readonly (string | number)[];

/** A fault of an object, before it has a place in a file. */
export interface Problem {
  /** For example `rule/duplicate`: the same in the editor, the CLI, docs/checks.md and suppressions. */
  readonly code: string;
  readonly severity: Severity;
  /** One or two sentences: what is wrong, what the cluster would do, what to write instead. */
  readonly message: string;
  /** The value at fault. A path that is not in the document is placed on its nearest parent that is. */
  readonly path: Path;
  /** `key`: the last key of the path is at fault, not its value. */
  readonly on?: 'key' | 'value';
  /** Where in the decoded string value, in UTF-16 code units of the string; only for string values. */
  readonly within?: Span;
  readonly related?: readonly RelatedPath[];
  readonly fixes?: readonly Fix[];
}

/** Another place that helps to understand a problem. */
export interface RelatedPath {
  readonly path: Path;
  /** The object that the path is in; the one under check where it is not given. */
  readonly object?: KubernetesObject;
  readonly within?: Span;
  readonly message: string;
}

/** A change of the object that mends a problem; it has one right outcome. */
export interface Fix {
  /** Imperative, for example `Change to "annotations"`. */
  readonly title: string;
  readonly changes: readonly Change[];
  /** The object that changes; the one under check where it is not given. */
  readonly object?: KubernetesObject;
  /** Objects that are to stand behind it, as documents of their own. */
  readonly added?: readonly Readonly<Record<string, unknown>>[];
  /** Takes the whole object out of its file; there are no other changes then. */
  readonly removesObject?: true;
}

/** One change of an object, by path. */
export type Change =
  /** Gives the key another name, keeping its place and value. */
  | { readonly kind: 'rename'; readonly path: Path; readonly to: string }
  /** Sets the value at a path (JSON), adding the key and its missing parents. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: unknown }
  /** Removes the key or item at a path. */
  | { readonly kind: 'remove'; readonly path: Path }
  /** Moves the value at a path to another one. */
  | { readonly kind: 'move'; readonly path: Path; readonly to: Path }
  /** Replaces part of a decoded string value. */
  | { readonly kind: 'replace'; readonly path: Path; readonly within: Span; readonly text: string };

/** A change of a text. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** Names a Kubernetes object. `namespace` is undefined where the file does not say it. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A problem with its place in a text. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly object?: ObjectReference;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly TextFix[];
}

/** Another place of a finding; without `uri` in the same text. */
export interface RelatedPlace {
  readonly uri?: string;
  readonly span: Span;
  readonly message: string;
}

/** A fix as edits of one text; the edits do not overlap. */
export interface TextFix {
  readonly title: string;
  /** The file that is edited; that of the finding where it is not given. */
  readonly uri?: string;
  readonly edits: readonly TextEdit[];
}
