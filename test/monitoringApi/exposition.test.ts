import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { parseExposition } from '../../src/monitoring/exposition.ts';
import { lintExposition } from '../../src/monitoring/expositionLint.ts';
import { readOwnMetrics } from '../../src/monitoring/instanceMetrics.ts';

const text = String.raw`# HELP http_requests_total Requests, by code.\nSecond line.
# TYPE http_requests_total counter
http_requests_total{code="200",path="C:\\dir\"x\"\n"} 1027 1395066363000
http_requests_total{code="500",} 3
# just a comment

# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="+Inf"} 2
latency_seconds_sum 0.3
latency_seconds_count 2
plain 1e-3
infinite -Inf
{"with.dots", "odd label"="v"} NaN
`;

describe('the text format', () => {
  test('families with type, help and series', () => {
    const { format, families, faults, series } = parseExposition(text);
    assert.deepEqual([format, faults, series], ['text', [], 9]);
    assert.deepEqual(families.map(({ name, type, samples }) => [name, type, samples.length]), [['http_requests_total', 'counter', 2], ['latency_seconds', 'histogram', 4], ['plain', 'untyped', 1], ['infinite', 'untyped', 1], ['with.dots', 'untyped', 1]]);
    assert.equal(families[0]?.help, 'Requests, by code.\nSecond line.');
    assert.deepEqual(families[0].samples[0], { name: 'http_requests_total', labels: { code: '200', path: 'C:\\dir"x"\n' }, value: 1027, timestamp: 1395066363000 });
    assert.deepEqual(families[4]?.samples[0]?.labels, { 'odd label': 'v' });
  });

  test('lines that cannot be read are told with their number', () => {
    const { faults, series } = parseExposition('a 1\nb\nc{x=1} 2\nd{x="1" y="2"} 3\ne 1 2 3\nf one\n{x="1"} 1\ng{a="1",a="2"} 1\n# TYPE h odd\na 5 1.5\n# TYPE a gauge\n');
    assert.deepEqual(faults.map(({ line }) => line), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert.equal(series, 1);
  });
});

describe('OpenMetrics', () => {
  test('ends with EOF, and has units, exemplars and seconds', () => {
    const open = '# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds Help.\na_seconds_total{x="1"} 5 1700000000.5 # {trace="t"} 0.5\na_seconds_created 3\n# EOF\n';
    const { format, families, faults } = parseExposition(open);
    assert.deepEqual([format, faults], ['openmetrics', []]);
    assert.deepEqual(families.map(({ name, unit, samples }) => [name, unit, samples.length]), [['a_seconds', 'seconds', 2]]);
    assert.equal(families[0]?.samples[0]?.timestamp, 1700000000500);
  });

  test('that is cut off, or has what it may not have', () => {
    const { faults } = parseExposition('# TYPE a gauge\n\na 1\n# odd\n', 'application/openmetrics-text; version=1.0.0');
    assert.deepEqual(faults.map(({ line }) => line), [2, 4, 4]);
  });
});

test('advice about names, types and labels', () => {
  const advice = (exposed: string) => lintExposition(parseExposition(exposed)).map(({ message }) => message);
  const head = (name: string, type: string) => `# HELP ${name} Help.\n# TYPE ${name} ${type}\n`;
  assert.deepEqual(advice(`${head('good_total', 'counter')}good_total 1\n`), []);
  assert.match(advice('x 1\n').join(), /no help text.*no type/);
  assert.match(advice(`${head('requests', 'counter')}requests 1\n`).join(), /ends with "_total"/);
  assert.match(advice(`${head('took_milliseconds', 'gauge')}took_milliseconds 1\n`).join(), /base unit "seconds" instead of "milliseconds"/);
  assert.match(advice(`${head('queueSize', 'gauge')}queueSize{podName="a"} 1\n`).join(), /snake_case.*podName/);
  assert.match(advice(`${head('g', 'gauge')}g{quantile="1"} 1\ng{quantile="1"} 2\n`).join(), /quantile.*stand twice/);
});

test('any text is read without an error, and fast', () => {
  for (const odd of ['', '\n\n', '{', '{}', '# TYPE', '# HELP a', '"', 'a{', 'a{b="', `a{b="${'\\'.repeat(50_000)}`, `${'a{'.repeat(50_000)}`, `# HELP "${'x'.repeat(50_000)}`, '\u0000', '😀 1']) parseExposition(odd);
});

describe("a server's own metrics", () => {
  const read = (exposed: string, before?: ReadonlyMap<string, number>) => readOwnMetrics(parseExposition(exposed), 'prometheus-k8s-0', before);

  test('say whether the last reload succeeded', () => {
    assert.equal(read('prometheus_config_last_reload_successful 0\nprometheus_config_last_reload_success_timestamp_seconds 1.5\n').reload, 'failed');
    assert.deepEqual([read('alertmanager_config_last_reload_successful 1\n').reload, read('up 1\n').reload], ['ok', undefined]);
  });

  test('tell of remote writes that lag, lose samples, or run at their maximum', () => {
    const queue = (values: Readonly<Record<string, number>>) => Object.entries(values).map(([name, value]) => `prometheus_remote_storage_${name}{remote_name="r",url="http://far/write"} ${String(value)}\n`).join('');
    const exposed = (failed: number, sent: number) => `prometheus_remote_storage_highest_timestamp_in_seconds 1000\n${queue({ shards: 10, shards_max: 10, samples_failed_total: failed, samples_dropped_total: 0, samples_retried_total: 0, queue_highest_sent_timestamp_seconds: sent })}`;
    const first = read(exposed(5, 999));
    assert.deepEqual(first.notes.map(({ message }) => message), ['prometheus-k8s-0: the remote write to http://far/write runs with all of its 10 shards: it cannot go faster.']);
    const second = read(exposed(7, 700), first.counters).notes.map(({ message }) => message).join('\n');
    assert.match(second, /lost 2 samples that were refused/);
    assert.match(second, /is 300 s behind/);
  });

  test('tell of a write-ahead log that is broken anew, not of what was before the first reading', () => {
    const exposed = (count: number) => `prometheus_tsdb_wal_corruptions_total ${String(count)}\n`;
    const first = read(exposed(3));
    assert.deepEqual(first.notes, []);
    assert.match(read(exposed(4), first.counters).notes[0]?.message ?? '', /1 corruptions of the write-ahead log/);
    assert.match(read(exposed(2), first.counters).notes[0]?.message ?? '', /2 corruptions/, 'a counter that began anew');
  });
});
