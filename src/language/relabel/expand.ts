/** Templates of regular expressions (`$1-${name}`) as Go's regexp.Expand fills them in. */

/** The groups of a match: by number, the whole match being 0, and by name. Those that did not take part are absent. */
export interface MatchedGroups {
  readonly numbered: readonly (string | null | undefined)[];
  readonly named: Readonly<Record<string, string | null | undefined>>;
}

/**
 * The template with its references replaced. A name without braces is as long as it can be, so that `$1x` means `${1x}`;
 * `$$` is a dollar sign, a group that does not exist is empty, and a dollar sign before anything else stands for itself.
 */
export function expandTemplate(template: string, groups: MatchedGroups): string {
  return template.replaceAll(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (...[, dollar, braced, bare]: (string | undefined)[]) => {
    if (dollar !== undefined) return '$';
    return group(braced ?? bare ?? '', groups) ?? '';
  });
}

/** `01` is a name and no number. */
function group(name: string, { numbered, named }: MatchedGroups): string | null | undefined {
  if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) return numbered[Number(name)];
  return Object.hasOwn(named, name) ? named[name] : undefined;
}
