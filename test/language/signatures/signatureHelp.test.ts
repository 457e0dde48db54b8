import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionSignature, type SignatureHelp, templateSignature } from '../../../src/language/signatures/signatureHelp.ts';
import { inRules, marked, service } from '../completion/files.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';

function shown(help: SignatureHelp | undefined): string | undefined {
  return help === undefined ? undefined : `${help.label.split('(', 1)[0] ?? ''} ${help.parameters[help.active] ?? 'none'}`;
}

test('the argument of the innermost PromQL call', () => {
  for (const [source, expected] of [
    ['rate(|', 'rate range: range vector'],
    ['histogram_quantile(0.9, |', 'histogram_quantile v: instant vector'],
    ['histogram_quantile(0.9, sum(rate(x[5m])) |)', 'histogram_quantile v: instant vector'],
    ['sum by (job) (|', 'sum v: instant vector'],
    ['topk(|', 'topk parameter: scalar'],
    ['topk(5, |', 'topk v: instant vector'],
    ['label_join(up, "a", "-", "b", "c", |', 'label_join source: string'],
    ['rate(x[5m], |', 'rate none'],
    ['clamp_max((up), (|', 'clamp_max max: scalar'],
    ['up |', undefined],
    ['(up |', undefined],
    ['f(|', undefined],
  ] as const) {
    const { text, offset } = marked(source.replace('|', '‸'));
    assert.equal(shown(expressionSignature(text, offset)), expected, source);
  }
});

test('the argument of a template function', () => {
  for (const [source, expected] of [
    ['{{ label ‸', 'label name string'],
    ['{{ label "a" ‸', 'label of sample'],
    ['{{ $value | printf ‸', 'printf format string'],
    ['{{ printf "%v" 1 2 ‸', 'printf values ...any'],
    ['{{ title (toUpper ‸', 'toUpper text string'],
    ['{{ reReplaceAll "a" (toUpper "b") ‸', 'reReplaceAll text string'],
    ['{{ if eq ‸', 'eq first value'],
    ['{{ $x := humanize ‸', 'humanize number any'],
    ['{{ humanize‸', undefined],
    ['{{ humanize 1 }} ‸', undefined],
    ['text ‸', undefined],
  ] as const) {
    const { text, offset } = marked(source);
    assert.equal(shown(templateSignature(text, offset)), expected, source);
  }
});

test('in a file', () => {
  const { text, offset } = marked(inRules('        - alert: A\n          expr: "sum(rate(‸'));
  assert.equal(shown(service.signatureHelp(new Workspace().set('file:///test.yaml', text), offset)), 'rate range: range vector');
});
