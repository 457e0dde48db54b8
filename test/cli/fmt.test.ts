import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ruleFile } from '../language/check.ts';
import { folderOf, kubeprom } from './run.ts';

const untidy = ruleFile('- record: a:b\n  expr: sum(up)by(job)');
const tidy = ruleFile('- record: a:b\n  expr: sum by (job) (up)');

test('fmt writes files that change and names them; --check only tells', async (t) => {
  const folder = await folderOf({ 'rules/untidy.yaml': untidy, 'rules/tidy.yaml': tidy, 'rules/deployment.yaml': 'kind: Deployment\nexpr: a+b\n', 'query.promql': 'up+1 # why' });
  t.after(folder.remove);
  const check = await kubeprom(['fmt', '--check', 'rules', 'query.promql'], { cwd: folder.path });
  assert.deepEqual([check.code, check.stdout], [1, 'rules/untidy.yaml\nquery.promql\n']);
  assert.equal(await readFile(join(folder.path, 'rules/untidy.yaml'), 'utf8'), untidy);
  const format = await kubeprom(['fmt', 'rules', 'query.promql'], { cwd: folder.path });
  assert.deepEqual([format.code, format.stdout], [0, 'rules/untidy.yaml\nquery.promql\n']);
  assert.equal(await readFile(join(folder.path, 'rules/untidy.yaml'), 'utf8'), tidy);
  assert.equal(await readFile(join(folder.path, 'query.promql'), 'utf8'), 'up + 1 # why\n');
  const again = await kubeprom(['fmt', '--check', 'rules', 'query.promql'], { cwd: folder.path });
  assert.deepEqual([again.code, again.stdout], [0, '']);
  assert.equal((await kubeprom(['fmt', 'nowhere.yaml'], { cwd: folder.path })).code, 2);
});

test('fmt is a filter with --stdin', async () => {
  assert.deepEqual(await kubeprom(['fmt', '--stdin'], { stdin: untidy }), { code: 0, stdout: tidy, stderr: '' });
  assert.deepEqual(await kubeprom(['fmt', '--stdin', '--check', '--stdin-filename', 'x.promql'], { stdin: 'up+1' }), { code: 1, stdout: 'x.promql\n', stderr: '' });
});
