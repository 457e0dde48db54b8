/** What is said of a rule that loads but will not do what its author means, and how it is mended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workbench } from '../host/workbench.ts';
import { labelsOf, rulesFile, run, runUntil, shownBy, textOf, write } from './editing.ts';
import { openSample, picture } from './samples.ts';

const file = 'shop/orders.yaml';
const rules = rulesFile(`- alert: OrdersFail
  expr: sum by (job) (rate(orders_failed_total[5m])) / sum by (job) (rate(orders_total[5m])) > 0.05
  for: 10m
  labels:
    severity: warning
  annotations:
    summary: "{{ $labels.job }} loses {{ $value }} of its orders."
- alert: OrdersStall
  expr: sum by (job) (rate(orders_total[5m])) == 0
  anotations:
    summary: No orders from {{ $labels.job }}.
- alert: OrdersSlow
  expr: sum(orders_seconds_count{shop=~"north"}) > 10
  labels:
    severity: info
  anotations:
    summary: Orders are slow in {{ $labels.region }}.`);

/** The findings of a file, as `code line`, once they are accepted. */
function findings(workbench: Workbench, accept: (all: string[]) => boolean): Promise<string[]> {
  return workbench.waitFor((vscode, name) => vscode.languages.getDiagnostics().flatMap(([uri, all]) => (uri.path.endsWith(name) ? all : [])).map(({ code, range }) => `${typeof code === 'object' ? String(code.value) : String(code)} ${String(range.start.line + 1)}`).sort(), [file], accept);
}

/** Opens a menu of code actions and gives what it offers. */
async function actions(workbench: Workbench, command: string, entry: string): Promise<string[]> {
  const rows = workbench.page.locator('.action-widget .monaco-list-row.action');
  await run(workbench, 'workbench.action.focusActiveEditorGroup');
  await shownBy(workbench, command, rows.filter({ hasText: entry }));
  return labelsOf(rows);
}

/** Takes an entry of the menu that is open. */
async function take(workbench: Workbench, entry: string): Promise<void> {
  await workbench.page.locator('.action-widget .monaco-list-row.action', { hasText: entry }).first().click();
  await workbench.page.locator('.action-widget .monaco-list-row').first().waitFor({ state: 'detached' });
}

