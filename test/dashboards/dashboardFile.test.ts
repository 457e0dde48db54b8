import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDashboardFile } from '../../src/dashboards/model/dashboardFile.ts';

const dashboard = { title: 'Shop', panels: [{ id: 1, type: 'timeseries', title: 'Requests "per" second }', targets: [{ refId: 'A', expr: 'sum(up)' }, { refId: 'B', expr: 'rate(a{b="}]"}[5m])' }] }] };

/** What the text holds from a place on. */
async function at(text: string, path: readonly (string | number)[], index = 0): Promise<string | undefined> {
  const file = await readDashboardFile(text);
  assert.equal(file.fault, undefined);
  const offset = file.placeOf(index, path);
  return offset === undefined ? undefined : text.slice(offset).split('\n', 1)[0];
}

describe('a file with dashboards', () => {
  test('parts of JSON are found where they begin, also behind brackets and quotes in texts', async () => {
    const text = JSON.stringify(dashboard, null, 2);
    assert.equal(await at(text, ['panels', 0, 'targets', 1, 'expr']), '"rate(a{b=\\"}]\\"}[5m])"');
    assert.equal(await at(text, ['panels', 0, 'targets', 2]), undefined);
    assert.equal(await at(JSON.stringify({ meta: {}, dashboard }, null, 2), ['dashboard', 'panels', 0, 'targets', 0, 'expr']), '"sum(up)"', 'paths are those of the file');
  });

  test('in a ConfigMap the JSON of a block is found line by line; other texts at their beginning', async () => {
    const block = JSON.stringify(dashboard, null, 2).split('\n').map((line) => `    ${line}`).join('\n');
    const map = (data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\n  labels:\n    grafana_dashboard: "1"\ndata:\n  shop.json: ${data}\n`;
    assert.equal(await at(map(`|\n${block}`), ['panels', 0, 'targets', 1, 'expr']), '"expr": "rate(a{b=\\"}]\\"}[5m])"');
    assert.match(await at(map(`'${JSON.stringify(dashboard)}'`), ['panels', 0, 'targets', 1, 'expr']) ?? '', /^'\{"title"/);
  });

  test('a text without one says why', async () => {
    assert.match((await readDashboardFile('{"title": 1}')).fault ?? '', /no dashboard in this file/);
    assert.match((await readDashboardFile('{"title": ')).fault ?? '', /^The file is no JSON/);
    assert.match((await readDashboardFile('a: [')).fault ?? '', /^The file is no YAML/);
  });
});
