import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { openPanel } from './panel.ts';

const route = {
  type: 'route',
  title: 'CheckoutDown',
  subtitle: 'alert of PrometheusRule shop/shop',
  labels: [{ name: 'alertname', value: 'CheckoutDown', note: 'the name of the alert' }, { name: 'pod', value: '', note: 'of the series: write a value' }],
  warnings: ['No Alertmanager is among the files.'],
  journeys: [{
    alertmanager: 'Alertmanager shop/main',
    faults: ['AlertmanagerConfig shop/broken is left out: no receiver "x"'],
    warnings: ['it never arrives there'],
    stops: [{ receiver: 'shop/team/<chat>', reasons: ['the root route takes every alert', 'route 1 matches'], facts: [{ name: 'Grouped', value: 'by job' }], hasPlace: true }],
    inhibitions: ['An alert that matches severity="critical" silences it while it fires.'],
  }],
  arrivals: null,
};

describe('"Who gets this alert?"', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  test('shows the way to each receiver, and asks again for labels that are typed', async (t) => {
    const panel = await openPanel(t, browser, 'route');
    const { page } = panel;
    await panel.post(route);
    await page.getByRole('heading', { name: 'CheckoutDown' }).waitFor();
    const stop = page.locator('ol[aria-label="Receivers"] > li');
    const text = await stop.innerText();
    for (const part of ['shop/team/<chat>', 'by job', 'the root route takes every alert', 'route 1 matches']) assert.ok(text.includes(part), `${part} in ${text}`);
    for (const part of ['is left out: no receiver "x"', 'it never arrives there', 'silences it while it fires', 'of the series: write a value']) await page.getByText(part).waitFor();
    await page.locator('textarea').fill('alertname=CheckoutDown\npod=a');
    assert.deepEqual((await panel.sent()).at(-1), { type: 'ask', labels: { alertname: 'CheckoutDown', pod: 'a' } });
    await page.getByRole('button', { name: 'shop/team/<chat>' }).click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'open', journey: 0, index: 0 });
    await page.getByRole('button', { name: 'Copy as Text' }).click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'copy' });
    assert.deepEqual(panel.faults, []);
  });

  test('asks for the labels of before a reload at once', async (t) => {
    const panel = await openPanel(t, browser, 'route', { labels: '{"alertname":"A"}' });
    assert.deepEqual(await panel.sent(), [{ type: 'ready', labels: { alertname: 'A' } }]);
  });

  test('lists the alerts that end at an AlertmanagerConfig', async (t) => {
    const panel = await openPanel(t, browser, 'route');
    await panel.post({ ...route, labels: [], journeys: [], arrivals: [{ alert: 'CheckoutDown', labels: 'namespace="shop"', alertmanager: 'Alertmanager shop/main', receivers: ['shop/team/chat'], hasPlace: true }] });
    await panel.page.getByText('Alertmanager shop/main → shop/team/chat').waitFor();
    await panel.page.getByRole('button', { name: 'CheckoutDown' }).click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'open', index: 0 });
    await panel.post({ ...route, arrivals: [] });
    await panel.page.getByText('No alert of the workspace ends here.').waitFor();
    assert.deepEqual(panel.faults, []);
  });
});
