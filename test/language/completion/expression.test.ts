import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MetricFacts } from '../../../src/language/completion/knowledge.ts';
import { defaultPromqlOptions } from '../../../src/language/promql/options.ts';
import { accept, completeAt, type Given } from './expressions.ts';

async function offered(marked: string, given?: Given): Promise<string[]> {
  return (await completeAt(marked, given)).offers.map(({ label }) => label);
}

describe('accepting an offer', () => {
  for (const [marked, label, expected] of [
    ['sum(ra|)', 'rate', 'sum(rate()'],
    ['sum(ra|(up[5m]))', 'rate', 'sum(rate(up[5m]))'],
    ['ra|te(up[5m])', 'irate', 'irate(up[5m])'],
    ['up{|', 'job', 'up{job="'],
    ['up{jo|="x"}', 'job', 'up{job="x"}'],
    ['up{job=|', 'severity', undefined],
    ['kube_pod_status_phase{phase=|', 'Running', 'kube_pod_status_phase{phase="Running"'],
    ['kube_pod_status_phase{phase="R|"}', 'Running', 'kube_pod_status_phase{phase="Running"}'],
    ['sum(up) |', 'by', 'sum(up) by ('],
    ['sum by (|) (node_cpu_seconds_total)', 'mode', 'sum by (mode) (node_cpu_seconds_total)'],
    ['sum by (cpu, |) (node_cpu_seconds_total)', 'mode', 'sum by (cpu, mode) (node_cpu_seconds_total)'],
    ['rate(up[|', '5m', 'rate(up[5m'],
    ['rate(up[15|', '15s', 'rate(up[15s'],
    ['rate(up[1h3|])', '1h3m', 'rate(up[1h3m])'],
    ['rate(up{} |', '[5m]', 'rate(up{} [5m]'],
    ['rate(up[5m] |', 'offset', 'rate(up[5m] offset '],
    ['up offset |', '1h', 'up offset 1h'],
    ['up @ |', 'end()', 'up @ end()'],
    ['up == |', 'bool', 'up == bool '],
    ['a * on (pod) |', 'group_left', 'a * on (pod) group_left '],
    ['up =|', '==', 'up == '],
    ['up !|', '!=', 'up != '],
    ['up{job!|}', '!~', 'up{job!~"}'],
    ['label_replace(up, "|", "$1", "instance", "(.*):.*")', 'job', 'label_replace(up, "job", "$1", "instance", "(.*):.*")'],
    ['up{job=~"a"} # note\n+ |', 'sum', 'up{job=~"a"} # note\n+ sum('],
  ] as const) {
    test(`${marked} ← ${label}`, async () => {
      const completion = await completeAt(marked);
      if (expected === undefined) assert.ok(!completion.offers.some((offer) => offer.label === label));
      else assert.equal(accept(completion, label), expected);
    });
  }
});

describe('what may stand', () => {
  test('nothing in a comment', async () => {
    assert.deepEqual(await offered('up # ra|'), []);
  });
  test('only scalars where a function wants a scalar', async () => {
    const labels = await offered('clamp_max(up, |)');
    assert.ok(labels.includes('time') && labels.includes('scalar'));
    assert.ok(!labels.includes('rate') && !labels.includes('up'));
  });
  test('selectors first where a function wants a range', async () => {
    assert.equal((await completeAt('rate(node_cpu|')).offers[0]?.kind, 'metric');
    assert.equal((await offered('rate(node_cpu_seconds_total{mode="idle"}|'))[0], '[5m]');
  });
  test('no operator behind a range', async () => {
    const labels = await offered('up[5m] |');
    assert.ok(labels.includes('offset') && !labels.includes('+') && !labels.includes('and'));
  });
  test('no set operator behind a number', async () => {
    const labels = await offered('1 |');
    assert.ok(labels.includes('+') && !labels.includes('and') && !labels.includes('offset'));
  });
  test('behind the list of an aggregation only what is aggregated', async () => {
    assert.deepEqual(await offered('sum by (job) |'), ['(']);
    assert.ok((await offered('sum(up) by (job) |')).includes('>'));
  });
  test('no expression where a number or a time must stand', async () => {
    for (const marked of ['up @ -|', 'up @ end(|', '5e-|']) assert.deepEqual(await offered(marked), [], marked);
    assert.deepEqual(await offered('a + fill (|', { options: { ...defaultPromqlOptions, binopFillModifiers: true } }), []);
  });
  test('in a string that ends with half an escape it is still a string', async () => {
    assert.ok(!(await offered('up{job="a\\|')).includes('and'));
  });
  test('bool only behind comparisons, group_left only behind on and ignoring', async () => {
    assert.ok(!(await offered('up + |')).includes('bool'));
    assert.ok(!(await offered('up + |')).includes('group_left'));
    assert.ok((await offered('up + ignoring (job) |')).includes('group_left'));
  });
  test('a fault earlier in the expression does not end completion', async () => {
    assert.ok((await offered('unknown_function(up) + |')).includes('rate'));
    assert.ok((await offered('up{job=~"("} |')).includes('and'));
  });
});

