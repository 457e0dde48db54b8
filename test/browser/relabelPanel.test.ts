import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { openPanel } from './panel.ts';

const list = {
  type: 'list',
  title: 'endpoints.0.relabelings of ServiceMonitor shop/<checkout>',
  subject: 'target',
  configs: [
    { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'pod' },
    { action: 'labeldrop', regex: 'noise' },
    { action: 'drop', sourceLabels: ['pod'], regex: 'canary-.*' },
    { targetLabel: 'last', replacement: 'yes' },
  ],
  problems: [],
  nameScheme: 'utf8',
  sample: { __address__: '10.0.0.1:8080', __meta_kubernetes_pod_name: 'checkout-0', noise: '1' },
};

describe('"Try relabeling"', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  test('shows what each step does to the labels, and follows what is typed', async (t) => {
    const panel = await openPanel(t, browser, 'relabel');
    const { page } = panel;
    assert.deepEqual(await panel.sent(), [{ type: 'ready' }]);
    await panel.post(list);
    await page.getByRole('heading', { name: 'Try relabeling' }).waitFor();
    await page.getByText('ServiceMonitor shop/<checkout>').waitFor();
    const steps = page.locator('ol[aria-label="Steps"] > li');
    assert.equal(await steps.count(), 4);
    assert.match(await steps.nth(0).innerText(), /\+ pod = checkout-0/);
    assert.match(await steps.nth(1).innerText(), /− noise = 1/);
    assert.match(await page.locator('#verdict').innerText(), /is kept/);
    assert.deepEqual((await page.locator('table[aria-label="Labels after"] tr').allInnerTexts()).map((row) => row.split('\t')), [['instance', '10.0.0.1:8080'], ['last', 'yes'], ['pod', 'checkout-0']]);

    // With the keyboard alone.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('__meta_kubernetes_pod_name=canary-1');
    assert.match(await page.locator('#verdict').innerText(), /dropped by step 3, drop/);
    assert.match(await steps.nth(3).innerText(), /not reached/);
    assert.deepEqual(await panel.state(), { subject: '{"a":"<&\\">"}', labels: '__meta_kubernetes_pod_name=canary-1' });
    await page.keyboard.type('\nno label');
    await page.getByRole('alert').getByText('Line 2 is no label').waitFor();
    assert.deepEqual(panel.faults, []);
  });

  test('follows the list, keeps typed labels over a reload, and takes no message of another shape', async (t) => {
    const panel = await openPanel(t, browser, 'relabel', { labels: 'pod=a' });
    await panel.post(list);
    const steps = panel.page.locator('ol[aria-label="Steps"] > li');
    await steps.nth(3).waitFor();
    assert.equal(await panel.page.locator('textarea').inputValue(), 'pod=a');
    await panel.post({ ...list, configs: [{ action: 'uppercase', sourceLabels: ['pod'], targetLabel: 'pod' }], problems: [{ step: 0, message: 'needs Prometheus 2.36' }] });
    await panel.page.getByText('~ pod = a → A').waitFor();
    await panel.page.getByText('needs Prometheus 2.36').waitFor();
    await panel.post({ ...list, configs: 'all' });
    await panel.post({ type: 'other' });
    assert.equal(await steps.count(), 1);
    await panel.page.getByRole('button', { name: '1. uppercase' }).press('Enter');
    assert.deepEqual((await panel.sent()).at(-1), { type: 'open', index: 0 });
    await panel.post({ type: 'gone' });
    await panel.page.getByText('no longer in the file').waitFor();
    assert.deepEqual(panel.faults, []);
  });
});
