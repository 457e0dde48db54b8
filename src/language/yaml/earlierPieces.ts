import type { TextChange } from '../textChange.ts';
import type { YamlDocument } from './document.ts';
import type { Fragment, PieceNode } from './node.ts';

/** Finds what was read of the version before a change: by place where the text did not change, else by text. */
export class EarlierPieces {
  readonly #documents: readonly YamlDocument[];
  readonly #change: TextChange | undefined;
  /** Fragments around the change, and those that were read since. */
  #byText: Map<string, Fragment> | undefined;

  /** @param documents those of the version before, in order */
  constructor(documents: readonly YamlDocument[], change: TextChange | undefined) {
    this.#documents = documents;
    this.#change = change;
  }

  /** The document that stood where this part of the new text stands, unchanged. */
  document(start: number, end: number): Fragment | undefined {
    const was = this.#before(start, end);
    const found = was === undefined ? undefined : this.#documents.find((document) => document.start === was);
    return found !== undefined && found.end - found.start === end - start ? found.fragment : undefined;
  }

  /** The piece that stood where this part of the new text stands, unchanged. */
  at(start: number, end: number): Fragment | undefined {
    const was = this.#before(start, end);
    if (was === undefined) return undefined;
    const document = this.#documents.find((one) => one.start <= was && was < one.end);
    let fragment = document?.fragment;
    let base = document?.start ?? 0;
    while (fragment !== undefined) {
      const piece = pieceAround(fragment.pieces, was - base);
      if (piece === undefined) return undefined;
      base += piece.start;
      fragment = piece.fragment;
      if (base === was && fragment.text.length === end - start) return fragment;
    }
    return undefined;
  }

  /** A fragment of this text that was changed, moved or repeated. */
  text(text: string): Fragment | undefined {
    return (this.#byText ??= this.#aroundChange()).get(text);
  }

  /** A text that stands several times is read once. */
  remember(fragment: Fragment): void {
    this.#byText?.set(fragment.text, fragment);
  }

  /** Where an unchanged part of the new text began before; undefined for a part that changed. */
  #before(start: number, end: number): number | undefined {
    if (this.#change === undefined) return undefined;
    const { from, oldEnd, newEnd } = this.#change;
    if (end <= from) return start;
    return start >= newEnd ? start - newEnd + oldEnd : undefined;
  }

  #aroundChange(): Map<string, Fragment> {
    const found = new Map<string, Fragment>();
    if (this.#change === undefined) return found;
    const { from, oldEnd } = this.#change;
    const add = (fragment: Fragment, base: number): void => {
      if (base > oldEnd || base + fragment.text.length < from) return;
      found.set(fragment.text, fragment);
      for (const piece of fragment.pieces) add(piece.fragment, base + piece.start);
    };
    for (const { start, fragment } of this.#documents) add(fragment, start);
    return found;
  }
}

/** The piece that holds an offset; pieces stand in order. */
function pieceAround(pieces: readonly PieceNode[], offset: number): PieceNode | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  return piece !== undefined && piece.start <= offset && offset < piece.end ? piece : undefined;
}
