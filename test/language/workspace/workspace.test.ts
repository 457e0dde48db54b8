import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Workspace } from '../../../src/language/workspace/workspace.ts';
import { Random } from '../random.ts';

const object = (kind: string, name: string, more = ''): string => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}`;
const inNamespace = (namespace: string): string => `  namespace: ${namespace}\n`;

describe('the objects of a workspace', () => {
  test('are found by kind, namespace and name; of several the one in the first file', () => {
    const workspace = new Workspace();
    workspace.set('a.yaml', object('Service', 'web'));
    workspace.set('b.yaml', [object('Service', 'web'), object('Service', 'web', inNamespace('other'))].join('---\n'));
    assert.equal(workspace.source('Service', 'default', 'web')?.file.uri, 'a.yaml');
    assert.equal(workspace.source('Service', 'other', 'web')?.file.uri, 'b.yaml');
    assert.equal(workspace.source('Secret', 'default', 'web'), undefined);
    workspace.set('a.yaml', object('Service', 'db'));
    assert.equal(workspace.source('Service', 'default', 'web')?.file.uri, 'b.yaml');
    workspace.set('a.yaml', object('Service', 'web'));
    assert.equal(workspace.source('Service', 'default', 'web')?.file.uri, 'a.yaml', 'an edited file keeps its place');
  });

  test('an edit of one file costs its objects, and lists of other kinds stay the same arrays', () => {
    const workspace = new Workspace();
    for (let file = 0; file < 100; file++) workspace.set(`${String(file)}.yaml`, object('Service', `s${String(file)}`));
    workspace.set('secret.yaml', object('Secret', 'a'));
    const services = workspace.sources('Service');
    const before = workspace.indexedObjects;
    workspace.set('secret.yaml', object('Secret', 'b'));
    assert.equal(workspace.indexedObjects - before, 1);
    assert.equal(workspace.sources('Service'), services);
    workspace.set('7.yaml', object('Service', 'seven'));
    assert.equal(workspace.indexedObjects - before, 2);
    assert.notEqual(workspace.sources('Service'), services);
    assert.deepEqual(workspace.list('Service').map(({ metadata }) => metadata.name).slice(6, 9), ['s6', 'seven', 's8']);
  });

  test('after any edits are those of a fresh workspace', () => {
    const random = new Random(20261123);
    const workspace = new Workspace();
    const texts = new Map<string, string>();
    const kinds = ['Service', 'Secret', 'Prometheus'];
    for (let edit = 0; edit < 400; edit++) {
      const uri = `${String(random.below(8))}.yaml`;
      if (random.below(5) === 0) {
        workspace.delete(uri);
        texts.delete(uri);
      } else {
        const text = Array.from({ length: random.below(4) }, () => object(random.pick(kinds), random.pick(['a', 'b', 'c']), random.below(2) === 0 ? '' : inNamespace(random.pick(['x', 'default'])))).join('---\n');
        workspace.set(uri, text);
        texts.set(uri, text);
      }
      const fresh = new Workspace();
      for (const [name, text] of texts) fresh.set(name, text);
      for (const kind of kinds) {
        assert.deepEqual(workspace.list(kind), fresh.list(kind));
        for (const namespace of ['x', 'default']) {
          for (const name of ['a', 'b', 'c']) assert.equal(workspace.source(kind, namespace, name)?.file.uri, fresh.source(kind, namespace, name)?.file.uri);
        }
      }
    }
  });
});