describe('versions and features', () => {
  test('experimental functions only where they are switched on', async () => {
    assert.ok(!(await offered('mad|')).includes('mad_over_time'));
    assert.ok((await offered('mad|', { options: { ...defaultPromqlOptions, experimentalFunctions: true } })).includes('mad_over_time'));
  });
  test('fill and its kin need their flag', async () => {
    assert.ok(!(await offered('a + |')).includes('fill'));
    assert.ok((await offered('a + |', { options: { ...defaultPromqlOptions, binopFillModifiers: true } })).includes('fill'));
  });
  test('arithmetic of durations needs its flag, and has functions and operators of its own', async () => {
    const options = { ...defaultPromqlOptions, durationExpr: true };
    assert.deepEqual(await offered('up[5m |'), []);
    assert.ok(!(await offered('up[|')).includes('step'));
    const inside = await offered('up[5m + (|', { options });
    assert.ok(inside.includes('5m') && inside.includes('step') && !inside.includes('sum'));
    assert.ok((await offered('up[5m |', { options })).includes('*'));
    assert.ok((await offered('up offset -(|', { options })).includes('max_of'));
  });
  test('nothing that an older server cannot read', async () => {
    assert.ok((await offered('|')).includes('sgn'));
    assert.ok(!(await offered('|', { version: '2.25.0' })).includes('sgn'));
    assert.ok(!(await offered('up |', { version: '2.20.0' })).includes('@'));
    assert.ok(!(await offered('up |', { version: '3.5.0' })).includes('</'));
  });
});

describe('labels', () => {
  test('of a recorded metric exactly those that its rule keeps', async () => {
    const recorded = { 'job:up:sum': 'sum by (job, zone) (up)' };
    assert.deepEqual(await offered('max by (|) (job:up:sum)', { recorded }), ['job', 'zone']);
    assert.ok((await offered('job|', { recorded })).includes('job:up:sum'));
  });
  test('of both sides of an operator', async () => {
    assert.deepEqual(await offered('sum by (a) (x) / on (|) sum by (b) (y)'), ['a', 'b']);
  });
  test('of the one side for group_left', async () => {
    assert.deepEqual(await offered('x * on (a) group_left (|) sum by (a, b) (y)'), ['a', 'b']);
  });
  test('that the expression uses elsewhere', async () => {
    assert.ok((await offered('x{zone="a"} / x{|')).includes('zone'));
  });
});

describe('a connected cluster', () => {
  const facts: MetricFacts = {
    metricNames: (prefix) => Promise.resolve(['shop_orders_total', 'shop_carts'].filter((name) => name.startsWith(prefix))),
    labelNames: (metric) => Promise.resolve(metric === 'shop_orders_total' ? ['__name__', 'currency', 'job'] : []),
    labelValues: (metric, label) => Promise.resolve(metric === 'shop_orders_total' && label === 'currency' ? ['EUR', 'a"b'] : []),
    metadataOf: () => Promise.resolve({ type: 'counter', help: '' }),
    recentValues: () => Promise.resolve(undefined),
  };
  test('gives metrics, labels and values', async () => {
    assert.ok((await offered('rate(sho|', { facts })).includes('shop_orders_total'));
    assert.equal((await offered('shop_orders_total{|', { facts }))[0], 'currency');
    assert.equal(accept(await completeAt('shop_orders_total{currency=|', { facts }), 'a"b'), 'shop_orders_total{currency="a\\"b"');
  });
});
