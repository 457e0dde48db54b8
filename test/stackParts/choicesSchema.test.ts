/** The JSON schema of the stack's settings file: made of the one list of settings, of one mind with its check, and what completion offers by it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { completeBySchema } from '../../src/language/settings/completeBySchema.ts';
import { channelFields, channels, choicesFields, choicesFile, components, helmFields } from '../../src/stack/choices.ts';
import { checkChoices } from '../../src/stack/choicesFile.ts';
import { choicesSchema } from '../../src/stack/choicesSchema.ts';
import { projectFolder } from '../host/workbench.ts';

/** As much of ajv as is used here; it comes with yaml-language-server. */
interface Ajv {
  compile(schema: unknown): (value: unknown) => boolean;
}

const { default: AjvOfServer } = createRequire(createRequire(import.meta.url).resolve('yaml-language-server/package.json'))('ajv') as { default: new (options: object) => Ajv };
const { contributes: { yamlValidation: [contribution] } } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { contributes: { yamlValidation: readonly { fileMatch: string; url: string }[] } };
const offered = (marked: string) => completeBySchema(choicesSchema(), marked.replace('|', ''), marked.indexOf('|')).offers.map(({ label }) => label);

test('the contributed schema is the one that the settings make', () => {
  assert.equal(contribution?.fileMatch, choicesFile);
  assert.deepEqual(JSON.parse(readFileSync(join(projectFolder, contribution.url), 'utf8')), choicesSchema(), `write JSON.stringify(choicesSchema(), null, 2) into ${contribution.url}`);
});

test('it takes what the check takes, and refuses what that refuses', () => {
  const validate = new AjvOfServer({ strict: false }).compile(choicesSchema());
  const email = 'alertmanager: { channel: email, to: a@b.example, from: c@b.example, smarthost: "mail.b.example:25"';
  const texts = [
    '{}', 'namespace: shop', 'namespace: Shop', 'namespace: 1', 'operator: "0.94.1"', 'operator: v0.94.1', 'operator: 0.94', 'profile: production', 'profile: huge', 'components: [grafana, kubernetes]', 'components: []', 'components: [loki]', 'components: grafana',
    'storageClass: fast', 'storageClass: ""', 'grafanaDomain: shop.example', 'grafanaDomain: https://shop.example', 'manifests: ./folder', 'manifests: http://shop.example/a.tar.gz', 'manifests: https://shop.example/a.tar.gz#manifests', 'colour: red', '[]', 'text',
    `${email} }`, `${email}, username: me }`, `${email}, password: x }`, 'alertmanager: { channel: email, to: a@b.example }', 'alertmanager: { channel: email, to: a, from: b, smarthost: mail }', 'alertmanager: { channel: slack }', 'alertmanager: { channel: slack, room: "#alerts" }',
    'alertmanager: { channel: slack, apiUrl: x }', 'alertmanager: { channel: pigeon }', 'alertmanager: {}', 'alertmanager: slack', ...channels.filter((channel) => channel !== 'email').map((channel) => `alertmanager: { channel: ${channel} }`),
    'helm: { chart: ./chart }', 'helm: { chart: ./chart, release: own, version: "1.2.3", values: v.yaml }', 'helm: {}', 'helm: { chart: --debug }', 'helm: { chart: a, release: Own }', `helm: { chart: a, release: ${'r'.repeat(54)} }`, 'helm: { chart: a, version: 1.2 }', 'helm: { chart: a, values: -x }',
    'helm: { chart: a, colour: red }', 'helm: chart', '{ manifests: ./a, helm: { chart: a } }',
  ];
  const verdicts = texts.map((text) => `${text}: ${String(checkChoices(text).findings.length === 0)}`);
  assert.deepEqual(texts.map((text) => `${text}: ${String(validate(parse(text)))}`), verdicts);
  assert.ok(verdicts.some((one) => one.endsWith('true')) && verdicts.some((one) => one.endsWith('false')));
});

test('completion offers settings and their values, with what they mean', () => {
  assert.deepEqual(offered('|'), Object.keys(choicesFields));
  assert.deepEqual(offered('namespace: shop\nprofile: p|'), ['production']);
  assert.deepEqual(offered('components:\n  - |'), [...components]);
  assert.deepEqual(offered('components:\n  - grafana\n  - k|'), ['kube-state-metrics', 'kubernetes']);
  assert.deepEqual(offered('alertmanager:\n  |'), Object.keys(channelFields));
  assert.deepEqual(offered('alertmanager:\n  room: "#a"\n  channel: |'), [...channels]);
  assert.deepEqual(offered('helm:\n  |'), Object.keys(helmFields));
  assert.deepEqual(offered('storageClass: |'), []);
  const [first] = completeBySchema(choicesSchema(), 'gra', 3).offers;
  assert.deepEqual(first, { kind: 'field', label: 'grafanaDomain', text: 'grafanaDomain: ', documentation: choicesFields.grafanaDomain });
});
