/** Addresses of Grafana's pages, and which panel shows what an alert is about. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedPanel, panelsFor } from '../../src/grafana/alertPanel.ts';
import { dashboardPath, explorePath, withOptions } from '../../src/grafana/pagePaths.ts';

test('a dashboard\'s path has its time, variables and panel', () => {
  assert.equal(dashboardPath('a/b'), '/d/a%2Fb');
  assert.equal(dashboardPath('a', { from: 'now-1h', to: 'now', panel: 4, variables: { pod: 'x y&z' } }), '/d/a?from=now-1h&to=now&viewPanel=4&var-pod=x+y%26z');
  assert.equal(withOptions('/d/a?theme=dark&x=1', { theme: 'light' }), '/d/a?theme=light&x=1');
});

test('Explore is asked as its version reads it', () => {
  const query = 'sum(rate(x{a="b"}[5m]))';
  const parameters = (path: string) => new URL(path, 'http://grafana').searchParams;
  assert.deepEqual(JSON.parse(parameters(explorePath('9.5.21', 'uid', query)).get('left') ?? ''), { datasource: 'uid', queries: [{ refId: 'A', expr: query, datasource: { type: 'prometheus', uid: 'uid' } }], range: { from: 'now-1h', to: 'now' } });
  for (const version of ['10.0.0', '13.0.1', undefined]) {
    const panes = JSON.parse(parameters(explorePath(version, undefined, query, { from: '1' })).get('panes') ?? '') as Record<string, unknown>;
    assert.deepEqual(Object.values(panes), [{ queries: [{ refId: 'A', expr: query }], range: { from: '1', to: 'now' } }]);
  }
});

test('the panel with most of an alert\'s metrics, and least of others, comes first', () => {
  const namesIn = (expression: string) => expression.split(' ');
  const panel = (id: number, ...targets: string[]) => ({ id, title: `P${String(id)}`, targets: targets.map((expr) => ({ expr })) });
  const found = panelsFor(new Set(['a', 'b']), [
    { uid: 'one', title: 'One', model: { panels: [panel(1, 'a c d'), { type: 'row', panels: [panel(2, 'a', 'b')] }, panel(3, 'x')], templating: { list: [{ name: 'pod' }] } } },
    { uid: 'two', title: 'Two', model: { rows: [{ panels: [panel(7, 'b')] }], panels: 'none' } },
    { uid: 'three', title: 'Three', model: { panels: [null, { id: 'x', targets: [{ expr: 'a' }] }] } },
  ], namesIn);
  assert.deepEqual(found.map(({ uid, panel: id, shared, all, variables }) => [uid, id, shared, all, variables.join()]), [['one', 2, 2, 2, 'pod'], ['two', 7, 1, 1, ''], ['one', 1, 1, 3, 'pod']]);
  assert.deepEqual(namedPanel({ __dashboardUid__: 'u', __panelId__: '3' }), { uid: 'u', panel: 3 });
  assert.deepEqual([namedPanel({ __dashboardUid__: 'u' }), namedPanel({ summary: 'x' })], [{ uid: 'u', panel: undefined }, undefined]);
});
