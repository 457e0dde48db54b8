import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { embeddedTokens } from '../../../src/language/embedded/embeddedColours.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { missingShared, sharedFolder } from '../../shared.ts';
import { checkAll, service, shown, workspaceOf } from '../check.ts';

const secret = (name: string, key: string, lines: string): string => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: monitoring\nstringData:\n  ${key}: |\n${lines.replace(/^(?=.)/gm, '    ')}`;

const alertmanager = `route:
  receiver: team
  group_wait: 30s
  routes:
    - receiver: pager
      matchers:
        - severity = critical
receivers:
  - name: team
  - name: other
`;

const prometheus = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: k8s
  namespace: monitoring
spec:
  serviceMonitorSelector: {}
  additionalScrapeConfigs:
    name: more
    key: jobs.yaml
  additionalAlertRelabelConfigs:
    name: more
    key: relabel.yaml
  additionalAlertManagerConfigs:
    name: more
    key: alertmanagers.yaml
`;

async function findings(files: Record<string, string>): Promise<string[]> {
  const workspace = await workspaceOf(files);
  return [...workspace.files].flatMap((file) => shown(file.text, service.check(file, workspace, defaultSettings)));
}

describe('a configuration in a Secret', () => {
  test('of Alertmanager is judged as Alertmanager loads it, at its place', async () => {
    assert.deepEqual(await findings({ 'a.yaml': secret('alertmanager-main', 'alertmanager.yaml', alertmanager) }), ['error alertmanager/configuration "pager"']);
    assert.deepEqual(await findings({ 'a.yaml': secret('alertmanager-main', 'alertmanager.yaml', alertmanager.replace('pager', 'other')) }), []);
    assert.deepEqual(await findings({ 'a.yaml': secret('alertmanager-main', 'alertmanager.yaml', alertmanager.replace('pager', 'other').replace('group_wait', 'group_weight')) }), ['error alertmanager/configuration "group_weight"']);
  });

  test('is judged in every style of scalar, and in a ConfigMap', async () => {
    const text = 'route:\n  receiver: nobody\n';
    const object = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  alertmanager.yml: ${value}\n`;
    assert.deepEqual(await findings({ 'a.yaml': object(JSON.stringify(text)) }), ['error alertmanager/configuration "nobody"']);
    assert.deepEqual(await findings({ 'a.yaml': object("'{route: {receiver: nobody}}'") }), ['error alertmanager/configuration "nobody"']);
    assert.deepEqual(await findings({ 'a.yaml': object('>\n    {route:\n    {receiver: nobody}}') }), ['error alertmanager/configuration "nobody"']);
  });

  test('in base64 is judged on the whole value', async () => {
    const encoded = Buffer.from(alertmanager).toString('base64');
    const text = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: alertmanager-main\ndata:\n  alertmanager.yaml: ${encoded}\n`;
    assert.deepEqual(await findings({ 'a.yaml': text }), [`error alertmanager/configuration ${JSON.stringify(encoded)}`]);
  });

  test('that is no YAML says where', async () => {
    const [first] = await findings({ 'a.yaml': secret('alertmanager-main', 'alertmanager.yaml', 'route:\n  receiver: [a\nreceivers: 1\n') });
    assert.match(first ?? '', /^error yaml\/syntax/);
  });

  test('is what a Prometheus names: jobs, relabeling of alerts, Alertmanagers', async () => {
    const more = `${secret('more', 'jobs.yaml', '- job_name: a\n  scrape_interval: 5x\n- job_name: a\n')}  relabel.yaml: |
    - action: labelkeeep
  alertmanagers.yaml: |
    - api_version: v1
      static_configs:
        - targets: ['http://a:9093']
  other.yaml: |
    - job_name: ''
`;
    assert.deepEqual(await findings({ 'p.yaml': prometheus, 's.yaml': more }), [
      // The Prometheus itself gets no configuration any more.
      'error scrape/unloadable "additionalScrapeConfigs"',
      'error scrape/unloadable "5x"', 'error scrape/unloadable "a"', 'error prometheus/unloadable "labelkeeep"', 'error prometheus/unloadable "v1"', 'error prometheus/unloadable "\'http://a:9093\'"',
    ]);
    assert.deepEqual(await findings({ 's.yaml': more }), []);
  });

  test('has no field that Prometheus does not know: it reads strictly', async () => {
    const jobs = '- job_name: a\n  scrape_intervall: 5s\n  gce_sd_configs: []\n  static_configs:\n    - targets: [a]\n      lables: {a: b}\n  relabel_configs:\n    - action: drop\n      sourceLabels: [a]\n';
    const more = `${secret('more', 'jobs.yaml', jobs)}  relabel.yaml: |\n    - action: labeldrop\n      regexp: a\n  alertmanagers.yaml: ''\n`;
    assert.deepEqual(await findings({ 'p.yaml': prometheus, 's.yaml': more }), [
      'error scrape/unloadable "scrape_intervall"', 'error scrape/unloadable "lables"', 'error scrape/unloadable "sourceLabels"', 'error prometheus/unloadable "regexp"',
    ]);
  });
});

