/**
 * Regular expressions as Prometheus, the operator and Alertmanager read them: RE2 syntax with Perl
 * extensions, over re2js, with the differences between that and Go mended.
 */

import { RE2JS, RE2JSException } from 're2js';

/** A compiled pattern, or the error in Go's words (`error parsing regexp: missing closing ): ...`). */
export type Re2Result = { readonly regex: RE2JS } | { readonly error: string };

/**
 * Who reads the pattern: `go` is Go's own package (relabelling, Alertmanager, label_replace). The label
 * matchers of PromQL are parsed by github.com/grafana/regexp/syntax, a fork of Go's package from before
 * 1.25 (model/labels/regexp.go), which knows fewer names of Unicode classes.
 */
export type Re2Dialect = 'go' | 'matcher';

/** Patterns repeat all over a workspace; beyond this many distinct ones the oldest are forgotten. */
const cacheSize = 2000;
const cache = new Map<string, Re2Result>();

/**
 * Compiles a pattern as regexp.Compile does. A lone surrogate stands for bytes that are not
 * UTF-8, which Go refuses. Relabelling and label matchers anchor theirs: see {@link compileAnchoredRe2}.
 */
export function compileRe2(pattern: string, dialect: Re2Dialect = 'go'): Re2Result {
  const key = `${dialect} ${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const result = compile(pattern, dialect);
  if (cache.size >= cacheSize) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(key, result);
  return result;
}

/**
 * Compiles a pattern that must match a whole value with `.` matching newlines, as relabel.NewRegexp
 * does: `^(?s:pattern)$`. Since the pattern is put in as text, `a)(b` is valid there.
 */
export function compileAnchoredRe2(pattern: string, dialect: Re2Dialect = 'go'): Re2Result {
  return compileRe2(`^(?s:${pattern})$`, dialect);
}

/** Why Prometheus refuses the pattern of a label matcher (labels.NewFastRegexMatcher); undefined when it takes it. */
export function matcherRe2Error(pattern: string): string | undefined {
  if (isAlternatingLiterals(pattern) || common(pattern) !== undefined) return undefined;
  const result = compileRe2(pattern, 'matcher');
  return 'error' in result ? result.error : undefined;
}

/** Whether a label matcher with a valid pattern matches the empty value, and so a series that lacks the label. */
export function matcherRe2MatchesEmpty(pattern: string): boolean {
  if (isAlternatingLiterals(pattern)) return pattern.split('|').includes('');
  const same = common(pattern);
  if (same !== undefined) return same.test('');
  const result = compileAnchoredRe2(pattern, 'matcher');
  return 'regex' in result && result.regex.matcher('').find();
}

/** True for a pattern such as `a|b c|d`, where no character but `|` has a meaning. Prometheus never parses those. */
function isAlternatingLiterals(pattern: string): boolean {
  return !/[\\.+*?()[\]{}^$]/.test(pattern);
}

const commonForm = /^(?:[\w .,:;/=@~#%&<>"'!-]|\\[.*+?|()[\]{}^$\\/-]|\[\^?(?:\w-\w|[\w .,:/@])+\]|[*+?](?![*+?])|[(|](?![*+?])|\))*$/;

/**
 * An anchored pattern for JavaScript's engine, where that means the same: letters, escaped signs, plain classes, groups,
 * alternatives and single quantifiers. Compiling these, which most matchers are, is a hundred times faster there.
 */
function common(pattern: string): RegExp | undefined {
  if (pattern.length > 200 || !commonForm.test(pattern) || /^[*+?]/.test(pattern)) return undefined;
  try {
    // By itself first: put between brackets, "a)(b" would be valid.
    return new RegExp(`^(?:${new RegExp(pattern).source})$`, 's');
  } catch {
    // Its brackets do not match: the error is RE2's.
    return undefined;
  }
}

function compile(pattern: string, dialect: Re2Dialect): Re2Result {
  if (/\p{Surrogate}/u.test(pattern)) return { error: `error parsing regexp: invalid UTF-8: \`${pattern}\`` };
  try {
    return { regex: RE2JS.compile(translateClassNames(pattern, dialect)) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // Go quotes the offending part even where it is empty.
    const message = error.message.replaceAll(' }', '}');
    return { error: message.endsWith('`') ? message : `${message}: \`\`` };
  }
}

