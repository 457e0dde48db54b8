import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import type { TargetAnswer } from '../../src/model/answers.ts';
import { PrometheusApi } from '../../src/monitoring/prometheusApi.ts';
import { AnswerError, below, withHeaders, withParameters } from '../../src/monitoring/request.ts';
import { type Given, standIn } from './standIn.ts';

const who = 'Prometheus monitoring/k8s';
const apiOf = (answers: Readonly<Record<string, Given | string>>) => new PrometheusApi(standIn(answers).request, who);
const success = (data: unknown) => JSON.stringify({ status: 'success', data });

const target = (fields: object) => ({
  discoveredLabels: { __address__: '10.0.0.1:80', odd: '}]"\\{,ü' }, labels: { job: 'a', note: 'say "}]" \\ ü' }, scrapePool: 'serviceMonitor/a/b/0', scrapeUrl: 'http://10.0.0.1:80/metrics', globalUrl: 'http://10.0.0.1:80/metrics',
  lastError: '', lastScrape: '2026-01-02T03:04:05.678901234Z', lastScrapeDuration: 0.25, health: 'up', scrapeInterval: '30s', scrapeTimeout: '10s', ...fields,
});

async function targetsOf(body: string | Given): Promise<TargetAnswer[]> {
  const targets: TargetAnswer[] = [];
  await apiOf({ '/api/v1/targets': body }).targets((one) => { targets.push(one); });
  return targets;
}

describe('targets', () => {
  test('are read piece by piece, without their discovered labels, whatever stands in their texts', async () => {
    const targets = await targetsOf(success({ activeTargets: [target({}), target({ health: 'down', lastError: 'no ]} "', discoveredLabels: {} }), target({ discoveredLabels: null, health: 'odd', lastScrape: '0001-01-01T00:00:00Z' })], droppedTargets: [], droppedTargetCounts: {} }));
    assert.equal(targets.length, 3);
    assert.deepEqual(targets[0], {
      scrapePool: 'serviceMonitor/a/b/0', scrapeUrl: 'http://10.0.0.1:80/metrics', globalUrl: 'http://10.0.0.1:80/metrics', labels: { job: 'a', note: 'say "}]" \\ ü' },
      health: 'up', lastError: '', lastScrape: Date.parse('2026-01-02T03:04:05.678Z'), lastScrapeDuration: 0.25, scrapeInterval: '30s', scrapeTimeout: '10s',
    });
    assert.deepEqual([targets[1]?.health, targets[1]?.lastError], ['down', 'no ]} "']);
    assert.deepEqual([targets[2]?.health, targets[2]?.lastScrape], ['unknown', undefined]);
  });

  test('of an older version, with other fields, and none at all', async () => {
    const old = target({ globalUrl: undefined, scrapeInterval: undefined });
    assert.equal((await targetsOf(success({ activeTargets: [old] })))[0]?.scrapeInterval, '');
    assert.deepEqual(await targetsOf(success({ activeTargets: [] })), []);
    assert.deepEqual(await targetsOf(success({ activeTargets: null })), []);
    assert.equal((await targetsOf(JSON.stringify({ status: 'success', data: { activeTargets: [target({}), target({})] } }, undefined, 2))).length, 2, 'printed by a proxy with spaces');
    await assert.rejects(targetsOf(success({ groups: [] })), /it has no "activeTargets"/);
  });

  test('that break off are told as far as they came', async () => {
    const whole = success({ activeTargets: [target({}), target({})] });
    const told: TargetAnswer[] = [];
    await assert.rejects(apiOf({ '/api/v1/targets': whole.slice(0, -120) }).targets((one) => { told.push(one); }), (error) => error instanceof AnswerError && /broke off/.test(error.message));
    assert.equal(told.length, 1);
  });
});

