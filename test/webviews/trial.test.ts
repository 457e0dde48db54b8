import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readYaml } from '../../src/language/yaml/reader.ts';
import { missingShared, readCorpus } from '../shared.ts';
import { targetLabels, tryRelabeling } from '../../src/webviews/relabel/trial.ts';

describe('a trial of a relabel list', () => {
  test('tells added, changed and removed labels of each step, and what is not reached', () => {
    const { steps, droppedBy } = tryRelabeling([
      { sourceLabels: ['a'], targetLabel: 'b' },
      { action: 'uppercase', sourceLabels: ['a'], targetLabel: 'a' },
      { action: 'labeldrop', regex: 'b' },
      { action: 'keep', sourceLabels: ['a'], regex: 'y' },
      { targetLabel: 'never', replacement: '1' },
    ], { a: 'x', empty: '' }, 'utf8');
    assert.deepEqual(steps.map(({ outcome, changes }) => [outcome, ...changes.map(({ kind, name, before, after }) => `${kind} ${name} ${before}>${after}`)]), [
      ['kept', 'added b >x'], ['kept', 'changed a x>X'], ['kept', 'removed b x>'], ['dropped'], ['unreached'],
    ]);
    assert.equal(droppedBy, 3);
  });

  test('a target loses labels with two underscores, and gets its address as instance', () => {
    assert.deepEqual(targetLabels({ __address__: 'a:1', __meta_x: 'y', job: 'j' }), { instance: 'a:1', job: 'j' });
    assert.deepEqual(targetLabels({ __address__: 'a:1', instance: 'b' }), { instance: 'b' });
  });

  test('a list of any shape is no crash', () => {
    for (const list of [[null], [1], [{ regex: '(' }], [{ sourceLabels: 'a' }]]) tryRelabeling(list, { a: 'b' }, 'utf8');
  });

  test('the changes of all steps together lead to what Prometheus makes of the labels', { skip: missingShared('corpora/relabel.jsonl') ?? false }, () => {
    const cases = readCorpus<{ id: string; config: string; in: Record<string, string>; dropped?: boolean; out: Record<string, string> | null }>('relabel').filter(({ dropped }) => typeof dropped === 'boolean');
    assert.ok(cases.length > 0);
    for (const { id, config, in: labels, dropped, out } of cases) {
      const list: unknown = readYaml(config)[0]?.toJS();
      const trial = tryRelabeling(Array.isArray(list) ? list : [], labels, 'utf8');
      assert.equal(trial.droppedBy !== undefined, dropped, id);
      if (dropped) continue;
      const followed = new Map(Object.entries(labels).filter(([, value]) => value !== ''));
      for (const { kind, name, after } of trial.steps.flatMap(({ changes }) => changes)) {
        if (kind === 'removed') followed.delete(name);
        else followed.set(name, after);
      }
      assert.deepEqual(Object.fromEntries(followed), out, id);
    }
  });
});
