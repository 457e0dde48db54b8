import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { parseDocument } from 'yaml';
import type { SchemaStore } from '../../../src/language/schemas/schemaStore.ts';
import { isObject } from '../../../src/language/schemas/types.ts';
import { validate } from '../../../src/language/schemas/validate.ts';
import { missingShared, readCorpus } from '../../shared.ts';
import { loadedStore } from './store.ts';

interface Case {
  readonly id: string;
  readonly yaml: string;
  readonly yaml_ok?: boolean;
  readonly schema_ok: boolean;
  readonly schema_errors?: readonly string[];
}

let store: SchemaStore;
before(async () => {
  store = await loadedStore();
});

/** As kubectl reads YAML (1.1), but for base-60 numbers, which it does not know. */
function decode(yaml: string): unknown {
  const options = { version: '1.1', merge: true, uniqueKeys: false, logLevel: 'silent', customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !('format' in tag) || tag.format !== 'TIME') } satisfies Parameters<typeof parseDocument>[1];
  return parseDocument(yaml, options).toJS();
}

function faults(object: unknown): readonly string[] {
  if (!isObject(object)) return ['not a mapping'];
  const schema = store.get({ apiVersion: String(object['apiVersion']), kind: String(object['kind']) });
  return schema === undefined ? ['no such kind'] : validate(object, schema).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the API server accepts and refuses what we do', () => {
  for (const corpus of ['rules', 'monitors', 'alertmanagerconfigs', 'selection']) {
    test(corpus, { skip: missingShared(`corpora/${corpus}.jsonl`) ?? false }, () => {
      const cases = readCorpus<Case>(corpus).filter((one) => one.yaml_ok !== false && typeof one.schema_ok === 'boolean');
      assert.notEqual(cases.length, 0);
      const differing = cases
        .map((one) => ({ one, ours: faults(decode(one.yaml)) }))
        .filter(({ one, ours }) => (ours.length === 0) !== one.schema_ok)
        .map(({ one, ours }) => ({ id: one.id, theirs: one.schema_errors, ours }));
      assert.deepEqual(differing, []);
    });
  }

  test('relabel, inside of a PodMonitor', { skip: missingShared('corpora/relabel.jsonl') ?? false }, () => {
    const cases = readCorpus<{ id: string; config: string; schema_ok: boolean; schema_errors: readonly string[] }>('relabel');
    const differing = cases
      .map((one) => {
        const spec = { selector: {}, podMetricsEndpoints: [{ port: 'web', relabelings: decode(one.config) }] };
        return { one, ours: faults({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: { name: 'a' }, spec }) };
      })
      .filter(({ one, ours }) => (ours.length === 0) !== one.schema_ok)
      .map(({ one, ours }) => ({ id: one.id, theirs: one.schema_errors, ours }));
    assert.notEqual(cases.length, 0);
    assert.deepEqual(differing, []);
  });
});
