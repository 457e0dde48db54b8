/** A reporter for node:test that prints one line of JSON a test: `node --test-reporter=… file.test.ts`. */
import type { TestEvent } from 'node:test/reporters';
import { resultMark, type TestResult } from '../../test/host/results.ts';

/** The line after the last result: without it the process ended before its tests did. */
export const endMark = 'KUBEPROM-TESTS-ENDED';

async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const titles: string[] = [];
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      titles.length = data.nesting;
      titles[data.nesting] = data.name;
    }
    if (type === 'test:pass' || type === 'test:fail') {
      const result = resultOf(type === 'test:pass', data, [...titles.slice(0, data.nesting), data.name]);
      if (result !== undefined) yield `${resultMark}${JSON.stringify(result)}\n`;
    }
  }
  yield `${endMark}\n`;
}

type TestData = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

function resultOf(passed: boolean, data: TestData, titles: string[]): TestResult | undefined {
  const skipped = data.skip ?? data.todo;
  if (skipped !== undefined && skipped !== false) {
    return { titles, state: 'skipped', detail: typeof skipped === 'string' && skipped !== '' ? skipped : 'the test does not say why' };
  }
  const { error } = data.details as { error?: Error & { failureType?: string; cause?: unknown } };
  const suite = data.details.type === 'suite';
  // A suite is the sum of its tests, which are counted; only what fails of its own (a hook) is added.
  if (suite && (passed || error?.failureType === 'subtestsFailed')) return undefined;
  if (passed) return { titles, state: 'passed', duration: data.details.duration_ms };
  if (error?.failureType === 'subtestsFailed') return { titles, state: 'failed', detail: 'a test in it failed' };
  const cause = error?.cause instanceof Error ? error.cause : error;
  return { titles, state: 'failed', detail: cause?.stack ?? String(cause), duration: data.details.duration_ms };
}

export default report;
