import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AlertmanagerApi } from '../../src/monitoring/alertmanagerApi.ts';
import { AnswerError, type Requester } from '../../src/monitoring/request.ts';
import { answerOf, type Given, standIn } from './standIn.ts';

const hostile = '<script>alert(1)</script> [x](command:y) \u001b[31m';

function api(answers: Readonly<Record<string, Given | string>>): AlertmanagerApi {
  return new AlertmanagerApi(standIn(answers).request, 'Alertmanager monitoring/main');
}

describe("Alertmanager's API", () => {
  test('alerts and silences of 0.16, which knew neither negation nor mutes, and fields of the wrong type', async () => {
    const old = api({
      '/api/v2/alerts': JSON.stringify([{ labels: { alertname: hostile, number: 5 }, annotations: null, status: { state: 'suppressed', silencedBy: ['s', 7] }, startsAt: 'never', receivers: [{ name: hostile }, 'x'] }, 'nonsense', null]),
      '/api/v2/silences': JSON.stringify([{ id: 's', status: { state: 'active' }, matchers: [{ name: 'a', value: 'b', isRegex: true }], comment: hostile }]),
    });
    const [alert, ...others] = await old.alerts();
    assert.deepEqual([alert?.labels, alert?.annotations, alert?.state, alert?.silencedBy, alert?.inhibitedBy, alert?.receivers, alert?.startsAt], [{ alertname: hostile }, {}, 'suppressed', ['s'], [], [hostile], undefined]);
    assert.deepEqual(others, []);
    const [silence] = await old.silences();
    assert.deepEqual([silence?.matchers, silence?.comment], [[{ name: 'a', value: 'b', isRegex: true, isEqual: true }], hostile]);
  });

  test('a page, a login, a refusal, a failure and an older API are told apart, in whole sentences', async () => {
    const faults: readonly (readonly [Given, string, RegExp])[] = [
      [{ body: '<!doctype html><title>Login</title>', type: 'text/html' }, 'web page', /web page instead of its API/],
      [{ status: 401, body: 'who are you' }, 'not authorized', /asks for credentials \(401\)/],
      [{ status: 502, body: '<html>Bad Gateway</html>', type: 'text/html' }, 'failing', /fails with status 502/],
      [{ status: 404, body: '404 page not found', type: 'text/plain' }, 'not served', /an older version/],
      [{ body: '{"status":"success","data":[]}' }, 'unexpected', /it is no list/],
      [{ body: '[{"labels":' }, 'not JSON', /no JSON/],
    ];
    for (const [given, fault, message] of faults) {
      await assert.rejects(api({ '/api/v2/alerts': given }).alerts(), (error) => error instanceof AnswerError && error.fault === fault && message.test(error.message), fault);
      if (fault !== 'unexpected') await assert.rejects(api({ '/api/v2/silences': given }).putSilence({ matchers: [], startsAt: 0, endsAt: 1, createdBy: 'a', comment: 'b' }), AnswerError);
    }
    await assert.rejects(api({ '/api/v2/silences': { status: 400, body: '"invalid silence: at least one matcher must not match the empty string"' } }).putSilence({ matchers: [], startsAt: 0, endsAt: 1, createdBy: 'a', comment: 'b' }), /at least one matcher/);
    await assert.rejects(api({}).expireSilence('gone'), /has no silence gone any more/);
  });

  test('a silence and an alert are sent as they are meant', async () => {
    const sent: unknown[] = [];
    const request: Requester = (path, { method, body, headers } = {}) => {
      sent.push([method, path, headers?.['content-type'], body === undefined ? undefined : JSON.parse(body)]);
      return Promise.resolve(answerOf({ body: '{"silenceID":"new"}' }));
    };
    const one = new AlertmanagerApi(request, 'x');
    const matchers = [{ name: 'a', value: hostile, isRegex: false, isEqual: false }];
    assert.equal(await one.putSilence({ id: 'old', matchers, startsAt: 0, endsAt: 60_000, createdBy: 'me', comment: hostile }), 'new');
    await one.expireSilence('a/b');
    await one.send([{ labels: { alertname: 'T' }, annotations: {}, startsAt: 0, endsAt: 1000 }]);
    assert.deepEqual(sent, [
      ['POST', '/api/v2/silences', 'application/json', { id: 'old', matchers, startsAt: '1970-01-01T00:00:00.000Z', endsAt: '1970-01-01T00:01:00.000Z', createdBy: 'me', comment: hostile }],
      ['DELETE', '/api/v2/silence/a%2Fb', undefined, undefined],
      ['POST', '/api/v2/alerts', 'application/json', [{ labels: { alertname: 'T' }, annotations: {}, startsAt: '1970-01-01T00:00:00.000Z', endsAt: '1970-01-01T00:00:01.000Z' }]],
    ]);
  });

  test('a clock that differs is known from the answers; one that hardly differs counts as equal', async () => {
    const at = async (ahead: number): Promise<number> => {
      const one = new AlertmanagerApi(() => Promise.resolve({ ...answerOf({ body: '[]' }), headers: { date: new Date(Date.now() + ahead).toUTCString() } }), 'x');
      await one.alerts();
      return one.ahead;
    };
    assert.equal(await at(0), 0);
    for (const hour of [3_600_000, -7_200_000]) assert.ok(Math.abs(await at(hour) - hour) < 2000);
  });
});
