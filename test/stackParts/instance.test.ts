import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isRecord } from '../../src/language/json.ts';
import { SchemaStore } from '../../src/language/schemas/schemaStore.ts';
import { validate } from '../../src/language/schemas/validate.ts';
import { nameOf, readManifestText } from '../../src/stack/manifests.ts';
import { instanceManifests, type PrometheusChoices, serverVersions } from '../../src/stack/instance/instance.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFile(join(root, path), 'utf8');
const prometheus: PrometheusChoices = { kind: 'Prometheus', namespace: 'shop', name: 'own', profile: 'local', discoveryRole: 'EndpointSlice', attachNodeMetadata: false };

/** `group/resource: verbs` of the rules of all roles of a kind, with the namespace. */
function granted(choices: PrometheusChoices): string[] {
  return instanceManifests(choices).flatMap(({ kind, metadata: { namespace = '' }, rules }) => (!/^(Cluster)?Role$/.test(kind) || !Array.isArray(rules) ? [] : rules.filter(isRecord).flatMap((rule) => {
    const { apiGroups, resources, nonResourceURLs, verbs } = rule as Readonly<Record<string, readonly string[] | undefined>>;
    const where = kind === 'ClusterRole' ? 'everywhere' : namespace;
    return nonResourceURLs !== undefined ? nonResourceURLs.map((url) => `${where} ${url}`) : (resources ?? []).map((resource) => `${where} ${apiGroups?.[0] ?? ''}/${resource}${verbs?.includes('list') === true && verbs.includes('watch') ? '' : ' (get)'}`);
  })));
}

describe('the rights of one more Prometheus', () => {
  test('are those of its discovery, and no more', () => {
    assert.deepEqual(granted(prometheus), ['everywhere /services', 'everywhere /pods', 'everywhere discovery.k8s.io/endpointslices', 'everywhere networking.k8s.io/ingresses', 'everywhere /nodes/metrics (get)', 'everywhere /metrics', 'everywhere /metrics/slis']);
    assert.deepEqual(granted({ ...prometheus, discoveryRole: 'Endpoints', namespaces: [] }), ['shop /services', 'shop /pods', 'shop /endpoints', 'shop networking.k8s.io/ingresses']);
  });

  test('in chosen namespaces are Roles there and in its own; nodes belong to none', () => {
    const rights = granted({ ...prometheus, namespaces: ['web', 'shop'], attachNodeMetadata: true });
    assert.deepEqual(rights.filter((one) => one.startsWith('everywhere')), ['everywhere /nodes']);
    assert.deepEqual([...new Set(rights.map((one) => one.split(' ')[0]))], ['everywhere', 'shop', 'web']);
  });

  test('reach where its Alertmanager is discovered', () => {
    const rights = granted({ ...prometheus, namespaces: [], alertmanager: { namespace: 'alerts', service: 'alertmanager-operated', port: 'web' } });
    assert.deepEqual([...new Set(rights.map((one) => one.split(' ')[0]))], ['shop', 'alerts']);
  });

  test('are bound to its own account', () => {
    const manifests = instanceManifests({ ...prometheus, namespaces: ['web'], attachNodeMetadata: true });
    const bindings = manifests.filter(({ kind }) => kind.endsWith('Binding'));
    assert.equal(bindings.length, 3);
    for (const { subjects } of bindings) assert.deepEqual(subjects, [{ kind: 'ServiceAccount', name: 'prometheus-own', namespace: 'shop' }]);
  });
});

describe('instances', () => {
  test('satisfy the schemas of every operator version', async () => {
    const schemas = await SchemaStore.open((path) => read(`schemas/${path}`));
    for (const operator of ['v0.93.1', 'v0.94.1']) {
      for (const profile of ['local', 'default', 'production'] as const) {
        const objects = [
          ...instanceManifests({ ...prometheus, profile, namespaces: ['web'], alertmanager: { namespace: 'shop', service: 'alertmanager-own', port: 'web' } }),
          ...(['email', 'slack', 'pagerduty', 'webhook'] as const).flatMap((channel) => instanceManifests({ kind: 'Alertmanager', namespace: 'shop', name: 'own', profile, channel: { channel, to: 'a@shop.example', from: 'b@shop.example', smarthost: 'mail.shop.example:587', username: 'u' } })),
        ];
        for (const manifest of objects) {
          const schema = await schemas.load(manifest, operator);
          if (manifest.apiVersion.startsWith('monitoring.coreos.com')) assert.ok(schema, nameOf(manifest));
          if (schema !== undefined) assert.deepEqual(validate(manifest, schema), [], nameOf(manifest));
        }
      }
    }
  });

  test('select their own namespace beside those that were chosen, or all', () => {
    const selectorOf = (choices: PrometheusChoices) => {
      const spec = instanceManifests(choices).find(({ kind }) => kind === 'Prometheus')?.['spec'];
      return isRecord(spec) ? spec['ruleNamespaceSelector'] : undefined;
    };
    assert.deepEqual(selectorOf(prometheus), {});
    assert.deepEqual(selectorOf({ ...prometheus, namespaces: ['web'] }), { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'web'] }] });
  });

  test('run the versions of the built-in stack', async () => {
    for (const kind of ['Prometheus', 'Alertmanager'] as const) {
      const shipped = readManifestText(await read(`stack/${kind.toLowerCase()}.yaml`), '').objects.find(({ manifest }) => manifest.kind === kind);
      assert.equal(isRecord(shipped?.manifest['spec']) ? shipped.manifest['spec']['version'] : undefined, serverVersions[kind]);
    }
  });
});
