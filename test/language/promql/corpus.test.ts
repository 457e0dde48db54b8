import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PromqlOptions } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { missingShared, readCorpus } from '../../shared.ts';

interface Verdict {
  readonly options: PromqlOptions;
  readonly ok: boolean;
  readonly type?: string;
  readonly errors: readonly { readonly message: string; readonly start: number; readonly end: number }[];
}

interface Case {
  readonly id: string;
  readonly expr: string;
  readonly default: Verdict;
  readonly experimental: Verdict;
}

/** A UTF-8 byte offset as UTF-16. */
function toUtf16(text: string, bytes: number): number {
  return Buffer.from(text, 'utf8').subarray(0, bytes).toString('utf8').length;
}

describe('promql corpus', { skip: missingShared('corpora/promql.jsonl') ?? false }, () => {
  const cases = readCorpus<Case>('promql');

  for (const set of ['default', 'experimental'] as const) {
    test(`every verdict and type with ${set} options`, () => {
      const wrong = cases.filter((entry) => {
        const parsed = parseExpression(entry.expr, entry[set].options);
        const ok = parsed.errors.length === 0;
        return ok !== entry[set].ok || (ok && parsed.type !== entry[set].type);
      });
      assert.deepEqual(wrong.map((entry) => entry.id), []);
      assert.ok(cases.length > 500);
    });

    test(`every first error meets a place that Prometheus names with ${set} options`, () => {
      const wrong = cases.filter((entry) => {
        const first = parseExpression(entry.expr, entry[set].options).errors[0];
        if (first === undefined) return false;
        return !entry[set].errors.some(({ start, end }) => first.start <= toUtf16(entry.expr, end) && toUtf16(entry.expr, start) <= first.end);
      });
      assert.deepEqual(wrong.map((entry) => entry.id), []);
    });
  }
});
