/**
 * The functions of rule templates: those of Go's text/template and those of Prometheus v0.313.2 (template/template.go).
 * One table for the parser (is it defined), the evaluator (arity and types), completion and hover.
 */

/**
 * What a parameter takes: `value` anything as it is, `any` anything but needs a value that is present, `vector` the
 * result of `query`, `sample` one of its elements.
 */
export type ParameterType = 'string' | 'any' | 'value' | 'vector' | 'sample';

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
}

/** A function that a template can call. */
export interface TemplateFunction {
  readonly name: string;
  readonly origin: 'go' | 'prometheus';
  readonly parameters: readonly Parameter[];
  /** The last parameter may be given any number of times, also none. */
  readonly variadic: boolean;
  /** The type of the result, as Go names it. */
  readonly returns: string;
  /** One sentence. */
  readonly documentation: string;
  /** An action that uses it, and what that gives. */
  readonly example: string;
}

const table: [origin: 'go' | 'prometheus', signature: string, documentation: string, example: string][] = [
  ['go', 'and(first value, others ...value) any', 'Gives the first argument that is empty or false, else the last one; what follows is not evaluated.', '{{ if and $labels.pod (gt $value 1.0) }}…{{ end }}'],
  ['go', 'or(first value, others ...value) any', 'Gives the first argument that is neither empty nor false, else the last one; handy for defaults.', '{{ or $labels.team "nobody" }}'],
  ['go', 'not(condition value) bool', 'Gives true for what is empty, zero or false.', '{{ if not $labels.team }}no team{{ end }}'],
  ['go', 'len(of value) int', 'Counts the bytes of a string, or the elements of a map or query result.', '{{ query "up == 0" | len }}'],
  ['go', 'index(from value, keys ...value) any', 'Takes an element out of a map by its key or out of a list by its number from 0.', '{{ index $labels "instance" }}'],
  ['go', 'slice(of value, bounds ...value) any', 'Cuts bytes out of a string, or elements out of a list: from the first bound up to the second.', '{{ slice $labels.version 0 3 }}'],
  ['go', 'print(values ...any) string', 'Joins its arguments, with a space between two that are not strings.', '{{ print $labels.job "/" $labels.instance }}'],
  ['go', 'printf(format string, values ...any) string', 'Formats its arguments by the verbs of Go’s package fmt.', '{{ printf "%.2f" $value }}'],
  ['go', 'println(values ...any) string', 'Joins its arguments with spaces and ends the line.', '{{ println $labels.job }}'],
  ['go', 'html(values ...any) string', 'Escapes text for HTML.', '{{ html $labels.path }}'],
  ['go', 'js(values ...any) string', 'Escapes text for a JavaScript string.', '{{ js $labels.path }}'],
  ['go', 'urlquery(values ...any) string', 'Escapes text for the query part of a URL.', 'https://example.com/?q={{ urlquery $labels.instance }}'],
  ['go', 'eq(first value, others ...value) bool', 'Tells whether the first argument equals any of the others; both must be of one kind.', '{{ if eq $labels.severity "critical" "page" }}…{{ end }}'],
  ['go', 'ne(first value, second value) bool', 'Tells whether two arguments of one kind differ.', '{{ if ne $labels.job "node" }}…{{ end }}'],
  ['go', 'lt(first value, second value) bool', 'Tells whether the first argument is less; numbers must be written as floats beside $value.', '{{ if lt $value 0.5 }}…{{ end }}'],
  ['go', 'le(first value, second value) bool', 'Tells whether the first argument is less or equal; numbers must be written as floats beside $value.', '{{ if le $value 0.5 }}…{{ end }}'],
  ['go', 'gt(first value, second value) bool', 'Tells whether the first argument is greater; numbers must be written as floats beside $value.', '{{ if gt $value 100.0 }}…{{ end }}'],
  ['go', 'ge(first value, second value) bool', 'Tells whether the first argument is greater or equal; numbers must be written as floats beside $value.', '{{ if ge $value 100.0 }}…{{ end }}'],
  ['go', 'call(function value, arguments ...value) any', 'Calls a function value; Prometheus’ data holds none, so it always fails.', '{{ call $labels.job }}'],

  ['prometheus', 'query(expression string) vector', 'Asks Prometheus for an instant vector at the time of the alert.', '{{ range query "up == 0" }}{{ .Labels.instance }} {{ end }}'],
  ['prometheus', 'first(of vector) sample', 'Takes the first sample of a query result; fails when there is none.', '{{ query "up" | first | value }}'],
  ['prometheus', 'label(name string, of sample) string', 'Gives a label’s value of a sample, or nothing when it has no such label.', '{{ query "up" | first | label "instance" }}'],
  ['prometheus', 'value(of sample) any', 'Gives a sample’s value.', '{{ query "up" | first | value | humanize }}'],
  ['prometheus', 'sortByLabel(label string, vector vector) vector', 'Sorts a query result by the values of a label.', '{{ range query "up" | sortByLabel "instance" }}…{{ end }}'],
  ['prometheus', 'strvalue(of sample) string', 'Gives the label __value__ of a sample.', '{{ query "count_values(\'__value__\', up)" | first | strvalue }}'],
  ['prometheus', 'args(values ...any) map[string]any', 'Packs several values for a template, which finds them as .arg0, .arg1 and so on.', '{{ template "row" (args $labels.job 1) }}'],
  ['prometheus', 'humanize(number any) string', 'Shortens a number with a metric prefix and four digits.', '{{ $value | humanize }} → 1.235M'],
  ['prometheus', 'humanize1024(number any) string', 'Shortens a number with a binary prefix and four digits.', '{{ $value | humanize1024 }}B → 1.177MiB'],
  ['prometheus', 'humanizeDuration(seconds any) string', 'Writes seconds as days, hours, minutes and seconds.', '{{ humanizeDuration 3661 }} → 1h 1m 1s'],
  ['prometheus', 'humanizePercentage(ratio any) string', 'Writes a ratio (1 is everything) as a percentage with four digits.', '{{ humanizePercentage 0.1234567 }} → 12.35%'],
  ['prometheus', 'humanizeTimestamp(seconds any) string', 'Writes seconds since 1970 as a date and time in UTC.', '{{ humanizeTimestamp 1704067200 }} → 2024-01-01 00:00:00 +0000 UTC'],
  ['prometheus', 'toTime(seconds any) *time.Time', 'Makes a time of seconds since 1970, with the methods of Go’s time.Time.', '{{ (toTime $value).Format "15:04" }}'],
  ['prometheus', 'toDuration(seconds any) *time.Duration', 'Makes a duration of seconds, with the methods of Go’s time.Duration.', '{{ (toDuration 1800).String }} → 30m0s'],
  ['prometheus', 'now() float64', 'Gives the time of the evaluation, in seconds since 1970.', '{{ now | humanizeTimestamp }}'],
  ['prometheus', 'parseDuration(duration string) float64', 'Reads a Prometheus duration, which may be negative, as seconds.', '{{ parseDuration "1h30m" }} → 5400'],
  ['prometheus', 'title(text string) string', 'Makes the first letter of each word a capital.', '{{ title "abc def" }} → Abc Def'],
  ['prometheus', 'toUpper(text string) string', 'Makes all letters capitals.', '{{ toUpper $labels.severity }}'],
  ['prometheus', 'toLower(text string) string', 'Makes all letters small.', '{{ toLower $labels.severity }}'],
  ['prometheus', 'match(pattern string, text string) bool', 'Tells whether a regular expression matches anywhere in a text.', '{{ if match "^prod-" $labels.cluster }}…{{ end }}'],
  ['prometheus', 'reReplaceAll(pattern string, replacement string, text string) string', 'Replaces what a regular expression matches; $1 and ${name} stand for its groups.', '{{ reReplaceAll "(.*):\\\\d+" "$1" $labels.instance }}'],
  ['prometheus', 'safeHtml(text string) template.HTML', 'Marks text as HTML that console pages do not escape; in rules it changes nothing.', '{{ safeHtml "<b>" }}'],
  ['prometheus', 'externalURL() string', 'Gives the URL under which Prometheus is reached from outside.', '{{ externalURL }}/alerts'],
  ['prometheus', 'pathPrefix() string', 'Gives the path of the external URL.', '{{ pathPrefix }}'],
  ['prometheus', 'tableLink(expression string) string', 'Gives the path of an expression’s table in Prometheus’ UI.', '{{ externalURL }}{{ tableLink "up" }}'],
  ['prometheus', 'graphLink(expression string) string', 'Gives the path of an expression’s graph in Prometheus’ UI.', '{{ externalURL }}{{ graphLink "up" }}'],
  ['prometheus', 'stripPort(address string) string', 'Cuts the port off an address.', '{{ stripPort $labels.instance }}'],
  ['prometheus', 'stripDomain(address string) string', 'Cuts the domain off a host name and keeps its port; leaves IP addresses alone.', '{{ stripDomain "host.example.com:9090" }} → host:9090'],
  ['prometheus', 'urlQueryEscape(text string) string', 'Escapes text for the query part of a URL.', 'https://example.com/?q={{ urlQueryEscape $labels.instance }}'],
];

