import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { openPanel } from './panel.ts';

describe('the panel of Grafana', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  test('keeps its frame when a second address comes, and gives it up for a notice', async (t) => {
    const panel = await openPanel(t, browser, 'grafana');
    const frame = panel.page.locator('iframe');
    await panel.post({ type: 'frame', address: 'http://127.0.0.1:1/first' });
    await frame.waitFor();
    await panel.post({ type: 'frame', address: 'http://127.0.0.1:1/second' });
    assert.equal(await frame.getAttribute('src'), 'http://127.0.0.1:1/first');
    await panel.post({ type: 'notice', text: 'Grafana is gone.', actions: [{ action: 'retry', title: 'Try Again' }] });
    await panel.page.getByRole('alert').getByText('Grafana is gone.').waitFor();
    assert.equal(await frame.count(), 0);
    await panel.page.getByRole('button', { name: 'Try Again' }).click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'do', action: 'retry' });
    await panel.post({ type: 'frame', address: 'http://127.0.0.1:1/third' });
    assert.equal(await frame.getAttribute('src'), 'http://127.0.0.1:1/third');
  });
});
