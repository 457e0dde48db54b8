/** What the cluster's events say of a component: each trouble once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventLines } from '../../src/stack/events.ts';

const event = (reason: string, message: string, more: object = {}) => ({ metadata: { name: message, namespace: 'm', resourceVersion: '1', uid: '1' }, reason, message, ...more });

test('an image that cannot be pulled is one line with its count, whatever its pods wait for just then', () => {
  assert.deepEqual(eventLines([
    event('Failed', 'Error: ImagePullBackOff', { count: 40 }),
    event('Failed', 'Failed to pull image "grafana:1": dial tcp: lookup registry: request 2', { count: 5 }),
    event('Failed', 'Error: ErrImagePull', { count: 6 }),
    event('Failed', 'Failed to pull image "grafana:1": dial tcp: lookup registry: request 1'),
    event('Failed', 'Failed to pull image "sidecar:1": not found'),
  ]), ['Failed: Failed to pull image "grafana:1": dial tcp: lookup registry: request 2 (6 times)', 'Failed: Failed to pull image "sidecar:1": not found']);
  assert.deepEqual(eventLines([event('Failed', 'Error: ImagePullBackOff'), event('Failed', 'Error: ErrImagePull')]), ['Failed: Error: ImagePullBackOff (2 times)'], 'the event that says why may have gone');
});

test('what says the same of several pods is one line, what says something else another', () => {
  assert.deepEqual(eventLines([event('FailedScheduling', 'no room', { series: { count: 3 } }), event('BackOff', 'restarting'), event('FailedScheduling', 'no room', { series: { count: 4 } })]), ['FailedScheduling: no room (7 times)', 'BackOff: restarting']);
});
