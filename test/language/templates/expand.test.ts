import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expandTemplate } from '../../../src/language/templates/expand.ts';
import type { TemplateData } from '../../../src/language/templates/expand.ts';

const data: TemplateData = {
  alert: 'Test', labels: { instance: 'a:9090', job: 'node', ü: 'ß' }, externalLabels: {}, externalURL: 'http://x.example.com/a%20b', value: 0.125, now: 1_704_067_200_000,
  query: () => [{ labels: { job: 'b' }, value: 2 }, { labels: { job: 'a' }, value: 1 }],
};

/** The text, or `<node>: message`. */
function expand(text: string): string {
  const result = expandTemplate(text, data);
  return 'text' in result ? result.text : `<${result.error.context ?? ''}>: ${result.error.message}`;
}

/** Seen in Go 1.26 with Prometheus v0.313.2. */
const facts: Readonly<Record<string, [template: string, result: string][]>> = {
  'control structures': [
    ['{{ range $i, $s := query "x" }}{{ $i }}={{ $s.Value }} {{ else }}none{{ end }}', '0=2 1=1 '],
    ['{{ range 3 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ . }}{{ end }}', '02'],
    ['{{ range $i, $x := 3 }}{{ end }}', '<3>: can\'t use 3 to iterate over more than one variable'],
    ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}', '2'],
    ['{{ with $labels.nope }}a{{ else with $labels.job }}{{ . }}{{ end }}', 'node'],
    ['{{ define "t" }}[{{ . }}{{ $ }}]{{ end }}{{ template "t" 1 }}{{ template "t" }}', '[11][<no value><no value>]'],
    ['{{ if false }}{{ $a := 1 }}{{ else }}{{ $a }}{{ end }}', '<$a>: undefined variable: $a'],
    ['{{ and 0 (index $labels 1) }} {{ or "" "x" }} {{ 1 | or 0 }}', '0 x 1'],
  ],
  'types and arity': [
    ['{{ printf "%d" }} {{ eq 1 }}', '<eq 1>: error calling eq: missing argument for comparison'],
    ['{{ humanize }}', '<humanize>: wrong number of args for humanize: want 1 got 0'],
    ['{{ printf }}', '<printf>: wrong number of args for printf: want at least 1 got 0'],
    ['{{ toUpper 1 }}', '<1>: expected string; found 1'],
    ['{{ toUpper $value }}', '<$value>: wrong type for value; expected string; got float64'],
    ['{{ first $labels }}', '<$labels>: wrong type for value; expected template.queryResult; got map[string]string'],
    ['{{ toUpper nil }} ', '<nil>: cannot assign nil to string'],
    ['{{ value nil }}', '<value nil>: error calling value: runtime error: invalid memory address or nil pointer dereference'],
    ['{{ (toTime 0).Date }}', '<0>: function Date has 3 return values; should be 1 or 2'],
    ['{{ ne $labels $labels }}', '<ne $labels $labels>: error calling ne: non-comparable type map[instance:a:9090 job:node ü:ß]: map[string]string'],
  ],
  'strings are bytes': [
    ['{{ len $labels.ü }} {{ index $labels.ü 0 }} {{ slice $labels.ü 0 1 }}', '2 195 \ufffd'],
    ['{{ printf "%q %+q %x %s" "ü\\xff" "ü" "ü" "\\U0001F44D" }}', '"ü\\xff" "\\u00fc" c3bc 👍'],
    ['{{ printf "%5s|%-5s|%.1s" "ü" "ü" "üa" }}', '    ü|ü    |ü'],
    ['{{ js "<a=\'ü\'>" }} {{ html "<&\\">" }} {{ urlquery "a b/ü" }}', '\\u003Ca\\u003D\\\'ü\\\'\\u003E &lt;&amp;&#34;&gt; a+b%2F%C3%BC'],
    ['{{ title "don\'t o.k. a_b 1c" }} {{ toUpper "ß" }}', 'Don\'t O.k. A_b 1C ß'],
  ],
  'fmt': [
    ['{{ printf "%v %v %v %v" 1e20 1e21 100000.0 0.00001 }}', '1e+20 1e+21 100000 1e-05'],
    ['{{ printf "%.0f %.0f %.0f %.1f" 0.5 1.5 2.5 0.25 }}', '0 2 2 0.2'],
    ['{{ printf "%08.3f|%+d|%x|%#o|%e" -1.5 3 255 8 123456.789 }}', '-001.500|+3|ff|010|1.234568e+05'],
    ['{{ printf "%d %s" "a" 1 }} {{ printf "%!" }} {{ printf "%d" 1 2 }} {{ printf "%" }}', '%!d(string=a) %!s(int=1) %!!(MISSING) 1%!(EXTRA int=2) %!(NOVERB)'],
    ['{{ printf "%*d %.*f %[1]v" 3 4 2 1.5 }} {{ printf "%[2]v %[1]v %*d" 1 "b" 3 }}', '  4 1.50 3 b 1 %!(BADWIDTH)3'],
    ['{{ print 1 2 "a" 3 4 nil }} {{ println 1 "a" }}', '1 2a3 4 <nil> 1 a\n'],
    ['{{ printf "%T %T %T" . $labels (query "x") }}', 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} } map[string]string template.queryResult'],
    ['{{ printf "%#v %+v" $labels (query "x" | first) }}', 'map[string]string{"instance":"a:9090", "job":"node", "ü":"ß"} &{Labels:map[job:b] Value:2}'],
  ],
  'time': [
    ['{{ (toTime 1704067200.5).Format "Mon _2 Jan 06 03:04:05.000 PM Z07:00 MST 002" }}', 'Mon  1 Jan 24 12:00:00.500 AM Z UTC 001'],
    ['{{ (toDuration 3661.5) }} {{ (toDuration 90).Minutes }} {{ toDuration 0.0000015 }}', '1h1m1.5s 1.5 1.5µs'],
    ['{{ ((toTime 0).AddDate 0 1 30).Month }} {{ (toTime 0).Weekday }} {{ (toTime -1).Unix }}', 'March Thursday -1'],
    ['{{ toTime 1e10 }}', '<toTime 1e10>: error calling toTime: 1e+10 cannot be represented as a nanoseconds timestamp since it overflows int64'],
  ],
  'Prometheus': [
    ['{{ range query "x" | sortByLabel "job" }}{{ .Labels.job }}{{ end }}', 'ab'],
    ['{{ reReplaceAll "(?P<n>a)(b)?" "<${n}$2$$$nx>" "abac" }}', '<ab$><a$>c'],
    ['{{ reReplaceAll "x*" "-" "abx" }} {{ match "^a.c$" "abc" }}', '-a-b- true'],
    ['{{ match "(" "a" }}', '<match "(" "a">: error calling match: error parsing regexp: missing closing ): `(`'],
    ['{{ pathPrefix }} {{ stripDomain "[::1]:80" }} {{ stripDomain "a.b" }} {{ stripPort "a:b:c" }}', '/a b [::1]:80 a a:b:c'],
    ['{{ humanize 0.00123 }} {{ humanize1024 1536.0 }} {{ humanizeDuration -0.5 }} {{ humanize "0x1p10" }}', '1.23m 1.5ki -500ms 1.024k'],
  ],
};

