import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { validate } from '../../../src/language/schemas/validate.ts';
import { kindSchema, loadedStore } from './store.ts';

let store: SchemaStore;
before(async () => {
  store = await loadedStore();
});

function check(kind: string, body: object, version = 'v1'): string[] {
  const object = { apiVersion: `monitoring.coreos.com/${version}`, kind, metadata: { name: 'a' }, ...body };
  return validate(object, kindSchema(store, kind, version)).map(({ code, path, message, fixes }) =>
    [code, path.join('.'), message, ...(fixes ?? []).map(({ title }) => `fix: ${title}`)].join(' | '));
}

const rule = (fields: object) => ({ spec: { groups: [{ name: 'g', rules: [{ expr: 'up', ...fields }] }] } });

describe('values', () => {
  test('a type is said in the words of the field', () => {
    assert.deepEqual(check('PrometheusRule', rule({ for: 5 })), ['schema/type | spec.groups.0.rules.0.for | for must be a duration such as 30s, 5m or 1h30m, not 5.']);
    assert.deepEqual(check('PrometheusRule', rule({ labels: { team: true } })), ['schema/type | spec.groups.0.rules.0.labels.team | team must be a string, not true: put it in quotes.']);
    assert.deepEqual(check('PrometheusRule', rule({ expr: ['up'] })), ['schema/type | spec.groups.0.rules.0.expr | expr must be an integer or a string, not a list.']);
  });

  test('an expression may be an integer, since the CRD says int-or-string', () => {
    assert.deepEqual(check('PrometheusRule', rule({ expr: 1 })), []);
    assert.equal(check('PrometheusRule', rule({ expr: 1.5 })).length, 1);
  });

  test('patterns, enums, lengths and ranges', () => {
    assert.deepEqual(check('PrometheusRule', rule({ for: '5 m' })), ['schema/pattern | spec.groups.0.rules.0.for | for must be a duration such as 30s, 5m or 1h30m, not "5 m".']);
    assert.deepEqual(check('PodMonitor', { spec: { selector: {}, podMetricsEndpoints: [{ scheme: 'ftp' }] } }), ['schema/enum | spec.podMetricsEndpoints.0.scheme | scheme must be http, https, HTTP or HTTPS, not "ftp".']);
    assert.deepEqual(check('PodMonitor', { spec: { selector: {}, podMetricsEndpoints: [{ portNumber: 65536 }] } }), ['schema/range | spec.podMetricsEndpoints.0.portNumber | portNumber must be from 1 to 65535, not 65536.']);
    assert.deepEqual(check('PrometheusRule', { spec: { groups: [{ name: '' }] } }), ['schema/length | spec.groups.0.name | name may not be empty.']);
  });

  test('integers are those of JSON, of the size that their format says', () => {
    assert.deepEqual(check('Prometheus', { spec: { replicas: 2.0 } }), []);
    assert.equal(check('Prometheus', { spec: { replicas: 2 ** 31 } }).length, 1);
    assert.equal(check('ServiceMonitor', { spec: { selector: {}, endpoints: [], sampleLimit: 2 ** 31 } }).length, 0);
  });

  test('what the scale subresource counts may not be negative, whatever the CRD says', () => {
    assert.deepEqual(check('Alertmanager', { spec: { replicas: -1 } }), ['schema/range | spec.replicas | replicas must be from 0 to 2147483647, not -1.']);
  });
});

