/** The four forms in which a dashboard is kept in files. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { dashboardForms, dashboardsOf, dashboardText, objectName, withModel, withVersion } from '../../src/grafana/dashboardForms.ts';

const model = { title: 'Nodes / 1: "CPU"', uid: 'nodes', version: 3, schemaVersion: 39, panels: [{ id: 1, targets: [{ expr: 'sum(rate(x{a="b"}[5m])) by (pod)\n# why' }], description: 'a: b\n\n  - {{ x }} #' }], tags: [] };
const remote = { uid: 'nodes', title: model.title, folder: 'kubernetes', version: 3, model, resource: undefined };

describe('a dashboard', () => {
  for (const form of dashboardForms) {
    test(`as ${form} is read as it was written, and knows its version`, () => {
      const text = dashboardText(form, remote, { namespace: 'monitoring' });
      const [found, ...others] = dashboardsOf(text);
      assert.equal(others.length, 0);
      assert.deepEqual([found?.form, found?.uid, found?.version, found?.title], [form, 'nodes', 3, model.title]);
      assert.deepEqual(found?.model, model);
      assert.equal(found?.folder, form === 'grafanaDashboard' || form === 'resource' ? 'kubernetes' : undefined);
      // Saved: the version is another, and nothing else.
      const after = withVersion(text, found ?? { form, document: 0, key: undefined }, { uid: 'nodes', version: 4 });
      assert.deepEqual(dashboardsOf(after)[0]?.model, { ...model, version: 4 });
      assert.equal(after.replace(/(version"|generation)(: )4/, '$1$23'), text);
    });
  }

  test('is found in each document and key of a file, whose comments stay', () => {
    const text = `# ours\n${dashboardText('configMap', remote)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: other } # kept\ndata:\n  readme.md: none\n  a.json: '{"title": "A", "panels": []}'\n  broken.json: '{'\n`;
    const found = dashboardsOf(text);
    assert.deepEqual(found.map(({ title, document, key }) => [title, document, key]), [[model.title, 0, 'nodes-1-cpu.json'], ['A', 1, 'a.json']]);
    const [, second] = found;
    assert.ok(second !== undefined);
    const after = withVersion(text, second, { uid: 'fresh', version: 1 });
    assert.match(after, /^# ours\n/);
    assert.match(after, /# kept/);
    assert.deepEqual(dashboardsOf(after).map(({ uid, version }) => [uid, version]), [['nodes', 3], ['fresh', 1]]);
  });

  for (const form of dashboardForms) {
    test(`as ${form} is compared with Grafana's: only what differs of the dashboard, whatever its order and the object around it`, () => {
      const text = dashboardText(form, remote, { namespace: 'mine' }).replace('name: nodes-1-cpu', 'name: ours # by hand');
      const [file] = dashboardsOf(text);
      assert.ok(file !== undefined);
      const sorted = Object.fromEntries(Object.entries({ ...model, tags: ['theirs'], version: 4 }).sort(([a], [b]) => (a < b ? -1 : 1)));
      const theirs = withModel(text, file, { ...remote, version: 4, model: sorted });
      const lines = (one: string) => new Set(one.split('\n').map((line) => line.trim()));
      const added = [...lines(theirs)].filter((line) => !lines(text).has(line));
      assert.deepEqual(added, form === 'resource' ? ['generation: 4', 'tags:', '- theirs'] : ['"version": 4,', '"tags": [', '"theirs"', ']'], theirs);
      assert.equal(withModel(text, file, remote), text);
    });
  }

  test('is none where a file only looks like one', () => {
    for (const text of ['', '{', '[]', '{"title": "x"}', '{"name": "kubeprom", "version": 1}', 'kind: ConfigMap\ndata: {a.json: "[]"}', 'a: [', 'kind: PrometheusRule\nspec: {title: x, panels: []}']) assert.deepEqual(dashboardsOf(text), [], text);
  });

  test('keeps the form in which somebody wrote its JSON', () => {
    const text = '{"panels":[],   "version" : 1,\n\t"title":"T", "uid":"u", "schemaVersion": 39 }';
    assert.equal(withVersion(text, { form: 'json', document: 0, key: undefined }, { uid: 'u', version: 2 }), text.replace(' 1,', ' 2,'));
    assert.deepEqual(parse(withVersion('{ "title": "T", "panels": [] }', { form: 'json', document: 0, key: undefined }, { uid: 'u', version: 1 })), { uid: 'u', version: 1, title: 'T', panels: [] });
  });

  test('gives an object a name that Kubernetes takes', () => {
    assert.equal(objectName('Kubernetes / Compute — Pod (ä)', 'x'), 'kubernetes-compute-pod-a');
    assert.equal(objectName('日本', 'Abc_1'), 'abc-1');
  });
});
