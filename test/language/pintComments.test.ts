import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { check, ruleFile } from './check.ts';

const alert = "- alert: A\n  expr: up{job=~\"a\"} == 0\n  labels: {severity: page}\n  annotations: {summary: x}\n";
const codes = async (rules: string): Promise<string[]> => (await check(ruleFile(rules))).map(({ code }) => code);
const found = 'promql/regex-without-pattern';

describe("pint's comments", () => {
  test('turn off what corresponds, for one rule', async () => {
    assert.deepEqual(await codes(`# pint disable promql/regexp\n${alert}${alert.replace('A', 'B')}`), [found]);
    assert.deepEqual(await codes(alert.replace('  expr', '  # pint disable promql/regexp\n  expr') + alert.replace('A', 'B')), [found]);
    assert.deepEqual(await codes(`${alert}  # pint disable promql/regexp\n${alert.replace('A', 'B')}`), [found]);
    assert.deepEqual(await codes(`# pint disable promql/rate\n${alert}`), [found]);
    assert.deepEqual(await codes(`# pint disable promql/regexp(server)\n${alert}`), []);
    assert.deepEqual(await codes(`# pint disable no/check\n${alert}`), [found]);
  });

  test('turn off a check for a file, or lines of it', async () => {
    const two = alert + alert.replace('A', 'B');
    assert.deepEqual(await codes(`${two}# pint file/disable promql/regexp\n`), []);
    assert.deepEqual(await codes(`# pint ignore/file\n${two}`), []);
    assert.deepEqual(await codes(alert.replace('== 0', '== 0 # pint ignore/line')), []);
    assert.deepEqual(await codes(alert.replace('  expr', '  # pint ignore/next-line\n  expr')), []);
    assert.deepEqual(await codes(`# pint ignore/begin\n${alert}# pint ignore/end\n${alert.replace('A', 'B')}`), [found]);
  });

  test('hold until their time', async () => {
    assert.deepEqual(await codes(`# pint snooze 2999-01-01 promql/regexp\n${alert}`), []);
    assert.deepEqual(await codes(`# pint snooze 1999-01-01 promql/regexp\n${alert}`), [found]);
    assert.deepEqual(await codes(`# pint file/snooze 2999-01-01T00:00:00Z promql/regexp\n${alert}`), []);
    assert.deepEqual(await codes(`# pint snooze soon promql/regexp\n${alert}`), [found]);
  });
});
