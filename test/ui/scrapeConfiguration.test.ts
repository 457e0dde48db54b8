/** The scrape configuration to be, beside the monitor that it comes from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscodeApi from 'vscode';
import { cursorAt, openSample, picture } from './samples.ts';

const generated = (vscode: typeof vscodeApi): string => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-scrape')?.getText() ?? '';

test('the scrape configuration stands beside the monitor, follows it and leads back to it', async (t) => {
  const workbench = await openSample(t, 'shop/checkout.yaml');
  const { page } = workbench;
  await page.locator('.editor-actions a[aria-label*="Show Scrape Configuration"]').click();
  // Until the other files of the workspace are read, it is that of a Prometheus with the operator's defaults.
  await workbench.waitFor(generated, [], (text) => text.startsWith('# What Prometheus shop/shop will scrape because of ServiceMonitor shop/checkout.\n') && text.includes('job_name: serviceMonitor/shop/checkout/0'));

  await cursorAt(workbench, 'interval: 30s');
  const marked = page.locator('.editor-group-container').nth(1).locator('.view-overlays [class*="ced-"]');
  await marked.first().waitFor();
  await page.locator('.editor-group-container').nth(1).locator('.view-line', { hasText: 'scrape_interval: 30s' }).waitFor();
  await workbench.screenshot(picture('scrape-configuration'));

  const target = await workbench.evaluate(async (vscode) => {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-scrape');
    if (document === undefined) throw new Error('no generated document');
    const links = await vscode.commands.executeCommand<vscodeApi.LocationLink[]>('vscode.executeDefinitionProvider', document.uri, document.positionAt(document.getText().indexOf('scrape_interval')));
    const [link] = links;
    if (link === undefined) throw new Error('no definition');
    return (await vscode.workspace.openTextDocument(link.targetUri)).getText(link.targetRange);
  });
  assert.equal(target, 'interval: 30s');

  await page.locator('.editor-group-container').first().locator('.view-line', { hasText: 'interval: 30s' }).click();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('5s');
  await workbench.waitFor(generated, [], (text) => text.includes('scrape_interval: 35s'));
  await page.keyboard.type('econds');
  await workbench.waitFor(generated, [], (text) => text.includes('# The API server refuses ServiceMonitor shop/checkout'));

  // A change of the Prometheus that no editor shows is as good as one of the monitor.
  await workbench.evaluate(async (vscode) => {
    const [uri] = await vscode.workspace.findFiles('shop/prometheus.yaml');
    if (uri === undefined) throw new Error('no prometheus.yaml');
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text.replaceAll('release: prometheus', 'release: other')));
  });
  await workbench.waitFor(generated, [], (text) => text.includes('is not scraped: Prometheus "shop" selects ServiceMonitors with release=other'));
  assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
});
