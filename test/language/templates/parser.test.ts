import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTemplate } from '../../../src/language/templates/parser.ts';

/** Parses a text and marks the error's place with «»; the words come first. */
function fault(text: string, alert?: string): string {
  const [error, ...more] = parseTemplate(text, alert === undefined ? {} : { alert }).errors;
  assert.deepEqual(more, [], 'Go stops at the first error');
  return error === undefined ? 'ok' : `${error.message}: ${text.slice(0, error.start)}«${text.slice(error.start, error.end)}»${text.slice(error.end)}`;
}

describe('errors are Go’s words on the very place', () => {
  const cases: [text: string, expected: string][] = [
    ['{{ $label.job }}', 'undefined variable "$label": {{ «$label».job }}'],
    ['👍 {{ humanise $value }}', 'function "humanise" not defined: 👍 {{ «humanise» $value }}'],
    ['{{ $labels[job] }}', 'bad character U+005B \'[\': {{ $labels«[»job] }}'],
    ['{{ if $value }}x', 'unexpected EOF: {{ «if» $value }}x'],
    ['a{{ end }}', 'unexpected {{end}}: a{{ «end» }}'],
    ['{{ range $labels }}{{ else }}{{ else }}{{ end }}', 'expected end; found {{else}}: {{ range $labels }}{{ else }}{{ «else» }}{{ end }}'],
    ['{{ $value / 2 }}', 'unexpected "/" in operand: {{ $value «/» 2 }}'],
    ['{{ $value | 1 }}', 'non executable command in pipeline stage 2: {{ $value | «1» }}'],
    ['{{ 1.x }}', 'bad number syntax: "1.x": {{ «1.x» }}'],
    ['{{ "a".b }}', 'unexpected . after term "\\"a\\"": {{ «"a".b» }}'],
    ['{{ $a, $b := 1 }}', 'too many declarations in command: {{ $a«,» $b := 1 }}'],
    ['{{ range $a, 1 }}{{ end }}', 'range can only initialize variables: {{ range $a, «1» }}{{ end }}'],
    ['{{ "abcdefghijkl" "\\d" }}', 'invalid syntax: {{ "abcdefghijkl" «"\\d"» }}'],
    ['{{ define "x" }}{{ $labels.job }}{{ end }}', 'undefined variable "$labels": {{ define "x" }}{{ «$labels».job }}{{ end }}'],
    ['{{ range 2 }}{{ block "x" . }}{{ break }}{{ end }}{{ end }}', '{{break}} outside {{range}}: {{ range 2 }}{{ block "x" . }}{{ «break» }}{{ end }}{{ end }}'],
    ['{{ ( }}', 'unclosed left paren: {{ ( «»}}'],
    ['{{ printf\n"x', 'unterminated quoted string in action started at line 1: {{ printf\n«"x»'],
    ['\n{{ print\n', 'unclosed action started at line 2: \n{{ print\n«»'],
    ['{{ 0x10000000000000000 }}', 'illegal number syntax: "0x10000000000000000": {{ «0x10000000000000000» }}'],
  ];
  for (const [text, expected] of cases) test(text, () => { assert.equal(fault(text), expected); });
});

test('a template may be defined once, except that an empty one may be replaced', () => {
  assert.equal(fault('{{ define "x" }} {{ end }}{{ define "x" }}a{{ end }}{{ define "x" }} {{ end }}'), 'ok');
  assert.match(fault('{{ define "x" }}a{{ end }}{{ define "x" }}b{{ end }}'), /^template: multiple definition of template "x"/);
  assert.match(fault('{{ define "__alert_Down" }}a{{ end }}', 'Down'), /^template: multiple definition of template "__alert_Down"/);
  assert.equal(fault('{{ define "__alert_Down" }}a{{ end }}', 'Up'), 'ok');
});

test('trim markers take the space around actions and comments', () => {
  const { template } = parseTemplate('a \n{{- /* x */ -}}\t b {{ 1 -}} \n c');
  assert.deepEqual(template?.root.nodes.map((node) => (node.kind === 'text' ? node.text : node.kind)), ['a', 'b ', 'action', 'c']);
});

test('nesting beyond the stack is left unjudged, however deep', () => {
  for (const text of [`{{${'('.repeat(50_000)}`, '{{ if 1 }}'.repeat(50_000), `{{ if 1 }}${'{{ else if 1 }}'.repeat(5000)}{{ end }}`]) {
    assert.deepEqual(parseTemplate(text), { errors: [], tooDeep: true });
  }
  assert.equal(fault(`{{ ${'('.repeat(300)}1${')'.repeat(300)} }}`), 'ok');
});
