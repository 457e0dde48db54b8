/** Moving among rules of several files, and what a file of rules looks like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { rulesFile, run, write } from './editing.ts';
import { openSample, picture } from './samples.ts';

const recording = rulesFile('- record: job:orders:rate5m\n  expr: sum by (job) (rate(orders_total[5m]))\n- record: job:orders:ratio\n  expr: job:orders:rate5m / ignoring (job) group_left sum(job:orders:rate5m)').replace('name: orders\n  namespace', 'name: records\n  namespace');
const alerts = rulesFile(`# Who buys nothing is gone.
# See the runbook.
- alert: OrdersStall
  expr: |
    sum by (job) (
      job:orders:rate5m
    ) == 0
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: No orders from {{ $labels.job }}.
    runbook_url: https://runbooks.example.com/orders`);

/** The text and colour of each piece of the line that holds a text. */
async function coloursOf(page: Page, line: string): Promise<Map<string, string>> {
  const pieces = await page.locator('.view-line', { hasText: line }).first().locator('span > span').evaluateAll((spans) => spans.map((span) => [(span.textContent ?? '').replaceAll('\u00a0', ' ').trim(), getComputedStyle(span).color] as const));
  return new Map(pieces);
}

/** Waits until some pieces of a line have different colours. */
async function distinct(page: Page, line: string, words: readonly string[]): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    const colours = await coloursOf(page, line);
    const found = words.map((word) => colours.get(word));
    if (found.every((colour) => colour !== undefined) && new Set(found).size === words.length) return;
    assert.ok(Date.now() < end, `${words.join(' ')}: ${JSON.stringify([...colours])}`);
    await page.waitForTimeout(200);
  }
}

const at = (text: string, word: string): string => text.replace(word, `${word.slice(0, 3)}¦${word.slice(3)}`);

test('an author finds the way among rules', async (t) => {
  const workbench = await openSample(t, 'shop/rules.yaml');
  const { page } = workbench;
  await run(workbench, 'workbench.action.closeSidebar');
  await write(workbench, 'shop/records.yaml', recording);
  await write(workbench, 'shop/alerts.yaml', at(alerts, 'job:orders:rate5m'));
  const placed = (wanted: string): Promise<string> => workbench.waitFor((vscode) => {
    const editor = vscode.window.activeTextEditor;
    return `${editor?.document.uri.path.split('/').at(-1) ?? ''}:${String((editor?.selection.active.line ?? -1) + 1)}`;
  }, [], (found) => found === wanted);

  await t.test('definition and references across files', async () => {
    await run(workbench, 'editor.action.revealDefinition');
    await placed('records.yaml:12');
    await run(workbench, 'references-view.findReferences');
    // In the side bar: a peek in the editor shows the folder of the run.
    const found = page.locator('.pane-body', { hasText: 'alerts.yaml' }).locator('.monaco-list-row');
    await found.filter({ hasText: 'records.yaml' }).first().waitFor();
    await found.filter({ hasText: 'job:orders:rate5m' }).first().waitFor();
    await workbench.screenshot(picture('references'));
  });

  await t.test('call hierarchy of recording rules', async () => {
    await run(workbench, 'references-view.showCallHierarchy');
    const tree = page.locator('.pane-body', { hasText: 'job:orders:rate5m' }).locator('.monaco-list-row');
    await tree.filter({ hasText: 'OrdersStall' }).first().waitFor();
    await tree.filter({ hasText: 'job:orders:ratio' }).first().waitFor();
    await workbench.screenshot(picture('call-hierarchy'));
    await run(workbench, 'workbench.action.closeSidebar');
  });

  await t.test('breadcrumbs, folding and links', async () => {
    await write(workbench, 'shop/alerts.yaml', at(alerts, 'summary'));
    await page.locator('.monaco-breadcrumb-item', { hasText: 'OrdersStall' }).waitFor();
    await page.locator('.view-line .detected-link', { hasText: 'runbooks.example.com' }).first().waitFor();
    await run(workbench, 'editor.foldAllBlockComments');
    await run(workbench, 'editor.fold', { selectionLines: [14], levels: 1 });
    await page.locator('.view-line', { hasText: 'See the runbook.' }).waitFor({ state: 'detached' });
    await page.locator('.view-line', { hasText: 'sum by (job)' }).waitFor({ state: 'detached' });
    await workbench.screenshot(picture('folding-and-breadcrumbs'));
    await run(workbench, 'editor.unfoldAll');
  });

  await t.test('colours of expressions and templates, in YAML and in a file of PromQL', async () => {
    await write(workbench, 'shop/alerts.yaml', alerts);
    await distinct(page, 'sum by (job)', ['sum', 'by', 'job']);
    await distinct(page, 'No orders from', ['$labels', 'No orders from']);
    await workbench.screenshot(picture('colours'));
    await write(workbench, 'shop/query.promql', '# Orders by shop\nsum by (shop) (rate(orders_total{region="north"}[5m])) > 10');
    await distinct(page, 'sum by (shop)', ['sum', 'by', 'shop', '"north"', '5m']);
    await workbench.screenshot(picture('colours-promql'));
    // And without the server's words, by the grammars alone.
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration('editor').update('semanticHighlighting.enabled', false, vscode.ConfigurationTarget.Global));
    await distinct(page, 'sum by (shop)', ['sum', 'by', '"north"', '10']);
    await write(workbench, 'shop/alerts.yaml', alerts);
    await distinct(page, 'sum by (job)', ['sum', 'by']);
    await distinct(page, 'No orders from', ['$labels.job', 'No orders from']);
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration('editor').update('semanticHighlighting.enabled', undefined, vscode.ConfigurationTarget.Global));
  });

  await t.test('rename across files', async () => {
    await write(workbench, 'shop/alerts.yaml', at(alerts, 'job:orders:rate5m'));
    // The command ends when the box is closed.
    const renamed = run(workbench, 'editor.action.rename');
    // Filled, not typed: what is typed before the box has the focus goes into the file.
    await page.locator('.monaco-editor.rename-box input').fill('job:orders:rate_5m');
    await workbench.screenshot(picture('rename'));
    await page.locator('.monaco-editor.rename-box input').press('Enter');
    await renamed;
    const texts = await workbench.waitFor((vscode) => vscode.workspace.textDocuments.filter(({ uri }) => /(alerts|records)\.yaml$/.test(uri.path)).map((document) => document.getText()), [], (all) => all.every((text) => text.includes('job:orders:rate_5m')));
    assert.equal(texts.join('').split('job:orders:rate_5m').length - 1, 4);
    await placed('alerts.yaml:17');
  });
});