for (const [name, cases] of Object.entries(facts)) {
  describe(name, () => {
    for (const [template, result] of cases) test(template, () => { assert.equal(expand(template), result); });
  });
}

describe('a template that does too much is given up', () => {
  const texts = [
    '{{ range 9000000000000000000 }}{{ end }}',
    '{{ $x := "a" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}',
    '{{ $x := 1 }}{{ range 100000 }}{{ $x = args $x }}{{ end }}{{ $x }}',
    '{{ range 1000 }}{{ printf "%999999d" 1 }}{{ end }}',
    `{{ define "a" }}${'{{ if 1 }}'.repeat(300)}{{ template "a" }}${'{{ end }}'.repeat(300)}{{ end }}{{ template "a" }}`,
    '{{ reReplaceAll "" (printf "%9999s" "x") (printf "%9999s" "x") }}',
    `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
  ];
  for (const text of texts) {
    test(text.slice(0, 60), () => {
      const result = expandTemplate(text, data);
      assert.ok('error' in result && result.error.limited === true, JSON.stringify(result).slice(0, 200));
    });
  }
  test('endless recursion ends as in Go', () => {
    assert.equal(expand('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'), '<{{template "a"}}>: exceeded maximum template depth (100000)');
  });
});

test('an error lies at its node, and says whether the data could help', () => {
  const result = expandTemplate('👍 {{ $labels.job }}: {{ gt $value 1 }}', data);
  assert.ok('error' in result);
  assert.deepEqual({ start: result.error.start, end: result.error.end, structural: result.error.structural }, { start: 25, end: 36, structural: true });
  const refused = expandTemplate('{{ humanize $labels.job }}', data);
  assert.ok('error' in refused && !refused.error.structural);
});
