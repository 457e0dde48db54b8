/** The comments of a text that a sticky expression takes from their `#` on. Other characters are only searched for the next `#`. */
export function* commentsLike(text: string, expression: RegExp): Generator<{ readonly at: number; readonly match: RegExpExecArray }> {
  for (let at = text.indexOf('#'); at >= 0; ) {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match !== null) yield { at, match };
    at = text.indexOf('#', at + Math.max(match?.[0].length ?? 0, 1));
  }
}
