import type { Random } from './random.ts';

/** Plain scalars that YAML 1.1, as Go reads it, takes for something else than they look like, and their neighbours. */
export const surprisingScalars: readonly string[] = [
  'y', 'n', 'Y', 'yes', 'No', 'on', 'OFF', 'true', 'False', '~', 'null', 'Null', 'nULL', '""', "''", '0777', '0o17', '0O17', '08', '0x1F', '0X1f', '0xG', '0b101', '0b2', '-0b11', '1_000', '0x_1', '1__0', '_1', '1_',
  '.5', '5.', '+12', '-0', '-0.0', '+0x10', '-017', '1e3', '1E+3', '1e', '1.5e-7', '.e1', '1_0.5', '.5_0', '.', '..', '-', '-.', '+.5', '.inf', '-.Inf', '+.INF', '.NaN', '.nan', 'NaN', 'inf', 'Infinity', '190:20:30', '12:30', '2001-01-01', '2001-12-14t21:59:43.10-05:00',
  '9223372036854775807', '9223372036854775808', '18446744073709551616', '-9223372036854775809', '1e400', '123456789012345678901234567890', '=', '<<', '!!', '5m', '0.1.2', '1,000', '00', '01', '-01', '0_0', '0.', '+', '+-1', '1-1', '-1e-3', 'e3', '0e0', '0x', '0b', '0o',
];

const keys = ['1', 'on', 'yes', '~', 'null', '""', '1.5', '.5', '0x10', '? a', '? [a, b]', '[a]', '{a: b}', '"q"', "'s'", '&k key', '*k', '!!str on', '<<', 'a b', 'a#b', '-', '- a', '"a\\n"', '2001-01-01', '1e3', 'true', '.nan', '100000000', '1e21', '-0', '0.10'];
const values = [
  '{a: b, c: [1, 2]}', '[a, b, {c: d}]', '{}', '[]', '[', '{', ']', '}', '{a: b', '[a, b', '{a, b}', '[a: b]', '{"a":b}', "{a: 'x, y'}", '[a,b,]', '[,]', '{a: {b: [c]}} ', '{a:b}', '[a #b\n ]', '{a: b} c', '"a" b', '"a"#b', "'it''s'", '"\\x41\\u00e9\\n\\t\\\\"', '"\\q"', '"\\u12"', '"a\\\n    b"', '"a\n    b\n\n    c"', "'a\n\n    b'", '"a\nb"', "'a\nb'", 'a\n      b', 'a: b', '- a', '? a', ': a', '@a', '`a`', '%a', '*a', '&a b', '&a', '!!str 1', '!!int "1"', '!!float 1', '!!binary aGk=', '!foo bar', '! 1', '!!bool yes', '!!null ""', '!!set {a, b}', 'a # c', 'a #c', 'a# c', '# c', 'a\t# c', '"a"\t# c', 'a\tb', '\ta', 'a\t', 'a:b', 'a :b', 'a,b', 'a]b', 'x:', '-a', '?a', ':a', '"', "'", '|', '>', '| # c', '|# c', '>-\n    a\n     b\n\n    c', '|+\n    a\n\n', '|2\n      a', '|-1\n  a', '>+2\n    a\n    b\n', '|\n\n\n      a\n    b', '|\n \t\n    a', '>\n    a\n\n\n    b\n     c\n    d\n\n', '>-\n\n    a\n    b', '|0\n    a', '|10\n   a', '|--\n    a', '|x\n    a', '|\n', '>\n\n\n', '"\\ud800"', '"\\U0001F600"', '"\\/"', '"\\\t"', '"\\ "', '"\\0\\a\\b\\e\\v\\f\\N\\_\\L\\P"',
];
const headers = ['|', '>', '|-', '>-', '|+', '>+', '|2', '>1', '|4-', '>+3', '| # note', '>-  # note', '|#note', '|-+', '|2+', '>9'];
const odd = ['\t', ' ', '\n', '\r', '\r\n', '"', "'", ':', ': ', '-', '- ', '#', ' #', '{', '}', '[', ']', ',', '&a ', '*a', '!', '!!str ', '|', '>', '%', '@', '`', '?', '? ', '\\', '<<: ', '\u0085', '\u2028', '\u2029', '\ufeff', '\u0000', '\u0007', '\u007f', '\u00a0', '\u00e9', '\ud800', '\u{1f600}', '\ufffe', '---\n', '...\n', '{{ .Values.a }}', '{{', '=~"a|b"', '~'];

type Mutation = (random: Random, text: string) => string;

const splice = (text: string, start: number, end: number, inserted: string): string => text.slice(0, start) + inserted + text.slice(end);

/** Changes the line at a random place of the text; `change` gets the line without its break. */
const onLine = (change: (random: Random, line: string) => string): Mutation => (random, text) => {
  const start = text.lastIndexOf('\n', random.below(text.length + 1) - 1) + 1;
  const found = text.indexOf('\n', start);
  const end = found < 0 ? text.length : found;
  return splice(text, start, end, change(random, text.slice(start, end)));
};

