import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AlertEpisode, simulateAlert, summarize } from '../../src/model/alertSimulation.ts';

/** Evaluations every 30 s from 1000: `x` where the expression gave something. */
function episodes(pattern: string, holds: number, keeps = 0): string {
  const times = [...pattern].flatMap((mark, index) => (mark === 'x' ? [1000 + index * 30] : []));
  const range = { start: 1000, end: 1000 + (pattern.length - 1) * 30, step: 30 };
  return drawn(simulateAlert([{ labels: { __name__: 'm', job: 'a' }, times }], range, { holds, keeps }), pattern.length);
}

/** What ALERTS would show at each evaluation: p pending, f firing, . nothing. */
function drawn(found: readonly AlertEpisode[], length: number): string {
  return Array.from({ length }, (_, index) => {
    const time = 1000 + index * 30;
    const episode = found.find(({ activeFrom, lastActive }) => activeFrom <= time && time <= lastActive);
    return episode === undefined ? '.' : episode.firedFrom !== undefined && episode.firedFrom <= time ? 'f' : 'p';
  }).join('');
}

describe('the simulation of an alert (AlertingRule.Eval of Prometheus 3.13)', () => {
  test('without "for" it fires at once', () => {
    assert.equal(episodes('..xx.x', 0), '..ff.f');
  });

  test('with "for" it is pending until that has passed, and a gap begins it anew', () => {
    assert.equal(episodes('xxxxx', 60), 'ppfff');
    assert.equal(episodes('xx.xxxx', 60), 'pp.ppff');
    assert.equal(episodes('xxxx', 61), 'pppf', 'the first evaluation after it');
    assert.equal(episodes('xx', 600), 'pp');
  });

  test('keep_firing_for counts from the first evaluation without a sample, and only for what fired', () => {
    assert.equal(episodes('xxx......', 60, 90), 'ppffff...');
    assert.equal(episodes('xx....', 60, 90), 'pp....', 'pending is not kept');
    assert.equal(episodes('xxx..x...xx', 60, 90), 'ppfffffffff', 'coming back ends the counting');
    assert.equal(episodes('x.....', 0, 29), 'ff....', 'less than an interval keeps one evaluation');
  });

  test('series that differ in their name alone are one alert, others are alerts of their own', () => {
    const range = { start: 0, end: 90, step: 30 };
    const found = simulateAlert([
      { labels: { __name__: 'a', pod: 'x' }, times: [0, 30] }, { labels: { __name__: 'b', pod: 'x' }, times: [60, 90] }, { labels: { pod: 'y' }, times: [90] },
    ], range, { holds: 60, keeps: 0 });
    assert.deepEqual(found, [
      { labels: { pod: 'x' }, activeFrom: 0, firedFrom: 60, lastActive: 90, isOpen: true },
      { labels: { pod: 'y' }, activeFrom: 90, firedFrom: undefined, lastActive: 90, isOpen: true },
    ]);
    assert.deepEqual(summarize(found, 30), { fired: 1, onlyPending: 1, firingTime: 60, longest: 60 });
  });

  test('time in which several fire counts once', () => {
    const episode = (firedFrom: number, lastActive: number): AlertEpisode => ({ labels: {}, activeFrom: firedFrom, firedFrom, lastActive, isOpen: false });
    assert.deepEqual(summarize([episode(0, 90), episode(60, 150), episode(300, 300)], 30), { fired: 3, onlyPending: 0, firingTime: 210, longest: 120 });
  });

  test('steps that are fractions of a second add up', () => {
    const times = Array.from({ length: 11 }, (_, index) => index * 0.1);
    const [only] = simulateAlert([{ labels: {}, times }], { start: 0, end: 1, step: 0.1 }, { holds: 1, keeps: 0 });
    assert.equal(only?.firedFrom, 1);
  });
});
