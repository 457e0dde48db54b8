import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationInWords, inWords } from '../../../src/language/hover/inWords.ts';
import { code, codeBlock, plain } from '../../../src/language/hover/markdown.ts';
import { everyPromqlOption } from '../../../src/language/promql/options.ts';
import { parseExpression } from '../../../src/language/promql/parse.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { inRules, marked, service } from '../completion/files.ts';

/** What is shown at the cursor, with the text that it is shown for. */
async function hoverAt(source: string, ...others: string[]): Promise<{ readonly over: string; readonly markdown: string } | undefined> {
  const { text, offset } = marked(source);
  const workspace = new Workspace();
  for (const [index, other] of others.entries()) workspace.set(`file:///other${index}.yaml`, other);
  const file = workspace.set('file:///test.yaml', text);
  await service.load(file, workspace, {});
  const hover = await service.hover(file, offset, workspace, defaultSettings);
  return hover === undefined ? undefined : { over: text.slice(hover.span.start, hover.span.end), markdown: hover.markdown };
}

function alert(expr: string, summary = 'x'): string {
  return inRules(`        - alert: Down\n          expr: ${expr}\n          for: 90m\n          annotations:\n            summary: ${summary}\n`);
}

describe('an expression in words', () => {
  for (const [expression, words] of [
    ['rate(x[5m])', 'The increase per second of `x` over 5 minutes'],
    ['sum by (job) (rate(x{code=~"5.."}[5m])) > 3', 'The sum of the increase per second of `x` whose `code` matches `5..` over 5 minutes, for each `job`, where it is greater than `3`'],
    ['up == 0', '`up`, where it is equal to `0`'],
    ['max_over_time(x[1h:5m])', 'The largest value of `x` within 1 hour'],
    ['x offset 1d', '`x`, 1 day ago'],
    ['a / on (pod, node) b', '`a` divided by `b`, matched by `pod` and `node`'],
    ['absent(up{job="a"})', '1 if there is no `up` whose `job` is `a`'],
    ['histogram_quantile(0.99, x)', 'The value below which 99 % of the observations lie, from `x`'],
    ['predict_linear(x[6h], 4 * 3600)', 'What `x` will be in `4 * 3600` seconds, by its course over 6 hours'],
    ['sum without () (x)', 'The sum of `x`, for each group of all labels'],
    ['x unless on () y', '`x`, where there is no `y`'],
    ['{job="a"}', 'Every metric whose `job` is `a`'],
  ] as const) {
    test(expression, () => {
      const { root } = parseExpression(expression, everyPromqlOption);
      assert.ok(root !== undefined);
      assert.equal(inWords(root, expression), words);
    });
  }
  test('durations', () => {
    assert.equal(durationInWords(90), '1 minute 30 seconds');
    assert.equal(durationInWords(0), '0 seconds');
    assert.equal(durationInWords(-86400), 'minus 1 day');
    assert.equal(durationInWords(0.25), '250 milliseconds');
  });
});

describe('over expressions', () => {
  test('functions, aggregations and operators have an example', async () => {
    for (const [expr, over, part] of [
      ['sum(ra‸te(up[5m]))', 'rate', 'rate(http_requests_total[5m])'],
      ['su‸m(up) > 0', 'sum', 'Adds up the values'],
      ['sum(up) ‸> 0', '>', 'Keeps the series of the left side'],
      ['a and o‸n (x) b', 'on', 'Matches series by these labels alone'],
      ['rate(up[9‸0m])', '90m', '1 hour 30 minutes'],
    ] as const) {
      const hover = await hoverAt(alert(expr));
      assert.equal(hover?.over, over);
      assert.ok(hover.markdown.includes(part), hover.markdown);
    }
  });
  test('metrics of the catalogue and of the workspace', async () => {
    assert.match((await hoverAt(alert('node_lo‸ad1 > 5')))?.markdown ?? '', /gauge of node-exporter/);
    const other = inRules('        - record: team:x:sum\n          expr: sum by (team) (x)\n');
    assert.match((await hoverAt(alert('"team:x‸:sum > 5"'), other))?.markdown ?? '', /sum by \(team\) \(x\)/);
  });
});

describe('over fields', () => {
  test('their type, and over expr what it computes and which labels that has', async () => {
    const hover = await hoverAt(inRules('        - alert: Down\n          ex‸pr: sum by (job) (up) == 0\n'));
    assert.equal(hover?.over, 'expr');
    assert.match(hover.markdown, /required/);
    assert.match(hover.markdown, /The sum of `up`, for each `job`, where it is equal to `0`\./);
    assert.match(hover.markdown, /Labels: `job`\./);
  });
  test('durations in words', async () => {
    assert.equal((await hoverAt(inRules('        - alert: Down\n          expr: up\n          for: 9‸0m\n')))?.markdown, '1 hour 30 minutes');
  });
  test('nothing where a field is unknown', async () => {
    assert.equal(await hoverAt(inRules('        - alrt‸: Down\n')), undefined);
  });
});

describe('over templates', () => {
  test('a preview with example values', async () => {
    const hover = await hoverAt(alert('sum by (job) (up{job="api"})', '"Jo‸b {{ $labels.job }} at {{ $value | humanizePercentage }}"'));
    assert.match(hover?.markdown ?? '', /^```text\nJob api at 42%\n```\nExample: value 0\.42, `job=api`\.$/);
  });
  test('also over the key', async () => {
    assert.match((await hoverAt(alert('sum by (job) (up{job="api"})', '"Job {{ $labels.job }}"').replace('summary', 'summ‸ary')))?.markdown ?? '', /a string[^]*---\n\n```text\nJob api\n```/);
    assert.equal((await hoverAt(alert('up', 'plain').replace('summary', 'summ‸ary')))?.markdown.includes('Example'), false);
  });
  test('a label that the expression never gives', async () => {
    assert.match((await hoverAt(alert('sum by (job) (up)', '"o‸n {{ $labels.pod }}"')))?.markdown ?? '', /never gives `pod`/);
  });
  test('functions and variables', async () => {
    assert.match((await hoverAt(alert('up', '"{{ $value | huma‸nize }}"')))?.markdown ?? '', /metric prefix/);
    assert.match((await hoverAt(alert('up', '"{{ $val‸ue }}"')))?.markdown ?? '', /floating\\-point/);
  });
});

describe('untrusted text', () => {
  test('never becomes a link, a command, an image or HTML', () => {
    for (const text of ['[a](command:evil)', '![a](https://x)', '<img src=x>', '<https://x>', '`a` [b]: c', 'https://evil.example', '\\[a](b)', '$(zap) &lt;']) {
      assert.doesNotMatch(plain(text), /(?<!\\)(?:\\\\)*[[\]<>!`&:$]/, text);
    }
  });
  test('stays inside its code', () => {
    assert.equal(code('a`b``c'), '```a`b``c```');
    assert.equal(code('`a`'), '`` `a` ``');
    assert.equal(codeBlock('a\n```\n[x](y)', 'text'), '````text\na\n```\n[x](y)\n````');
  });
  test('from a file', async () => {
    const hover = await hoverAt(alert('"x{a=\\"` [b](command:c) `\\"} ‸> 0"'));
    assert.ok(hover?.markdown.includes('`` ` [b](command:c) ` ``'), hover?.markdown);
    const failed = await hoverAt(alert('up', "'‸{{ template \"[a](command:b)\" }}'"));
    assert.doesNotMatch(failed?.markdown ?? '', /(?<!\\)\[a\]\(/);
  });
});