/** Names of classes that re2js takes but the older package does not. */
const newNames: ReadonlySet<string> = new Set(['Ascii', 'Assigned', 'Lc']);

/**
 * Rewrites the names of Unicode classes so that re2js takes those that Go takes. Since 1.25 Go takes
 * them in any case, with blanks, hyphens and underscores anywhere, and by their long names; re2js and
 * the older package take the exact short names. (The same rule makes Go refuse scripts whose own name
 * has an underscore.) A name that is unknown stays as it is, for the message.
 */
function translateClassNames(pattern: string, dialect: Re2Dialect): string {
  if (!/\\p/i.test(pattern)) return pattern;
  return pattern.replace(classOrEscape, (escape, negation: string | undefined, name: string | undefined, letter: string | undefined) => {
    if (dialect === 'matcher') return name !== undefined && newNames.has(name) ? unknownClass(escape) : escape;
    if (letter !== undefined) return /[clmnpsz]/.test(letter) ? escape.slice(0, 2) + letter.toUpperCase() : escape;
    if (name === undefined) return escape;
    const compact = name.replace(/[_ -]/g, '');
    const canonical = compact.slice(0, 1).toUpperCase() + compact.slice(1).toLowerCase();
    const known = classAliases.get(canonical) ?? canonical;
    return isClass(known) ? `${escape.slice(0, 2)}{${negation ?? ''}${known}}` : unknownClass(escape);
  });
}

/** A class that no dialect knows, with the same name for the reader (see {@link compile}). */
function unknownClass(escape: string): string {
  return `${escape.slice(0, -1)} }`;
}

function isClass(name: string): boolean {
  try {
    RE2JS.compile(`\\p{${name}}`);
    return true;
  } catch {
    return false;
  }
}

/** Whole escapes, so that `\\\\p` and what stands between `\\Q` and `\\E` are left alone. */
const classOrEscape = /\\Q[\s\S]*?(?:\\E|$)|\\[pP](?:\{(\^?)([^}]*)\}|([a-z]))|\\[\s\S]/g;

/** Long names of Unicode's general categories, compact, with a leading capital. */
const classAliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    C: 'Other', Cc: 'Control Cntrl', Cf: 'Format', Cn: 'Unassigned', Co: 'Privateuse', Cs: 'Surrogate',
    L: 'Letter', Lc: 'Casedletter', Ll: 'Lowercaseletter', Lm: 'Modifierletter', Lo: 'Otherletter', Lt: 'Titlecaseletter', Lu: 'Uppercaseletter',
    M: 'Mark Combiningmark', Mc: 'Spacingmark', Me: 'Enclosingmark', Mn: 'Nonspacingmark',
    N: 'Number', Nd: 'Decimalnumber Digit', Nl: 'Letternumber', No: 'Othernumber',
    P: 'Punctuation Punct', Pc: 'Connectorpunctuation', Pd: 'Dashpunctuation', Pe: 'Closepunctuation', Pf: 'Finalpunctuation', Pi: 'Initialpunctuation', Po: 'Otherpunctuation', Ps: 'Openpunctuation',
    S: 'Symbol', Sc: 'Currencysymbol', Sk: 'Modifiersymbol', Sm: 'Mathsymbol', So: 'Othersymbol',
    Z: 'Separator', Zl: 'Lineseparator', Zp: 'Paragraphseparator', Zs: 'Spaceseparator',
  }).flatMap(([short, names]) => names.split(' ').map((name): [string, string] => [name, short])),
);