/** The labels that are offered at the `|`, and the text after the first one that begins with a word is taken. */
async function offers(files: Record<string, string>): Promise<string[]> {
  const [name = ''] = Object.keys(files);
  const marked = files[name] ?? '';
  const offset = marked.indexOf('~');
  const workspace = await workspaceOf({ ...files, [name]: marked.replace('~', '') });
  const file = workspace.file(name);
  assert.ok(file !== undefined);
  return (await service.complete(file, offset, workspace, defaultSettings)).offers.map(({ label }) => label);
}

describe('completion', () => {
  test('offers what Alertmanager takes there', async () => {
    assert.deepEqual((await offers({ 'a.yaml': secret('a', 'alertmanager.yaml', alertmanager.replace('  group_wait: 30s', '  gr~')) })).filter((label) => label.startsWith('gr')), ['group_by', 'group_wait', 'group_interval']);
    assert.deepEqual(await offers({ 'a.yaml': secret('a', 'alertmanager.yaml', alertmanager.replace('receiver: pager', 'receiver: ~')) }), ['team', 'other']);
    assert.deepEqual((await offers({ 'a.yaml': secret('a', 'alertmanager.yaml', `${alertmanager}    slack_~`) })).filter((label) => label.includes('slack')), ['slack_configs']);
    assert.deepEqual((await offers({ 'a.yaml': secret('a', 'alertmanager.yaml', `${alertmanager}    slack_configs:\n      - ch~`) })).filter((label) => label.startsWith('ch')), ['channel']);
  });

  test('offers fields of scrape configurations as Prometheus spells them', async () => {
    const found = await offers({ 's.yaml': secret('more', 'jobs.yaml', '- job_name: a\n  ~'), 'p.yaml': prometheus });
    assert.ok(['scrape_interval', 'metrics_path', 'static_configs', 'relabel_configs', 'metric_relabel_configs', 'kubernetes_sd_configs'].every((name) => found.includes(name)), found.join(' '));
    assert.ok(!found.includes('job_name'));
  });
});

test('a key is explained, and a duration is said in words', async () => {
  const text = secret('a', 'alertmanager.yaml', alertmanager);
  const workspace = await workspaceOf({ 'a.yaml': text });
  const file = workspace.file('a.yaml');
  assert.ok(file !== undefined);
  const at = async (word: string): Promise<string | undefined> => (await service.hover(file, text.indexOf(word) + 1, workspace, defaultSettings))?.markdown;
  assert.match(await at('group_wait') ?? '', /^`group_wait`: a duration/);
  assert.match(await at('30s') ?? '', /30 seconds/);
});

test('keys and values have colours', async () => {
  const text = secret('a', 'alertmanager.yaml', 'route:\n  receiver: team\n  continue: false\n');
  const workspace = await workspaceOf({ 'a.yaml': text });
  const file = workspace.file('a.yaml');
  assert.ok(file !== undefined);
  assert.deepEqual(embeddedTokens(file, workspace).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`), ['property route', 'property receiver', 'string team', 'property continue', 'keyword false']);
});

test("kube-prometheus' own Secret is fine", { skip: missingShared('kube-prometheus') ?? false }, async () => {
  const read = (name: string): string => readFileSync(join(sharedFolder, 'kube-prometheus/manifests', name), 'utf8');
  const workspace = await workspaceOf({ 's.yaml': read('alertmanager-secret.yaml'), 'a.yaml': read('alertmanager-alertmanager.yaml') });
  assert.deepEqual(checkAll(workspace), []);
  const broken = await workspaceOf({ 's.yaml': read('alertmanager-secret.yaml').replace('"receiver": "Critical"', '"receiver": "Critcal"') });
  assert.deepEqual(checkAll(broken).map(({ message }) => message), ['undefined receiver "Critcal" used in route: Alertmanager does not load this configuration.']);
});
