import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { testPorts } from './ports.ts';
import { down, sandboxUnavailable } from './sandbox.ts';
import { cycles, runCycle } from './soak.ts';

/** Gives one kill of the node's first process and one of the driver, both while the node starts. */
const seed = 2;
const port = testPorts.life;

test('the cycles of a seed are always the same, within their bounds', () => {
  assert.deepEqual(cycles(seed, 20), cycles(seed, 20));
  assert.notDeepEqual(cycles(seed, 20), cycles(seed + 1, 20));
  const victims = cycles(seed, 200).map(({ victim }) => victim);
  assert.ok(victims.includes('driver') && victims.includes('node'));
  assert.deepEqual(new Set(cycles(seed, 2).map(({ victim }) => victim)), new Set(['node', 'driver']));
});

describe('up, kill -9, up', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  after(() => down(port));
  for (const cycle of cycles(seed, 2)) {
    test(`of the ${cycle.victim} ${String(cycle.moment)} ms after the start: ends Ready, and leaves nothing`, async () => {
      assert.deepEqual(await runCycle(port, cycle), []);
    });
  }
});
