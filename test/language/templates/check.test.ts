import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkTemplate } from '../../../src/language/templates/check.ts';

/** The references of a text, each as `of.label` with the words at its place. */
function references(text: string): string[] {
  return checkTemplate(text).references.map(({ of, label, start, end }) => `${of}${label === undefined ? '' : `.${label}`} «${text.slice(start, end)}»`);
}

describe('references', () => {
  const cases: [text: string, expected: string[]][] = [
    ['{{ $labels.job }} {{ $value | humanize }} {{ $externalURL }}', ['labels.job «$labels.job»', 'value «$value»', 'externalURL «$externalURL»']],
    ['{{ index $labels "a.b" }}', ['labels.a.b «$labels "a.b"»']],
    ['{{ .Labels.job }} {{ $.ExternalLabels.cluster }}', ['labels.job «.Labels.job»', 'externalLabels.cluster «$.ExternalLabels.cluster»']],
    ['{{ range $labels }}{{ .job }}{{ end }}', ['labels «$labels»']],
    ['{{ with query "up" | first }}{{ .Labels.job }}{{ else }}{{ .Labels.pod }}{{ end }}', ['labels.pod «.Labels.pod»']],
    ['{{ $value := 1 }}{{ $value }}', []],
    ['{{ define "t" }}{{ .Labels.job }}{{ end }}{{ template "t" . }}', []],
    ['{{ printf "%s" (or $labels.a $labels.b) }}', ['labels.a «$labels.a»', 'labels.b «$labels.b»']],
  ];
  for (const [text, expected] of cases) test(text, () => { assert.deepEqual(references(text), expected); });
});

test('queries that stand in the text, and where each of their characters stands', () => {
  const text = 'é {{ query "up{a=\\"\\U0001F44D\\"}" | first }} {{ `down` | query }} {{ query (printf "%s" .) }}';
  const { queries } = checkTemplate(text);
  assert.deepEqual(queries.map(({ expression }) => expression), ['up{a="👍"}', 'down']);
  for (const { expression, offsets } of queries) {
    assert.equal(offsets.length, expression.length + 1);
    assert.ok(/["`]/.test(text.charAt(offsets.at(-1) ?? 0)), 'the last offset is the closing quote');
  }
  assert.equal(text.slice(queries[0]?.offsets[5], queries[0]?.offsets[6]), '\\"');
});

test('a text that does not parse has no queries or references', () => {
  assert.deepEqual(checkTemplate('{{ query "up" }}{{ $labels.job }}{{').references, []);
});
