import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPanelRequest, readRelabelMessage, readRouteMessage } from '../../src/webviews/protocol.ts';

const list = { type: 'list', title: 't', subject: 'target', configs: [], problems: [{ step: null, message: 'm' }], nameScheme: 'utf8', sample: { a: 'b' } };
const route = { type: 'route', title: 't', subtitle: 's', labels: [], warnings: [], journeys: [], arrivals: null };

describe('messages of panels', () => {
  test('are taken when they are whole', () => {
    assert.equal(readRelabelMessage(list), list);
    assert.equal(readRouteMessage(route), route);
    assert.deepEqual(readRelabelMessage({ type: 'gone' }), { type: 'gone' });
    assert.deepEqual(readPanelRequest({ type: 'ask', labels: { a: 'b' } }), { type: 'ask', labels: { a: 'b' } });
    assert.deepEqual(readPanelRequest({ type: 'open', index: 0 }), { type: 'open', index: 0 });
  });

  test('are left when a part is missing or of another type', () => {
    for (const key of Object.keys(list)) {
      assert.equal(readRelabelMessage({ ...list, [key]: undefined }), undefined, key);
      assert.equal(readRelabelMessage({ ...list, [key]: 7 }), undefined, key);
    }
    for (const key of Object.keys(route)) assert.equal(readRouteMessage({ ...route, [key]: 7 }), undefined, key);
    for (const request of [null, 'ready', [], {}, { type: 'toString' }, { type: 'open' }, { type: 'open', index: -1 }, { type: 'ask', labels: { a: 1 } }, { type: 'ready', labels: [] }]) {
      assert.equal(readPanelRequest(request), undefined, JSON.stringify(request));
    }
  });
});