describe('fields', () => {
  test('a misspelt field is one problem, with its name as fix', () => {
    assert.deepEqual(check('PrometheusRule', { spec: { groups: [{ name: 'g', rules: [{ epxr: 'up' }] }] } }), ['schema/unknown-field | spec.groups.0.rules.0.epxr | Unknown field "epxr": did you mean "expr"? | fix: Change to "expr"']);
    assert.deepEqual(check('PrometheusRule', rule({ anotations: {} })), ['schema/unknown-field | spec.groups.0.rules.0.anotations | Unknown field "anotations": did you mean "annotations"? | fix: Change to "annotations"']);
    assert.deepEqual(check('PrometheusRule', rule({ keepFiringFor: '5m' })), ['schema/unknown-field | spec.groups.0.rules.0.keepFiringFor | Unknown field "keepFiringFor": did you mean "keep_firing_for"? | fix: Change to "keep_firing_for"']);
  });

  test('a misspelt field beside the right one has no fix', () => {
    assert.deepEqual(check('PrometheusRule', rule({ Expr: 'up' })), ['schema/unknown-field | spec.groups.0.rules.0.Expr | Unknown field "Expr": did you mean "expr", which is there as well?']);
  });

  test('a field in the wrong place is told where it belongs, and moved where there is one such place', () => {
    assert.deepEqual(check('PrometheusRule', { groups: [] }), ['schema/unknown-field | groups | Unknown field "groups": it belongs at spec.groups. | fix: Move to spec.groups']);
    assert.deepEqual(check('PrometheusRule', rule({ interval: '1m' })), ['schema/unknown-field | spec.groups.0.rules.0.interval | Unknown field "interval": it belongs at spec.groups[].interval. | fix: Move to spec.groups[].interval']);
    assert.deepEqual(check('ServiceMonitor', { spec: { selector: {}, endpoints: [{}], port: 'web' } }), ['schema/unknown-field | spec.port | Unknown field "port": it belongs at spec.endpoints[].port. | fix: Move to spec.endpoints[].port']);
    assert.deepEqual(check('ServiceMonitor', { spec: { selector: {}, endpoints: [{}, {}], port: 'web' } }), ['schema/unknown-field | spec.port | Unknown field "port": it belongs at spec.endpoints[].port.']);
  });

  test('a key that every JavaScript object has is unknown like any other', () => {
    assert.equal(check('PrometheusRule', rule({ constructor: 'x', toString: 'y' })).length, 2);
    assert.equal(check('PrometheusRule', { spec: { groups: [JSON.parse('{"name": "g", "__proto__": "x"}')] } }).length, 1);
  });

  test('required fields, where null is as good as nothing', () => {
    assert.deepEqual(check('ServiceMonitor', { spec: { endpoints: [] } }), ['schema/required | spec.selector | selector is required.']);
    assert.deepEqual(check('ServiceMonitor', { spec: { endpoints: [], selector: null } }), ['schema/required | spec.selector | selector is required and may not be empty.']);
    assert.deepEqual(check('ServiceMonitor', { spec: { endpoints: [{ port: null }], selector: {} } }), []);
  });

  test('a null in a list is a value, and not of the right type', () => {
    assert.deepEqual(check('ServiceMonitor', { spec: { endpoints: [null], selector: {} } }), ['schema/type | spec.endpoints.0 | endpoints[0] must be a mapping, not empty.']);
  });

  test('what a CRD leaves open is left alone', () => {
    assert.deepEqual(check('AlertmanagerConfig', { spec: { route: { receiver: 'a', routes: [{ anything: 1 }] }, receivers: [{ name: 'a' }] } }, 'v1alpha1'), []);
  });

  test('the API server drops status, but not before it has looked for unknown fields', () => {
    assert.deepEqual(check('PrometheusRule', { spec: {}, status: { bindings: 'x' } }), []);
    assert.equal(check('PrometheusRule', { spec: {}, status: { nonsense: 1 } }).length, 1);
  });

  test('anything but a mapping is one problem', () => {
    for (const value of [null, undefined, 'text', 5, [], [[[]]]]) assert.equal(validate(value, kindSchema(store, 'PrometheusRule')).length, 1);
  });
});

describe('lists', () => {
  test('a key may stand in a list map once, and the first place is named', () => {
    const [problem, ...more] = validate(
      { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'a' }, spec: { groups: [{ name: 'g' }, { name: 'h' }, { name: 'g' }] } },
      kindSchema(store, 'PrometheusRule'),
    );
    assert.deepEqual(more, []);
    assert.equal(problem?.code, 'schema/duplicate');
    assert.deepEqual(problem.path, ['spec', 'groups', 2, 'name']);
    assert.deepEqual(problem.related?.map(({ path }) => path), [['spec', 'groups', 0, 'name']]);
  });

  test('defaults take part in the keys of a list map', () => {
    const container = (ports: object[]) => ({ spec: { containers: [{ name: 'c', ports }] } });
    assert.equal(check('Prometheus', container([{ containerPort: 1 }, { containerPort: 1, protocol: 'TCP' }])).length, 1);
    assert.equal(check('Prometheus', container([{ containerPort: 1 }, { containerPort: 1, protocol: 'UDP' }])).length, 0);
  });
});