const parameterTypes: ReadonlySet<string> = new Set<ParameterType>(['string', 'any', 'value', 'vector', 'sample']);

function isParameterType(type: string): type is ParameterType {
  return parameterTypes.has(type);
}

function define([origin, signature, documentation, example]: (typeof table)[number]): TemplateFunction {
  const [, name = '', inner = '', returns = ''] = /^(\w+)\((.*)\) (.+)$/.exec(signature) ?? [];
  const parameters = inner === '' ? [] : inner.split(', ').map((part): Parameter => {
    const [parameter = '', type = ''] = part.split(' ');
    const plain = type.replace('...', '');
    if (!isParameterType(plain)) throw new TypeError(`unknown parameter type in ${signature}`);
    return { name: parameter, type: plain };
  });
  return { name, origin, parameters, variadic: inner.includes('...'), returns, documentation, example };
}

/** By name. `break` and `continue` are keywords, and `tmpl` exists in console pages only. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map(table.map((row) => {
  const definition = define(row);
  return [definition.name, definition];
}));

/** The signature as documentation shows it, for example `label(name string, of sample) string`. */
export function signature({ name, parameters, variadic, returns }: TemplateFunction): string {
  const shown = parameters.map((parameter, index) => `${parameter.name} ${variadic && index === parameters.length - 1 ? '...' : ''}${parameter.type}`);
  return `${name}(${shown.join(', ')}) ${returns}`;
}
