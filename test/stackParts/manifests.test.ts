import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { builtinStack } from '../../src/stack/builtin/builtin.ts';
import { components, defaultChoices, type StackChoices } from '../../src/stack/choices.ts';
import { nameOf, readManifests, readManifestText } from '../../src/stack/manifests.ts';
import { folderOf, kubeprom } from '../cli/run.ts';

const read = (path: string) => readFile(join(import.meta.dirname, '../..', path), 'utf8');
const names = (text: string) => readManifestText(text, 'a.yaml').objects.map(({ manifest }) => nameOf(manifest));
const problems = (text: string) => readManifestText(text, 'a.yaml').problems.map(({ message }) => message);

describe('manifests', () => {
  test('Lists are taken apart, of one kind as well', () => {
    assert.deepEqual(names('apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Secret, metadata: { name: a } }\n- apiVersion: v1\n  kind: ConfigMapList\n  items: [{ metadata: { name: b, namespace: c } }]\n'), ['Secret a', 'ConfigMap c/b']);
  });

  test('what cannot be applied is named', () => {
    assert.match(problems('a: [').join(), /^This is no readable YAML/);
    assert.deepEqual(problems('- a'), ['This is no object of Kubernetes: it is no mapping.']);
    assert.deepEqual(problems('kind: Secret'), ['This is no object of Kubernetes: it has no apiVersion and kind.']);
    assert.deepEqual(problems('{ apiVersion: v1, kind: Secret, metadata: {} }'), ['A Secret has no metadata.name.']);
    const one = '{ apiVersion: v1, kind: Secret, metadata: { name: a, namespace: b } }';
    assert.deepEqual(problems(`${one}\n---\n${one}`), ['Secret b/a stands in a.yaml too; only one of them can be applied.']);
    assert.deepEqual(problems('# nothing\n---\n---\n'), []);
  });

  test('of the built-in stack are written as files that are read as the same objects', async (t) => {
    const folder = await folderOf({ 'kubeprom-stack.yaml': 'namespace: shop\noperator: "0.94.1"\nprofile: production\nalertmanager: { channel: slack, room: "#alerts" }\ngrafanaDomain: shop.example\n' });
    t.after(folder.remove);
    const { code, stderr } = await kubeprom(['stack', 'manifests', '--to', 'out'], { cwd: folder.path });
    assert.equal(code, 0, stderr);
    const choices: StackChoices = { namespace: 'shop', operator: '0.94.1', profile: 'production', components, alertmanager: { channel: 'slack', room: '#alerts' }, grafanaDomain: 'shop.example' };
    const { objects } = await builtinStack(choices, read);
    const written = await readManifests(join(folder.path, 'out'));
    assert.deepEqual(written.problems, []);
    const all = (list: typeof objects) => list.map(({ manifest }) => nameOf(manifest)).sort();
    assert.deepEqual(all(written.objects), all(objects));
    const own = (list: typeof objects) => list.map(({ manifest }) => manifest).find(({ kind }) => kind === 'Prometheus');
    assert.deepEqual(own(written.objects), own(objects));
  });

  test('the command says what is wrong with a settings file, line by line', async (t) => {
    const folder = await folderOf({ 'kubeprom-stack.yaml': 'namespace: shop\nprofile: small\ncolour: red\n' });
    t.after(folder.remove);
    const { code, stderr } = await kubeprom(['stack', 'plan'], { cwd: folder.path });
    assert.equal(code, 2);
    assert.match(stderr, /kubeprom-stack\.yaml: line 3: There is no setting "colour"[^]*kubeprom-stack\.yaml: line 2: profile must be one of local, default, production\./);
  });
});

test('the built-in stack is the same for other namespaces and versions but for those', async () => {
  const { objects } = await builtinStack({ ...defaultChoices, namespace: 'shop', operator: '0.94.1' }, read);
  const text = JSON.stringify(objects.filter(({ manifest }) => manifest.kind !== 'CustomResourceDefinition'));
  assert.ok(!text.includes('"namespace":"monitoring"') && !text.includes('v0.93.1') && text.includes('prometheus-operator:v0.94.1'));
  assert.ok(objects.some(({ manifest }) => manifest.kind === 'ClusterRole' && manifest.metadata.name === 'kubeprom-prometheus-operator-shop'));
});
