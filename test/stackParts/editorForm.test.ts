import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chosenInstance, instanceObjects } from '../../src/extension/node/stack/instanceForm.ts';
import { choicesOf, fieldsOf, instanceFields } from '../../src/extension/node/stack/stackForm.ts';
import { differenceTexts, planMessage, ProgressLines, reportSummary } from '../../src/extension/node/stack/stackViews.ts';
import { defaultChoices, type StackChoices } from '../../src/stack/choices.ts';
import { ChoicesError } from '../../src/stack/choicesFile.ts';
import { stages } from '../../src/stack/order.ts';
import type { Plan, PlannedObject } from '../../src/stack/plan.ts';
import { isStackFields, readStackMessage } from '../../src/webviews/stackProtocol.ts';

const around = { title: 't', where: 'w', actions: [] };
const planned = (kind: string, name: string, more: Partial<PlannedObject> = {}): PlannedObject => ({
  object: { manifest: { apiVersion: kind === 'Secret' ? 'v1' : 'monitoring.coreos.com/v1', kind, metadata: { name, namespace: 'm' } } }, state: 'create', checkedBy: 'server', exists: false, changes: [], conflicts: [], warnings: [], ...more,
});
const plan = (objects: readonly PlannedObject[]): Plan => ({ source: 'built in', namespace: 'm', inventory: 'kubeprom-stack', objects, removals: [] });

describe('the form of the stack', () => {
  test('holds choices and gives the same back', () => {
    const all: readonly StackChoices[] = [
      { ...defaultChoices, operator: '0.93.1' },
      { namespace: 'web', profile: 'production', operator: '0.94.1', components: ['prometheus', 'alertmanager', 'grafana'], storageClass: 'fast', grafanaDomain: 'example.org', alertmanager: { channel: 'email', to: 'a@example.org', from: 'b@example.org', smarthost: 'mail:25', username: 'me' } },
      { namespace: 'web', profile: 'local', operator: '0.94.1', components: ['alertmanager'], alertmanager: { channel: 'slack', room: '#alerts' } },
      { namespace: 'web', profile: 'default', components: ['prometheus'], manifests: './manifests' },
      { namespace: 'web', profile: 'default', components: ['prometheus'], helm: { chart: 'community/stack', release: 'own', version: '80.0.0', values: 'values.yaml' } },
    ];
    for (const choices of all) {
      const fields = fieldsOf(choices, '0.93.1');
      assert.ok(isStackFields(fields));
      assert.deepEqual(choicesOf(fields), choices);
    }
  });

  test('says what may not be chosen, and leaves out what does not count', () => {
    const fields = fieldsOf(defaultChoices, '0.93.1');
    assert.throws(() => choicesOf({ ...fields, namespace: 'Not A Name' }), (error) => error instanceof ChoicesError && /namespace must be a name/.test(error.message));
    assert.throws(() => choicesOf({ ...fields, channel: 'email' }), ChoicesError);
    assert.throws(() => choicesOf({ ...fields, source: 'manifests', manifests: ' ' }), ChoicesError);
    assert.equal(choicesOf({ ...fields, components: ['prometheus'], channel: 'slack', grafanaDomain: 'example.org' }).alertmanager, undefined);
    assert.equal(choicesOf({ ...fields, components: ['prometheus'], grafanaDomain: 'example.org' }).grafanaDomain, undefined);
  });
});

describe('the form of one more instance', () => {
  const fields = { ...instanceFields('Prometheus', 'shop', 'local', ''), name: 'web' };

  test('makes the instance with what was typed, and its monitor one that it selects', () => {
    const typed = { ...fields, replicas: '3', retention: '2h', selector: 'team=web', namespaces: 'shop, sales', version: '3.13.2', attachesNodes: true, alertmanager: 'monitoring/alertmanager-operated' };
    const instance = chosenInstance(typed);
    assert.deepEqual(instance, { kind: 'Prometheus', namespace: 'shop', name: 'web', profile: 'local', version: 'v3.13.2', namespaces: ['shop', 'sales'], alertmanager: { namespace: 'monitoring', service: 'alertmanager-operated', port: 'web' }, discoveryRole: 'EndpointSlice', attachNodeMetadata: true });
    const objects = instanceObjects(instance, typed);
    const { spec } = objects.find(({ kind }) => kind === 'Prometheus') as unknown as { readonly spec: Readonly<Record<string, unknown>> };
    assert.equal(spec['replicas'], 3);
    assert.equal(spec['retention'], '2h');
    for (const what of ['serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig', 'rule']) {
      assert.deepEqual(spec[`${what}Selector`], { matchLabels: { team: 'web' } });
      assert.deepEqual(spec[`${what}NamespaceSelector`], { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['sales', 'shop'] }] });
    }
    assert.deepEqual((objects.find(({ kind }) => kind === 'ServiceMonitor')?.metadata as { readonly labels?: unknown }).labels, { team: 'web' });
    assert.deepEqual(new Set(objects.filter(({ kind }) => kind === 'Role').map(({ metadata }) => metadata.namespace)), new Set(['shop', 'sales', 'monitoring']));
  });

  test('keeps what tells configurations of channels apart when an Alertmanager has labels', () => {
    const typed = { ...instanceFields('Alertmanager', 'shop', 'local', ''), selector: 'team=web' };
    const alertmanager = instanceObjects(chosenInstance(typed), typed).find(({ kind }) => kind === 'Alertmanager');
    assert.deepEqual((alertmanager?.['spec'] as Readonly<Record<string, unknown>>)['alertmanagerConfigSelector'], { matchExpressions: [{ key: 'kubeprom.dev/channel', operator: 'DoesNotExist' }], matchLabels: { team: 'web' } });
  });

  test('says what no object may say', () => {
    for (const wrong of [{ name: 'No Name' }, { namespace: '' }, { version: 'newest' }, { namespaces: 'a,B' }]) assert.throws(() => chosenInstance({ ...fields, ...wrong }), ChoicesError, JSON.stringify(wrong));
    for (const wrong of [{ replicas: 'two' }, { replicas: '-1' }, { retention: 'long' }, { selector: 'team' }, { selector: 'a=b=c' }, { selector: '=x' }]) assert.throws(() => instanceObjects(chosenInstance(fields), { ...fields, ...wrong }), ChoicesError, JSON.stringify(wrong));
  });
});

