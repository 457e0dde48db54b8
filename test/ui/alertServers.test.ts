/**
 * Prometheus and Alertmanager servers at addresses, without any Kubernetes, in a real VS Code: ten thousand alerts and a thousand silences,
 * texts of ill will in every field, and answers that are none.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench, type Workbench } from '../host/workbench.ts';
import { until } from '../sandbox/wait.ts';
import { alertmanagerRoutes, alertOf, hostile, hostileAlert, type Mode, MoodyServer, prometheusRoutes, silenceOf, type ToldAlert } from './alertServers.ts';
import { panelOf, picture } from './samples.ts';

const timeout = 120_000;
const many = 10_000;
const hour = 3_600_000;
/** The part of the text of ill will that every place has room for, as it is seen. */
const seen = '<img src=x onerror=alert(1)><script>alert(2)</script> [run]';
/** Characters that do something without being seen; lines and tabs are the window's own. */
const unseen = /[^\P{Cc}\n\r\t]|\u202e/u;
const silenced: ToldAlert['status'] = { state: 'suppressed', silencedBy: [hostile], inhibitedBy: [], mutedBy: [] };

describe('servers at addresses', { timeout: 600_000 }, () => {
  const alerts = [hostileAlert(), ...Array.from({ length: many - 1 }, (_, index) => alertOf({ alertname: 'CpuTooHot', severity: index % 2 === 0 ? 'critical' : 'warning', namespace: `team-${String(index % 40)}`, pod: `app-${String(index).padStart(5, '0')}` }))];
  const silences = [silenceOf(hostile, [{ name: hostile, value: hostile }, { name: 'long', value: 'x'.repeat(100_000) }], hostile), ...Array.from({ length: 999 }, (_, index) => silenceOf(`silence-${String(index)}`, [{ name: 'pod', value: `nobody-${String(index)}` }], 'being repaired'))];
  const servers = new Map<'large' | 'moody' | 'ancient' | 'mute' | 'ahead' | 'prometheus', MoodyServer>();
  const dialogs: string[] = [];
  let folder: string;
  let workbench: Workbench;

  const server = (name: Parameters<typeof servers.get>[0]): MoodyServer => servers.get(name) ?? assert.fail(`there is no ${name}`);
  const row = (text: string | RegExp): Locator => workbench.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
  const run = (command: string, ...args: unknown[]) => workbench.evaluate((vscode, name, given) => { void vscode.commands.executeCommand(name, ...given); }, command, args);
  /** Shows one of our views, the others folded away, so that its rows are painted. */
  async function focus(view: 'Clusters' | 'Alerts' | 'Silences'): Promise<void> {
    await workbench.evaluate((vscode, name) => vscode.commands.executeCommand(`kubeprom.${name.toLowerCase()}.focus`), view);
    const header = (name: string): Locator => workbench.page.locator('.pane-header').filter({ has: workbench.page.locator('h3.title', { hasText: name }) });
    await header(view).and(workbench.page.locator('.expanded')).waitFor({ timeout });
    for (const other of ['Clusters', 'Alerts', 'Silences', 'Grafana']) if (other !== view && await header(other).getAttribute('aria-expanded') === 'true') await header(other).click();
  }
  const closeEditors = () => workbench.evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  /** Nothing of what was written by others has become anything but text, in all of the window and in a panel. */
  async function nothingActs(panel?: Locator): Promise<void> {
    const { page } = workbench;
    assert.equal(await page.locator('.codicon-squirrel, .codicon-squirrel-modifier').count(), 0, 'an icon');
    assert.equal(await page.locator('img[src="x"]').count(), 0, 'an image');
    assert.deepEqual(await page.locator('a').filter({ hasText: /^run$/ }).all(), [], 'a link');
    assert.doesNotMatch(await page.locator('.monaco-workbench').innerText(), unseen, 'a character that is not seen');
    for (const one of await page.locator('.pane-body .monaco-list-row').allTextContents()) assert.ok(one.length < 2000, `a row of ${String(one.length)} characters`);
    if (panel !== undefined) {
      assert.equal(await panel.locator('img, a, script').count(), 0, 'an element of others in the panel');
      assert.deepEqual(await panel.getByText(unseen).allTextContents(), [], 'a character that is not seen in the panel');
    }
    assert.deepEqual(dialogs, []);
  }

  /** The notification centre, which has what would be a toast. */
  async function notice(text: string | RegExp): Promise<Locator> {
    const found = workbench.page.locator('.notifications-center .notification-list-item').filter({ hasText: text });
    await until(`the notice ${String(text)}`, timeout / 1000, async () => {
      await workbench.evaluate((vscode) => vscode.commands.executeCommand('notifications.showList'));
      return await found.count() > 0 ? true : undefined;
    }, 500);
    return found;
  }

  before(async () => {
    servers.set('large', await MoodyServer.open(alertmanagerRoutes(alerts, silences)));
    servers.set('moody', await MoodyServer.open(alertmanagerRoutes([alertOf({ alertname: 'MoodyAlert', severity: 'info' })])));
    servers.set('ancient', await MoodyServer.open({ '/api/v1/alerts': () => ({ status: 'success', data: [] }) }));
    servers.set('mute', await MoodyServer.open(alertmanagerRoutes([alertOf({ alertname: 'MuteAlert', severity: 'info' })]), { mode: 'silent' }));
    servers.set('ahead', await MoodyServer.open(alertmanagerRoutes([alertOf({ alertname: 'AheadAlert', severity: 'info' })]), { ahead: hour }));
    servers.set('prometheus', await MoodyServer.open(prometheusRoutes()));
    folder = temporaryFolder('servers');
    workbench = await openWorkbench({ workspace: folder, viewport: { width: 1440, height: 900 }, env: { KUBECONFIG: join(folder, 'none') }, settings: { 'kubeprom.alerts.notify': true } });
    workbench.page.setDefaultTimeout(timeout);
    workbench.page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
    // Settings of the machine: VS Code knows where they belong, and tells the extension a little later.
    const addresses = [...servers].map(([name, { url }]) => ({ kind: name === 'prometheus' ? 'Prometheus' : 'Alertmanager', name: name === 'large' ? `large ${hostile}` : name, url }));
    await workbench.evaluate((vscode, all) => vscode.workspace.getConfiguration().update('kubeprom.servers.addresses', all, true), addresses);
    await workbench.waitFor((vscode) => vscode.workspace.getConfiguration().get<unknown[]>('kubeprom.servers.addresses')?.length, [], (length) => length === addresses.length, timeout);
  });
  after(async () => {
    await workbench.close();
    for (const one of servers.values()) await one[Symbol.asyncDispose]();
    removeFolder(folder);
  });

  test('ten thousand alerts stand in groups of every kind, and what others wrote is text', async () => {
    await focus('Alerts');
    await row('critical').filter({ hasText: '5,001 firing' }).waitFor({ timeout });
    const bad = row(`!${seen}`);
    await bad.waitFor({ timeout });
    await workbench.screenshot(picture('alerts-many'));
    await nothingActs();
    for (const [grouping, group] of [['receiver', seen], ['namespace', seen], ['cluster', 'server addresses'], ['severity', 'critical']] as const) {
      await run('kubeprom.alerts.groupBy');
      await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: grouping }).click();
      await row(group).filter({ hasText: /[\d,]+ firing/ }).waitFor({ timeout });
      await nothingActs();
    }
  });

  test('details, routes, silences, documents and the tree of servers show text', async () => {
    const { page } = workbench;
    await focus('Alerts');
    await row(`!${seen}`).click();
    const details = panelOf(workbench, 'kubeprom-alert');
    await details.getByRole('heading', { name: `!${seen}` }).waitFor({ timeout });
    await details.getByText(/5 sent, 2 of them failed/).last().waitFor({ timeout });
    await nothingActs(details);
    await workbench.screenshot(picture('alert-hostile'));
    await details.getByRole('button', { name: 'Open Runbook' }).click();
    await notice(/runbook_url is no web address/);
    await nothingActs();
    await closeEditors();
    await run('kubeprom.alert.showRoute');
    const route = panelOf(workbench, 'kubeprom-route');
    await route.getByText(seen).last().waitFor({ timeout });
    await nothingActs(route);
    await closeEditors();

    // A silence, quickly and by the form.
    await run('kubeprom.alert.silence');
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: '1 hour' }).click();
    await nothingActs();
    await page.locator('.quick-input-widget input.input').fill(hostile);
    await page.keyboard.press('Enter');
    const create = page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Create the silence in server addresses' });
    await create.waitFor({ timeout });
    await nothingActs();
    await create.click();
    const [sent] = await until('the silence at its Alertmanager', 60, () => Promise.resolve(server('large').received.length > 0 ? server('large').received : undefined));
    assert.equal((sent?.body as { comment?: string }).comment, hostile.trim());
    await page.locator('.statusbar', { hasText: 'Kubeprom: silence made' }).waitFor({ timeout });
    await nothingActs();

    await focus('Silences');
    await row(seen).filter({ hasText: /holds 0/ }).waitFor({ timeout });
    await nothingActs();
    await row(seen).filter({ hasText: /holds 0/ }).click();
    const form = panelOf(workbench, 'kubeprom-silence');
    // The extension hears of the selection a little later.
    await until('the form', timeout / 1000, async () => {
      await run('kubeprom.silence.edit');
      return form.getByText(/It would hold/).waitFor({ timeout: 5000 }).then(() => true, () => undefined);
    });
    await nothingActs(form);
    await form.getByRole('button', { name: 'in 1h' }).click();
    assert.match(await form.getByLabel('Start (empty: now)').inputValue(), /^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
    await form.getByRole('button', { name: 'now', exact: true }).click();
    assert.equal(await form.getByLabel('Start (empty: now)').inputValue(), '');
    await closeEditors();

    // Documents: as text that no link provider finds a command in.
    await focus('Clusters');
    await row(`large ${seen}`).click();
    for (const command of ['kubeprom.alertmanager.showStatus', 'kubeprom.alertmanager.showMerged', 'kubeprom.instance.showConfiguration', 'kubeprom.node.showDetails']) {
      const links = await until(`what ${command} shows`, timeout / 1000, async () => {
        await run(command);
        return workbench.waitFor(async (vscode) => {
          const document = vscode.window.activeTextEditor?.document;
          if (document?.uri.scheme !== 'kubeprom-live' || !document.getText().includes('[run](')) return undefined;
          const found = await vscode.commands.executeCommand<{ target?: { scheme: string } }[]>('vscode.executeLinkProvider', document.uri);
          return found.map(({ target }) => target?.scheme ?? '');
        }, [], (value) => value !== undefined, 5000).catch(() => undefined);
      });
      assert.doesNotMatch(links.join(), /command|javascript/);
      await closeEditors();
    }

    // The rule in the tree; who cannot be asked is not shown as well.
    await row('mute').filter({ has: page.locator('.codicon-error') }).waitFor({ timeout });
    await row(/^Rules/).locator('.monaco-tl-twistie').click();
    await row(seen).filter({ hasText: '1 failing' }).locator('.monaco-tl-twistie').click();
    await row(`fails ${seen}`).waitFor({ timeout });
    await nothingActs();
  });

  test('one changed alert repaints its group, and its silence says what it holds', async () => {
    const [, second] = alerts;
    assert.ok(second !== undefined);
    second.status = silenced;
    await focus('Alerts');
    await row('critical').filter({ hasText: /5,000 firing · 1 silenced/ }).waitFor({ timeout });
    await focus('Silences');
    await row(seen).filter({ hasText: /holds 1/ }).waitFor({ timeout });
    await workbench.screenshot(picture('silences-many'));
  });

  test('a notice of an alert that begins to fire is text', async () => {
    alerts.push(hostileAlert({ startsAt: new Date().toISOString() }, `fresh ${hostile}`));
    const told = await notice(`An alert fires in server addresses: fresh ${seen.slice(0, 30)}`);
    assert.equal(await told.locator('.notification-list-item-message a').count(), 0);
    await nothingActs();
    alerts.pop();
  });

  test('each answer that is none is told in a line, the rest goes on, and it comes back by itself', async () => {
    await focus('Alerts');
    // From the beginning: one that never answers, and one that knows version 1 only.
    await row(/Alertmanager mute at .* cannot be reached\. Direct: No answer within 10 s/).waitFor({ timeout });
    await row(/Alertmanager ancient at .*: it is an older version/).waitFor({ timeout });
    await workbench.screenshot(picture('alerts-faults'));
    const faults: readonly (readonly [Mode, RegExp])[] = [
      ['page', /moody answered with a web page instead of its API/], ['login', /moody asks for credentials \(401\)/], ['failing', /moody: out of order <img/], ['broken', /moody fails with status 502/],
      ['older', /moody does not serve this path \(404\): it is an older version/], ['cut', /moody answered with what is no JSON/],
    ];
    for (const [index, [mode, message]] of faults.entries()) {
      server('moody').mode = mode;
      await row(message).waitFor({ timeout });
      await nothingActs();
      // Meanwhile another server has news.
      const third = alerts[3];
      assert.ok(third !== undefined);
      third.status = index % 2 === 0 ? silenced : alerts[5]?.status ?? silenced;
      await row('critical').filter({ hasText: index % 2 === 0 ? /4,999 firing · 2 silenced/ : /5,000 firing · 1 silenced/ }).waitFor({ timeout });
    }
    server('moody').mode = 'slow';
    // Its alerts and its silences may have had troubles of their own.
    const noRow = (text: RegExp) => until(`no row ${String(text)}`, timeout / 1000, async () => await row(text).count() === 0 || undefined);
    await noRow(/Alertmanager moody/);
    server('mute').mode = 'well';
    await noRow(/Alertmanager mute/);
    // What it did not tell before is there: found by the filter, as it stands behind thousands.
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.alerts.filter', 'severity=info'));
    for (const name of ['MoodyAlert', 'MuteAlert', 'AheadAlert']) await row(name).waitFor({ timeout });
  });

  test('a clock that is ahead is told of, and silences begin and end by it', async () => {
    await row(/Alertmanager ahead has a clock that is 1h ahead of the one here/).waitFor({ timeout });
    await row('AheadAlert').click();
    await panelOf(workbench, 'kubeprom-alert').getByRole('heading', { name: 'AheadAlert' }).waitFor({ timeout });
    await run('kubeprom.alert.silence');
    await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: '1 hour' }).click();
    await workbench.page.locator('.quick-input-widget input.input').fill('clocks differ');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Create the silence in server addresses' }).click();
    const [sent] = await until('the silence at its Alertmanager', 60, () => Promise.resolve(server('ahead').received.length > 0 ? server('ahead').received : undefined));
    const { startsAt, endsAt } = sent?.body as { startsAt: string; endsAt: string };
    assert.ok(Math.abs(Date.parse(startsAt) - Date.now() - hour) < 120_000, startsAt);
    assert.equal(Date.parse(endsAt) - Date.parse(startsAt), hour);
  });

  test('nothing went wrong unseen', async () => {
    await nothingActs();
    // Of a view that is unfolded, VS Code paints the root and the rows that changed meanwhile side by side, and notes that a row is not there yet.
    const isOfFolding = (line: string) => line.includes('Data tree node not found');
    assert.deepEqual(workbench.lines().filter((one) => (one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)) && !isOfFolding(one)), []);
  });
});
