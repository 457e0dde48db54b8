import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkTemplate } from '../../../src/language/templates/check.ts';
import { expandTemplate } from '../../../src/language/templates/expand.ts';
import type { TemplateData } from '../../../src/language/templates/expand.ts';
import { missingShared, readCorpus } from '../../shared.ts';

interface Case {
  readonly id: string;
  readonly text: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly expanded?: string;
  readonly expandError?: string;
}

/** The surroundings that the corpus' README describes. */
const data: TemplateData = {
  alert: 'Test',
  labels: { instance: 'a:9090', job: 'node' },
  externalLabels: { cluster: 'eu1' },
  externalURL: 'http://prometheus.example.com:9090/prom',
  value: 1234567.891,
  now: Date.UTC(2024, 0, 1),
  query: (expression) => {
    if (expression.split('(').length !== expression.split(')').length) return { error: '1:16: parse error: unclosed left parenthesis' };
    return ['a:9090', 'b:9090'].map((instance, index) => ({ labels: { instance, job: 'node' }, value: [1, 2.5][index] ?? 0 }));
  },
};

describe('templates corpus', { skip: missingShared('corpora/templates.jsonl') ?? false }, () => {
  const cases = readCorpus<Case>('templates');

  test('verdicts and words of the rule loader', () => {
    for (const { id, text, error } of cases) {
      const [found] = checkTemplate(text, { alert: 'Test' }).errors;
      assert.equal(found?.message, error?.replace(/^template: __alert_Test:\d+: /, ''), `${id} ${text}`);
      if (found !== undefined) assert.ok(found.start >= 0 && found.start <= found.end && found.end <= text.length, `${id}: span in the text`);
    }
  });

  test('texts and errors of the expansion', () => {
    for (const { id, text, expanded, expandError } of cases.filter(({ ok }) => ok)) {
      const result = expandTemplate(text, data);
      const error = 'error' in result ? `<${result.error.context ?? ''}>: ${result.error.message}` : undefined;
      assert.equal('text' in result ? result.text : undefined, expanded, `${id} ${text}`);
      assert.equal(error, expandError?.replace(/^.*?executing "__alert_Test" at /s, ''), `${id} ${text}`);
    }
  });
});