describe('what the panel shows', () => {
  test('of a plan: who looked, who manages, what is refused', () => {
    const message = planMessage(plan([
      planned('Prometheus', 'main', { checkedBy: 'schema' }),
      planned('Prometheus', 'other', { state: 'conflict', exists: true, conflicts: [{ manager: 'argo\u202ecd', field: '.spec.replicas' }], changes: Array.from({ length: 9 }, (_, index) => ({ field: `.spec.f${String(index)}`, before: 1, after: 2 })) }),
      planned('CustomResourceDefinition', 'widgets', { state: 'change', exists: true, changes: ['.metadata.annotations.version', '.spec.versions[v1].schema.openAPIV3Schema.a', '.spec.versions[v1].schema.openAPIV3Schema.b'].map((field) => ({ field, before: undefined, after: 1 })) }),
      planned('PrometheusRule', 'bad', { state: 'refused', reason: 'spec.groups: is no list', warnings: ['old'] }),
    ]), [{ severity: 'error', message: 'No room.', nextStep: 'Add a node.' }], 'Apply', around);
    assert.equal(readStackMessage(message), message);
    assert.equal(message.summary, '1 to create, 1 to change, 1 in conflict, 1 refused.');
    assert.match(message.objects[0]?.note ?? '', /checked by our schemas/);
    assert.equal(message.objects[1]?.conflicts[0]?.manager, 'argo cd', 'characters that turn the direction of writing are taken out');
    assert.deepEqual(message.objects[1].changes.slice(-1), ['and 3 fields more']);
    assert.deepEqual(message.objects[2]?.changes, ['.metadata.annotations.version: + 1', '2 fields of its schema']);
    assert.deepEqual(message.objects[3]?.remarks, ['spec.groups: is no list', 'The API server warns: old']);
  });

  test('of a difference: never what is secret, always who manages it', async () => {
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'm' }, data: { old: 'c2FtZQ==', key: 'bmV3' } };
    const before = { ...manifest, metadata: { ...manifest.metadata, resourceVersion: '1', uid: 'u' }, data: { old: 'c2FtZQ==', key: 'b2xk' } };
    const texts = await differenceTexts(planned('Secret', 's', { object: { manifest }, before, conflicts: [{ manager: 'someone', field: '.data.key' }] }));
    assert.doesNotMatch(texts.before + texts.after, /c2FtZQ|bmV3|b2xk|resourceVersion/);
    assert.match(texts.before, /key: \(secret\)/);
    assert.match(texts.after, /^# \.data\.key is managed by someone/);
    assert.match(texts.after, /old: \(secret\)\n {2}key: \(another secret\)/);
    assert.equal((await differenceTexts(planned('Prometheus', 'new'))).before, '');
  });

  test('of a run: the stages, and the latest objects first', () => {
    const lines = new ProgressLines(stages, 3);
    lines.add({ stage: 'Definitions', done: 1, total: 3, object: 'CustomResourceDefinition a created' });
    lines.add({ stage: 'Workloads', done: 2, total: 3, object: 'Deployment b created' });
    const message = lines.message(around);
    assert.equal(readStackMessage(message), message);
    assert.deepEqual(message.lines, ['Deployment b created', 'CustomResourceDefinition a created']);
    assert.deepEqual(message.stages.map(({ state }) => state), ['done', 'done', 'done', 'now', 'later', 'later', 'later']);
    assert.equal(reportSummary({ complete: false, cancelled: true, objects: [{ name: 'a', outcome: 'created' }, { name: 'b', outcome: 'not tried' }] }), 'Cancelled: 1 created, 1 not tried. Going on continues where it was.');
  });
});