describe('CEL rules of the CRDs', () => {
  test('one kind of authentication in a ScrapeConfig', () => {
    const auth = { basicAuth: {}, authorization: {} };
    assert.deepEqual(check('ScrapeConfig', { spec: auth }, 'v1alpha1'), ['schema/cel | spec | spec: at most one of basicAuth, authorization, or oauth2 can be configured.']);
    assert.deepEqual(check('ScrapeConfig', { spec: { basicAuth: {} } }, 'v1alpha1'), []);
  });

  test('rules that ask for fields that are not there, with defaults', () => {
    assert.equal(check('PrometheusAgent', { spec: { mode: 'DaemonSet', replicas: 2 } }, 'v1alpha1').length, 1);
    assert.equal(check('PrometheusAgent', { spec: { mode: 'StatefulSet', replicas: 2 } }, 'v1alpha1').length, 0);
    const sharded = (shards: number) => ({ spec: { shards, shardingStrategy: { mode: 'Topology', topology: { values: ['a', 'b'] } } } });
    assert.equal(check('Prometheus', sharded(2)).length, 0);
    assert.deepEqual(check('Prometheus', sharded(1)).map((problem) => problem.split(' | ')[0]), ['schema/cel']);
  });

  test('they are not asked when the value is wrong already', () => {
    assert.deepEqual(check('ScrapeConfig', { spec: { basicAuth: {}, authorization: {}, jobName: 5 } }, 'v1alpha1').map((problem) => problem.split(' | ')[0]), ['schema/type']);
  });
});

describe('metadata', () => {
  const metadata = (fields: object) => check('PrometheusRule', { metadata: { name: 'a', ...fields }, spec: {} }).map((problem) => problem.split(' | ').slice(0, 2).join(' '));

  test('names', () => {
    assert.deepEqual(check('PrometheusRule', { metadata: {}, spec: {} }), ['schema/required | metadata.name | metadata.name or metadata.generateName is required: the object has no name.']);
    assert.deepEqual(check('PrometheusRule', { metadata: { generateName: 'a-' }, spec: {} }), []);
    assert.deepEqual(metadata({ name: 'My_Rules' }), ['schema/metadata metadata.name']);
    assert.deepEqual(metadata({ name: 'a.b-c' }), []);
    assert.deepEqual(metadata({ name: 'a'.repeat(254) }), ['schema/metadata metadata.name']);
    assert.deepEqual(metadata({ namespace: 'a.b' }), ['schema/metadata metadata.namespace']);
    assert.deepEqual(metadata({ namespace: '' }), []);
  });

  test('labels and annotations', () => {
    assert.deepEqual(metadata({ labels: { 'example.com/Team_1': 'A.b', empty: '' } }), []);
    assert.deepEqual(metadata({ labels: { 'a/b/c': 'x' } }), ['schema/metadata metadata.labels.a/b/c']);
    assert.deepEqual(metadata({ labels: { team: 'a b' } }), ['schema/metadata metadata.labels.team']);
    assert.deepEqual(metadata({ labels: { team: 5 } }), ['schema/type metadata.labels.team']);
    assert.deepEqual(metadata({ annotations: { 'EXAMPLE.com/x': 'a b' } }), []);
    assert.deepEqual(metadata({ annotations: { a: 'é'.repeat(128 * 1024) } }), ['schema/metadata metadata.annotations']);
    assert.deepEqual(metadata({ label: {} }), ['schema/unknown-field metadata.label']);
  });

  test('owners and finalizers', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };
    assert.deepEqual(metadata({ ownerReferences: [owner] }), []);
    assert.deepEqual(metadata({ ownerReferences: [{ ...owner, controller: true }, { ...owner, controller: true }] }), ['schema/metadata metadata.ownerReferences']);
    assert.deepEqual(metadata({ finalizers: ['a b'] }), ['schema/metadata metadata.finalizers.0']);
  });
});

test('the same object again gives the same answer, though clean items are not walked twice', () => {
  const schema = kindSchema(store, 'PrometheusRule');
  const [good, bad] = [{ expr: 'up' }, { expr: 'up', nonsense: 1 }];
  const object = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'a' }, spec: { groups: [{ name: 'g', rules: [good, bad] }] } };
  const first = validate(object, schema);
  assert.equal(first.length, 1);
  assert.deepEqual(validate(object, schema), first);
  const moved = { ...object, spec: { groups: [{ name: 'g', rules: [good, good, bad] }] } };
  assert.deepEqual(validate(moved, schema).map(({ path }) => path), [['spec', 'groups', 0, 'rules', 2, 'nonsense']]);
});