const indentOf = (line: string): string => /^ */.exec(line)?.[0] ?? '';

/** Gives a line another value behind its key or dash. */
const withValue = (line: string, value: string): string => line.replace(/^(\s*(?:- )*(?:[\w.-]+:|-)[ \t]?).*$/, (_, head: string) => (head.endsWith(' ') ? head : `${head} `) + value);

const mutations: readonly Mutation[] = [
  (random, text) => splice(text, random.below(text.length + 1), random.below(text.length + 1), ''),
  (random, text) => { const at = random.below(text.length + 1); return splice(text, at, at + 1 + random.below(3), ''); },
  (random, text) => { const at = random.below(text.length + 1); return splice(text, at, at, random.pick(odd)); },
  (random, text) => { const at = random.below(text.length + 1); return splice(text, at, at + 1, random.pick(odd)); },
  (random, text) => text.slice(0, random.below(text.length + 1)),
  (random, text) => { const from = random.below(text.length); const at = random.below(text.length + 1); return splice(text, at, at, text.slice(from, from + random.below(80))); },
  onLine(() => ''),
  onLine((_, line) => `${line}\n${line}`),
  onLine((random, line) => ' '.repeat(random.below(4)) + line),
  onLine((random, line) => line.slice(Math.min(indentOf(line).length, 1 + random.below(3)))),
  onLine((_, line) => line.replace(/^ {1,8}/, '\t')),
  onLine((_, line) => line.replace(/^( *)(- )?/, '$1$2\t')),
  onLine((_, line) => `${line}\t`),
  onLine((_, line) => line.replace(/: /, ':\t')),
  onLine((random, line) => withValue(line, random.pick(surprisingScalars))),
  onLine((random, line) => withValue(line, random.pick(values))),
  onLine((random, line) => withValue(line, random.pick(values))),
  onLine((random, line) => line.replace(/(?:[|>][-+0-9]*|[^\s:]+)\s*$/, random.pick(headers))),
  onLine((random, line) => line.replace(/[\w.-]+:/, `${random.pick(keys)}:`)),
  onLine((random, line) => line.replace(/([\w.-]+):/, (_, key: string) => random.pick([`"${key}":`, `'${key}' :`, `? ${key}\n${indentOf(line)}:`, `${key} :`, `&a ${key}:`, `!!str ${key}:`, `${key}:`]))),
  onLine((random, line) => line.replace(/: (.+)$/, (_, value: string) => random.pick([`: '${value}'`, `: "${value}"`, `: ${value} # c`, `: &a ${value}`, `: !!str ${value}`, `:\n${indentOf(line)}  ${value}`, `:\n${indentOf(line)}${value}`, `: |\n${indentOf(line)}  ${value}`, `: [${value}]`, `: {a: ${value}}`, `:   ${value}  `]))),
  onLine((random, line) => `${' '.repeat(random.below(12))}# a comment\n${line}`),
  onLine((random, line) => `${line}${random.pick(['\n', '\n\n', '\n   \n', '\n\t\n', '\n            \n'])}`),
  onLine((random, line) => `${line}\n${indentOf(line)}<<: ${random.pick(['*a', '{x: y}', '[*a, {z: 1}]', 'a', '[a]', '*unknown', ''])}`),
  onLine((_, line) => `${line}\n${indentOf(line)}other: *a`),
  onLine((random, line) => `${line}\n${indentOf(line)}${random.pick(['a:', '- a', 'a', 'a: b: c', '- - a', '-', '- a: b\n    c: d', '- ? a', 'a:\n- b', "'a': 'b", '"a": "b'])}`),
  onLine((random, line) => `${line}\n${random.pick(['---', '--- # next', '...', '--- |\n a', '---\t', '%YAML 1.1\n---', '%YAML 1.2\n---', '%TAG ! tag:x,2000:\n---', '--- {a: b}', '---a', '....', '--- - a'])}`),
  (_, text) => text.replaceAll('\n', '\r\n'),
  (_, text) => `\ufeff${text}`,
  (random, text) => random.pick(['%YAML 1.1\n---\n', '---\n', '--- # x\n', '# c\n\n', '\n\n', '   \n', '\t\n', '%FOO\n---\n', ' ']) + text,
  (_, text) => text.replace(/\n$/, ''),
  (random, text) => text + random.pick(['\n', '\n\n', '   ', '\t', '#', '# c', '---', '---\n', '...', '\n...\n', '...\nfoo: bar\n', '\0']),
];

/** A text with 1 to `most` faults of the kinds that people and programs make. */
export function mutate(random: Random, text: string, most = 3): string {
  let result = text;
  for (let count = 1 + random.below(most); count > 0; count--) result = random.pick(mutations)(random, result);
  return result;
}
