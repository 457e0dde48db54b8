/**
 * Text of others (labels, annotations, comments, names) where VS Code would act on some of it: icons in quick picks and the status
 * bar, links in notifications, control characters in logs and terminals, characters that turn the direction of writing.
 */

const acting = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** One line without characters that are not seen. @param length characters that are kept at most */
export function oneLine(text: string, length = 300): string {
  const line = text.replace(acting, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length)}…`;
}

/** Lines without characters that are not seen. */
export function plainLines(text: string, length = 4000): string {
  return text.slice(0, length).split(/\r?\n/).map((line) => oneLine(line, length)).join('\n');
}

/** {@link oneLine} where `$(name)` would become an icon. */
export function withoutIcons(text: string, length?: number): string {
  return oneLine(text, length).replace(/\$\(/g, '\\$(');
}

/** {@link oneLine} where `[text](address)` would become a link. */
export function withoutLinks(text: string, length?: number): string {
  return oneLine(text, length).replace(/\]\(/g, '] (');
}

/** What went wrong, for the log and for panels. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error), 2000);
}

/** {@link messageOf} for a notification. */
export function noticeOf(error: unknown): string {
  return withoutLinks(error instanceof Error ? error.message : String(error), 1000);
}
