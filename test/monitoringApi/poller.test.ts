import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { Poller } from '../../src/monitoring/poller.ts';

describe('a poller', () => {
  let now = 0;
  let readings: number[] = [];
  let poller: Poller | undefined;
  beforeEach(() => {
    now = 0;
    readings = [];
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
  });
  afterEach(() => {
    poller?.stop();
    mock.timers.reset();
    mock.restoreAll();
  });

  /** Lets time pass, with what becomes due. */
  async function pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 1000) {
      now += 1000;
      mock.timers.tick(1000);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  }
  /** Reads every 30 s; a reading takes some seconds and comes to something or not. */
  function start(seconds: number, isRead: boolean): Poller {
    return (poller = new Poller(async () => {
      readings.push(now / 1000);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return isRead;
    }, () => 30_000));
  }

  test('reads what takes long less often, and never less than every five minutes', async () => {
    start(6, true);
    await pass(70_000);
    assert.deepEqual(readings.slice(0, 2), [0, 60]);
    poller?.stop();
    readings = [];
    now = 0;
    start(90, true);
    await pass(310_000);
    assert.deepEqual(readings.slice(0, 2), [0, 300]);
  });

  test('that came to nothing is tried again soon, then less and less often, and never more seldom than what comes to something', async () => {
    start(1, false);
    await pass(150_000);
    assert.deepEqual(readings, [0, 3, 8, 17, 34, 65, 96, 127]);
  });

  test('that waited in vain for an answer is not slowed down by it', async () => {
    start(20, false);
    await pass(70_000);
    assert.deepEqual(readings.slice(0, 3), [0, 22, 46]);
  });
});
