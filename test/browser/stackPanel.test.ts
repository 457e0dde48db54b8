import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { openPanel } from './panel.ts';

const fields = {
  kind: 'stack', source: 'built-in', manifests: '', namespace: 'monitoring', operator: '0.93.1', profile: 'local', components: ['prometheus', 'alertmanager'], storageClass: '', channel: '', to: '', from: '', smarthost: '', username: '', room: '',
  grafanaDomain: '', release: '', values: '', typesSecrets: false, name: '', replicas: '', version: '', retention: '', namespaces: '', selector: '', attachesNodes: false, discoveryRole: 'EndpointSlice', alertmanager: '',
};
const form = {
  type: 'form', title: 'Deploy the monitoring stack', where: 'kind', fields, fault: null, note: '', operators: ['0.94.1', '0.93.1'], profiles: [{ value: 'local', label: 'local' }, { value: 'default', label: 'default' }],
  components: [{ value: 'prometheus', label: 'Prometheus' }, { value: 'alertmanager', label: 'Alertmanager' }, { value: 'grafana', label: 'Grafana' }], storageClasses: [{ value: '', label: 'none' }], channels: [{ value: '', label: 'nowhere' }, { value: 'slack', label: 'Slack' }, { value: 'email', label: 'e-mail' }], alertmanagers: [],
};
const hostile = '<img src=x onerror="document.title=1">';
const object = (name: string, state: string, more: object = {}) => ({ key: name, name, state, note: '', remarks: [], changes: [], conflicts: [], ...more });
const plan = {
  type: 'plan', title: 'What would be done', where: 'kind', actions: [{ name: 'back', label: 'Back' }], summary: '1 to create.', apply: 'Apply', removals: [], findings: [{ severity: 'error', message: hostile, nextStep: 'Do this.' }],
  objects: [object('Secret m/s', 'create'), object(`Prometheus ${hostile}`, 'conflict', { conflicts: [{ manager: hostile, field: '.spec.replicas' }], changes: ['.spec.replicas: 1 → 2'] }), object('Role m/r', 'unchanged')],
};

describe('the panel of the stack', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  test('the form is filled in by keyboard, sends what it holds, and keeps it over a reload; a fault leaves what was typed', async (t) => {
    const panel = await openPanel(t, browser, 'stack');
    const { page } = panel;
    await panel.post(form);
    await page.getByRole('heading', { name: 'Deploy the monitoring stack' }).waitFor();
    await page.getByLabel('Namespace').fill('web');
    assert.equal(await page.getByLabel('Channel').count(), 0);
    await page.getByLabel('Alerts go to').selectOption('slack');
    await page.getByLabel('Channel').fill('#alerts');
    await page.getByLabel('Prometheus', { exact: true }).focus();
    await page.keyboard.press('Space');
    // Every control has a name.
    assert.deepEqual(await page.locator('input, select').evaluateAll((controls) => controls.filter((one) => ((one as HTMLInputElement).labels?.length ?? 0) === 0).length), 0);
    assert.equal(await page.locator('input[type=password]').count(), 0, 'no secret is ever typed into the page');
    await page.locator('#choose').focus();
    await page.keyboard.press('Enter');
    const typed = { ...fields, namespace: 'web', channel: 'slack', room: '#alerts', components: ['alertmanager'] };
    assert.deepEqual((await panel.sent()).at(-1), { type: 'choose', fields: typed });
    assert.deepEqual(JSON.parse((await panel.state() as { labels: string }).labels), typed);
    await panel.post({ ...form, fault: 'namespace must be a name.' });
    await page.getByRole('alert').getByText('namespace must be a name.').waitFor();
    assert.equal(await page.getByLabel('Namespace').inputValue(), 'web');
    const again = await openPanel(t, browser, 'stack', { labels: JSON.stringify(typed) });
    await again.post(form);
    await again.page.getByRole('heading', { name: 'Deploy the monitoring stack' }).waitFor();
    assert.equal(await again.page.getByLabel('Namespace').inputValue(), 'web');
    // Another form in the same page begins anew.
    await again.post({ ...form, fields: { ...fields, kind: 'Prometheus', name: 'more' } });
    assert.equal(await again.page.getByLabel('Name', { exact: true }).inputValue(), 'more');
    assert.deepEqual([...panel.faults, ...again.faults], []);
  });

  test('the plan shows texts of others as text, takes over only what was ticked, and takes no message of another shape', async (t) => {
    const panel = await openPanel(t, browser, 'stack');
    const { page } = panel;
    await panel.post(plan);
    await page.getByRole('heading', { name: 'What would be done' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent), 'What would be done', 'who reads with a screen reader begins at the heading');
    await page.getByRole('list', { name: 'Findings' }).getByText(hostile).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    await page.getByRole('button', { name: 'Show Secret m/s' }).press('Enter');
    assert.deepEqual((await panel.sent()).at(-1), { type: 'open', index: 0 });
    assert.equal(await page.getByRole('list', { name: 'Unchanged' }).count(), 0, 'what stays is folded away');
    await page.locator('#apply').click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'apply', takeOver: [] });
    await page.getByLabel('Take over these fields of Prometheus').check();
    await page.locator('#apply').click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'apply', takeOver: [`Prometheus ${hostile}`] });
    await panel.post({ ...plan, objects: [{ ...object('x', 'create'), state: 'new' }] });
    await panel.post({ ...plan, apply: null, title: 'Nothing may be done' });
    await page.getByRole('heading', { name: 'Nothing may be done' }).waitFor();
    assert.equal(await page.locator('#apply').count(), 0);
    assert.deepEqual(panel.faults, []);
  });

  test('progress, report and health have words for every state', async (t) => {
    const panel = await openPanel(t, browser, 'stack');
    const { page } = panel;
    const around = { title: 'Run', where: 'kind', actions: [{ name: 'cancel', label: 'Cancel' }] };
    await panel.post({ type: 'progress', ...around, stages: [{ name: 'Definitions', state: 'done' }, { name: 'Workloads', state: 'now' }], done: 3, total: 9, lines: ['Deployment m/o created'] });
    await page.getByText('3 of 9 objects').waitFor();
    assert.equal(await page.locator('li[aria-current=step]').innerText(), '▸ Workloads');
    assert.equal(await page.getByRole('progressbar').getAttribute('value'), '3');
    await page.locator('#act-cancel').click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'act', name: 'cancel' });
    await panel.post({ type: 'report', ...around, isComplete: false, summary: 'Not complete: 1 failed.', objects: [{ name: 'Role m/r', outcome: 'failed', reason: hostile }] });
    await page.getByText(hostile).waitFor();
    await panel.post({ type: 'health', ...around, note: '', state: 'failing', parts: [{ name: 'Deployment m/grafana', state: 'failing', detail: '0 of 1 pods ready', events: ['Failed: Failed to pull image "grafana:1": not found (12 times)'] }, { name: 'Prometheus m/main', state: 'ready', detail: '1 of 1', events: [] }], missingImages: ['grafana:1'], missing: ['Role m/gone'] });
    assert.deepEqual((await page.getByRole('table', { name: 'Health' }).locator('tr').allInnerTexts()).map((text) => text.split('\t')[0]), ['✗ failing', '✓ ready']);
    await page.getByText('Role m/gone').waitFor();
    assert.deepEqual(panel.faults, []);
  });
});
