/** The anchor of a finding's code in docs/checks.md: `rule/duplicate` is under the heading of that name. */
export function docsAnchor(code: string): string {
  return code.replaceAll('/', '');
}