describe('answers that are none', () => {
  const cases: readonly (readonly [string, Given, AnswerError['fault'], RegExp])[] = [
    ['a page of a login', { type: 'text/html', body: '<!doctype html><title>Sign in</title>' }, 'web page', /web page instead of its API/],
    ['a page that calls itself JSON', { body: '<html>' }, 'web page', /web page/],
    ['401', { status: 401, type: 'text/plain', body: 'Unauthorized' }, 'not authorized', /asks for credentials \(401\)/],
    ['403', { status: 403, body: '{"error":"forbidden by policy"}' }, 'not authorized', /forbidden by policy/],
    ['404 of another path', { status: 404, type: 'text/plain', body: '404 page not found' }, 'not served', /older version, or its API stands under another path/],
    ['502 of a proxy', { status: 502, type: 'text/html', body: '<html><h1>Bad Gateway</h1></html>' }, 'failing', /fails with status 502\.$/],
    ['503 in its own words', { status: 503, body: '{"status":"error","errorType":"unavailable","error":"unavailable with Prometheus Agent"}' }, 'failing', /unavailable with Prometheus Agent/],
    ['a refused query', { status: 400, body: '{"status":"error","errorType":"bad_data","error":"1:4: parse error: unexpected end of input"}' }, 'refused', /1:4: parse error/],
    ['a redirect', { status: 302, body: '' }, 'web page', /sends to another place/],
    ['text', { type: 'text/plain', body: 'OK' }, 'not JSON', /no JSON: OK/],
    ['other JSON', { body: '{"kind":"Status"}' }, 'unexpected', /not of this API/],
  ];
  for (const [name, given, fault, message] of cases) {
    test(name, async () => {
      await assert.rejects(apiOf({ '/api/v1/rules': given }).rules(), (error) => {
        assert.ok(error instanceof AnswerError);
        assert.equal(error.fault, fault);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(who));
        return true;
      });
    });
  }
});

describe('queries', () => {
  test('of each type, with warnings', async () => {
    const answer = (resultType: string, result: unknown) => JSON.stringify({ status: 'success', data: { resultType, result }, warnings: ['careful'], infos: [1] });
    const query = (body: string) => apiOf({ '/api/v1/query': body }).query('up');
    assert.deepEqual(await query(answer('vector', [{ metric: { a: 'b' }, value: [1.5, '2'] }, { metric: {}, histogram: [1, {}] }, 'odd'])), { type: 'vector', sample: undefined, warnings: ['careful'], infos: [''], series: [{ labels: { a: 'b' }, value: [1.5, '2'] }, { labels: {} }] });
    assert.deepEqual((await query(answer('scalar', [1, '3']))).sample, [1, '3']);
    assert.deepEqual((await query(answer('matrix', [{ metric: {}, values: [[1, '1'], [2, 'NaN'], 'odd'] }]))).series, [{ labels: {}, values: [[1, '1'], [2, 'NaN']] }]);
    await assert.rejects(query(answer('odd', [])), /resultType is "odd"/);
  });

  test('go by GET, and by POST when they are too long for a URL', async () => {
    const { request, asked } = standIn({ '/api/v1/query': success({ resultType: 'vector', result: [] }) });
    const api = new PrometheusApi(request, who);
    await api.query('up{a="ü&"}', { time: 5 });
    await api.query(`sum(${'a'.repeat(7000)})`);
    assert.deepEqual(asked, ['GET /api/v1/query?query=up%7Ba%3D%22%C3%BC%26%22%7D&time=5', 'POST /api/v1/query']);
  });

  test('names of labels that are not the old ones are put into paths in Prometheus\' own form', async () => {
    const { request, asked } = standIn({});
    await assert.rejects(new PrometheusApi(request, who).labelValues('service.näme_x', ['up']));
    assert.deepEqual(asked, ['GET /api/v1/label/U__service_2e_n_e4_me__x/values?match%5B%5D=up']);
  });
});

test('a prefix, headers and parameters are added to each request', async () => {
  const { request, asked } = standIn({});
  const sent: unknown[] = [];
  const noted = below('/prefix', withHeaders({ 'x-scope-orgid': 'a' }, withParameters({ namespace: 'shop' }, (path, options) => { sent.push(options?.headers); return request(path, options); })));
  await noted('/api/v1/rules');
  await noted('/api/v1/query?query=up', { headers: { accept: 'x' } });
  assert.deepEqual(asked, ['GET /prefix/api/v1/rules?namespace=shop', 'GET /prefix/api/v1/query?query=up&namespace=shop']);
  assert.deepEqual(sent, [{ 'x-scope-orgid': 'a' }, { 'x-scope-orgid': 'a', accept: 'x' }]);
});
