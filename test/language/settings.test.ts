import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { levelOf } from '../../src/language/settings/settings.ts';
import { readSettings } from '../../src/language/settings/settingsFile.ts';
import { completeSettings, settingsSchema } from '../../src/language/settings/settingsSchema.ts';
import { readYaml } from '../../src/language/yaml/reader.ts';

const settings = (text: string): ReturnType<typeof readSettings> => readSettings(readYaml(text)[0]?.toJS() ?? null);
/** The labels offered at the caret. */
const offered = (marked: string): string[] => completeSettings(marked.replace('|', ''), marked.indexOf('|')).offers.map((offer) => offer.label);

test('later sections win, and exclusions add up', () => {
  const file = settings('exclude: gen/**\nversions: {prometheus: "2.53.0"}\npaths:\n  - match: [a/**, b/**]\n    versions: {prometheus: "3.0.0"}\n    checks: {rule: off, rule/duplicate: warning}\n    exclude: x\n');
  assert.equal(file.forPath('gen/x.yaml').excluded, true);
  assert.equal(file.forPath('c.yaml').target.prometheusVersion, '2.53.0');
  const here = file.forPath('a/x.yaml');
  assert.equal(here.target.prometheusVersion, '3.0.0');
  assert.deepEqual([levelOf(here, 'rule/duplicate', 'error'), levelOf(here, 'rule/too-large', 'error'), levelOf(here, 'promql/syntax', 'error')], ['warning', 'off', 'error']);
  assert.deepEqual(file.problems.map((problem) => problem.path.join('.')), ['paths.0.exclude']);
});

test('what is wrong is said at its place, and the rest counts', () => {
  const file = settings('versions: {prometheus: 3.10}\nchecks: {rule: loud}\nnonsense: 1\nprometheus: k8s\nfeatures: [promql-duration-expr]\n');
  assert.deepEqual(file.problems.map((problem) => problem.path.join('.')).sort(), ['checks.rule', 'nonsense', 'prometheus', 'versions.prometheus']);
  assert.deepEqual(file.forPath('x').target.features, ['promql-duration-expr']);
});

test('the schema for other editors says the same', () => {
  const path = fileURLToPath(new URL('../../docs/kubeprom.schema.json', import.meta.url));
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), settingsSchema(), 'write JSON.stringify(settingsSchema(), null, 2) into docs/kubeprom.schema.json');
});

test('completion knows fields, versions, levels and features', () => {
  assert.ok(offered('ver|').includes('versions'));
  assert.deepEqual(offered('versions:\n  al|'), ['alertmanager']);
  assert.deepEqual(offered('checks:\n  rule/duplicate: o|'), ['off']);
  assert.ok(offered('paths:\n  - m|').includes('match'));
  assert.ok(offered('features:\n  - promql-d|').includes('promql-duration-expr'));
  assert.deepEqual(offered('# ver|'), []);
});
