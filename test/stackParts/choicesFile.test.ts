import assert from 'node:assert/strict';
import { test } from 'node:test';
import { components } from '../../src/stack/choices.ts';
import { checkChoices, ChoicesError, readChoices } from '../../src/stack/choicesFile.ts';

/** `LINE: message` of each finding. */
const said = (text: string) => checkChoices(text).findings.map(({ line, message }) => `${String(line)}: ${message}`);

test('an empty file chooses what is default', () => {
  assert.deepEqual(readChoices(''), { namespace: 'monitoring', profile: 'default', components });
});

test('all settings are read', () => {
  const text = `namespace: shop
operator: "0.94.1"
profile: production
components: [prometheus, alertmanager]
storageClass: fast
alertmanager: { channel: email, to: a@shop.example, from: b@shop.example, smarthost: "mail.shop.example:587", username: me }
grafanaDomain: shop.example
helm: { chart: ./chart, release: own, version: "1.2.3", values: values.yaml }
`;
  assert.deepEqual(readChoices(text), {
    namespace: 'shop', operator: '0.94.1', profile: 'production', components: ['prometheus', 'alertmanager'], storageClass: 'fast', grafanaDomain: 'shop.example',
    alertmanager: { channel: 'email', to: 'a@shop.example', from: 'b@shop.example', smarthost: 'mail.shop.example:587', username: 'me' },
    helm: { chart: './chart', release: 'own', version: '1.2.3', values: 'values.yaml' },
  });
});

test('everything that is wrong is said, on its line', () => {
  assert.deepEqual(said(`namespace: Monitoring
operator: 0.94
components:
  - prometheus
  - promethues
alertmanager:
  channel: email
  from: b@shop.example
  smarthost: mail
  password: hunter2
colour: red
manifests: http://shop.example/a.tar.gz
helm: { release: own }
`), [
    '11: There is no setting "colour", only namespace, operator, profile, components, storageClass, alertmanager, grafanaDomain, manifests, helm.',
    '5: components must be one of prometheus, alertmanager, node-exporter, kube-state-metrics, grafana, kubernetes.',
    '1: namespace must be a name of lower case letters, digits and "-", of at most 63.',
    '2: operator must be a text: put it in quotes.',
    '10: password: secrets do not belong into this file; they are asked for and kept in the cluster.',
    '6: E-mail needs to.',
    '9: smarthost must be HOST:PORT.',
    '13: helm needs a chart.',
    '12: Manifests are only downloaded over https.',
  ]);
});

test('a secret is not part of what is said', () => {
  assert.ok(!said('alertmanager: { channel: slack, apiUrl: "https://hooks.slack.example/T0/B0/secret" }').join().includes('hooks.slack'));
});

test('what helm would take for an option is refused', () => {
  assert.deepEqual(said('helm: { chart: "--post-renderer=/tmp/x" }'), ['1: chart may not begin with "-".']);
  assert.deepEqual(said('helm: { chart: a/b, release: "-x" }'), ['1: release must be a name of lower case letters, digits and "-", of at most 53.']);
});

test('no YAML, no mapping, two documents', () => {
  assert.match(said('a: [').join(), /^1: It is no readable YAML/);
  assert.deepEqual(said('- a'), ['1: A settings file is a mapping of settings.']);
  assert.deepEqual(said('profile: local\n---\nprofile: default\n'), ['3: A settings file is one document.']);
  assert.throws(() => readChoices('profile: small'), (error: unknown) => error instanceof ChoicesError && error.message === 'line 1: profile must be one of local, default, production.');
});
