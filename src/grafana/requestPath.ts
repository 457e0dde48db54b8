/**
 * A request's path when it is one that stays below the prefix whatever a server makes of it; undefined otherwise.
 * Dot segments, backslashes and control characters are refused in every spelling: servers differ in what they do first, decode or resolve.
 * @param prefix without a slash at the end
 */
export function confinedPath(url: string, prefix: string): string | undefined {
  const [path = ''] = url.split('?', 1);
  if (url.includes('#')) return undefined;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (/[\p{Cc}\\]/u.test(decoded) || /[\p{Cc}\s\\]/u.test(url) || path.includes('//')) return undefined;
  // `..;` is what some servers take for `..`.
  if (decoded.split('/').some((segment) => /^\.{1,2}(?:;.*)?$/.test(segment) || /%2e|%2f|%5c/i.test(segment) && /(?:^|%2f|%5c)(?:\.|%2e){1,2}(?:$|%2f|%5c|;)/i.test(segment))) return undefined;
  return path === prefix || path.startsWith(`${prefix}/`) ? url : undefined;
}