test('an author is advised, and mends or reshapes rules with one action', async (t) => {
  const workbench = await openSample(t, 'shop/rules.yaml');
  const { page } = workbench;
  await run(workbench, 'workbench.action.closeSidebar');
  await write(workbench, file, rules.replace('anotations', 'an¦otations'));

  await t.test('advice stands in Problems, with its page', async () => {
    await findings(workbench, (all) => ['promql/regex-without-pattern', 'template/not-humanized'].every((code) => all.some((one) => one.startsWith(code))));
    await run(workbench, 'workbench.actions.view.problems');
    const problems = page.locator('.markers-panel');
    await problems.getByText('This prints the number with all its digits').waitFor();
    await problems.getByText('Nothing in "north" is a pattern').waitFor();
    assert.ok(await problems.locator('a', { hasText: 'template/not-humanized' }).count() > 0, 'the code leads to its page');
    await workbench.screenshot(picture('advice'));
    await run(workbench, 'workbench.action.closePanel');
  });

  await t.test('quick fixes, one or all of a kind', async () => {
    const offers = await actions(workbench, 'editor.action.quickFix', 'Fix all 2');
    assert.ok(offers.includes('Change to "annotations"'), JSON.stringify(offers));
    await workbench.screenshot(picture('quick-fixes'));
    await take(workbench, 'Fix all 2 of this kind');
    await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (text) => !text.includes('anotations'));
    await findings(workbench, (all) => !all.some((one) => one.startsWith('schema/')));
    await runUntil(workbench, 'editor.action.fixAll', (text) => text.includes('{shop="north"}') && text.includes('{{ $value | humanizePercentage }}'));
  });

  await t.test("pint's comments turn advice off", async () => {
    const loud = rulesFile('- alert: A\n  expr: ¦sum(orders_seconds_count{shop=~"north"}) > 10\n  labels: {severity: info}\n  annotations: {summary: a}');
    await write(workbench, file, loud);
    await findings(workbench, (all) => all.some((one) => one.startsWith('promql/regex-without-pattern')));
    await write(workbench, file, loud.replace('        - alert', '        # pint disable promql/regexp\n        - alert'));
    await findings(workbench, (all) => !all.some((one) => one.startsWith('promql/regex')));
  });

  await t.test('extract to a recording rule, with a box for its name', async () => {
    await write(workbench, file, rules.replace('sum by (job) (rate(orders_total[5m])) >', '¦sum by (job) (rate(orders_total[5m]))¦ >'));
    const offers = await actions(workbench, 'editor.action.refactor', 'Extract');
    assert.ok(offers.includes('Extract to the recording rule job:orders:sum_rate5m'), JSON.stringify(offers));
    await workbench.screenshot(picture('refactorings'));
    await take(workbench, 'Extract to the recording rule');
    const box = page.locator('.monaco-editor.rename-box input');
    await box.waitFor();
    await workbench.screenshot(picture('extract-rename'));
    // Filled, not typed: what is typed before the box has the focus goes into the file.
    await box.fill('job:orders:rate');
    await box.press('Enter');
    const text = await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (now) => now.includes('record: job:orders:rate\n'));
    assert.ok(text.includes('/ job:orders:rate > 0.05') && text.includes('expr: job:orders:rate == 0'), text);
  });

  await t.test('inline, split a group, change the style of a string', async () => {
    await write(workbench, file, (await textOf(workbench)).replace('expr: job:orders:rate', 'expr: job:¦orders:rate'));
    const offers = await actions(workbench, 'editor.action.refactor', 'Inline');
    for (const title of ['Inline job:orders:rate and remove its rule', 'Write as a literal block (|)', 'Write as a folded block (>)', 'Split the group here (new group orders-2)']) assert.ok(offers.includes(title), `${title}: ${JSON.stringify(offers)}`);
    await take(workbench, 'Split the group here');
    await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (now) => now.includes('- name: orders-2\n'));
    await actions(workbench, 'editor.action.refactor', 'Inline');
    await take(workbench, 'Inline');
    const text = await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (now) => !now.includes('job:orders:rate'));
    assert.ok(text.includes('expr: sum by (job) (rate(orders_total[5m])) == 0'), text);
    await write(workbench, file, rules.replace('expr: sum', 'expr: su¦m'));
    await actions(workbench, 'editor.action.refactor', 'literal');
    await take(workbench, 'Write as a literal block');
    await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (now) => now.includes('expr: |-\n            sum by (job)'));
  });

  await t.test('formatting, by command and on saving, and of a file of PromQL', async () => {
    const ugly = rulesFile('- record: a:b\n  # kept\n  expr: |\n    # why\n    sum(rate(orders_total[5m]))by(job)¦');
    const expected = ugly.replace('¦', '').replace('sum(rate(orders_total[5m]))by(job)', 'sum by (job) (rate(orders_total[5m]))');
    await write(workbench, file, ugly);
    await runUntil(workbench, 'kubeprom.rules.formatExpressions', (text) => text === expected);
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration('editor').update('codeActionsOnSave', { 'source.formatPromQL.kubeprom': 'explicit' }, vscode.ConfigurationTarget.Global));
    await write(workbench, file, ugly);
    await runUntil(workbench, 'workbench.action.files.save', (text) => text === expected);
    await write(workbench, 'shop/query.promql', '# why\nsum(rate(orders_total[5m]))by(job)¦');
    await runUntil(workbench, 'editor.action.formatDocument', (text) => text.trim() === '# why\nsum by (job) (rate(orders_total[5m]))');
  });
});
