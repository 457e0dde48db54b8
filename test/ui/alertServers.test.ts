/** Alertmanagers at addresses, without any Kubernetes, in a real VS Code: many alerts, texts of ill will in every field, and answers that are none. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { openWorkbench } from '../host/workbench.ts';
import { panelOf, picture } from './samples.ts';

const timeout = 120_000;
/** Text that would do something wherever it is not shown as text. */
const hostile = '<img src=x onerror=alert(1)> [run](command:workbench.action.quit) $(flame) \u001b[31mred\u202E';
const many = 10_000;

const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

interface Told { readonly labels: Record<string, string>; status: { state: string; silencedBy: string[]; inhibitedBy: string[]; mutedBy: string[] }; readonly [field: string]: unknown }

function alertOf(labels: Record<string, string>, more: object = {}): Told {
  return { labels, annotations: {}, receivers: [{ name: 'default' }], fingerprint: Object.values(labels).join(), startsAt: at(-60), updatedAt: at(-1), endsAt: at(4), generatorURL: '', status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] }, ...more };
}

type Mode = 'well' | 'silent' | 'page' | 'login' | 'failing' | 'older';

/** An Alertmanager that is well until it is told otherwise. */
class Moody {
  mode: Mode = 'well';
  readonly alerts: Told[] = [
    alertOf({ alertname: `!${hostile}`, severity: 'critical', namespace: hostile, [hostile]: hostile }, { annotations: { summary: hostile, runbook_url: 'command:workbench.action.quit', [hostile]: hostile }, receivers: [{ name: hostile }], generatorURL: 'javascript:alert(1)' }),
    ...Array.from({ length: many - 1 }, (_, index) => alertOf({ alertname: 'CpuTooHot', severity: index % 2 === 0 ? 'critical' : 'warning', namespace: `team-${String(index % 40)}`, pod: `app-${String(index).padStart(5, '0')}` })),
  ];
  readonly #silences = [{ id: hostile, status: { state: 'active' }, comment: hostile, createdBy: hostile, startsAt: at(-60), endsAt: at(600), updatedAt: at(-60), matchers: [{ name: hostile, value: hostile, isRegex: false, isEqual: true }] }];
  readonly #server = createServer((request, response) => { this.#answer(request.url ?? '/', response); });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(path: string, response: ServerResponse): void {
    const say = (status: number, type: string, body: string): void => { response.writeHead(status, { 'content-type': type }).end(body); };
    switch (this.mode) {
      case 'silent': return;
      case 'page': say(200, 'text/html', `<!doctype html><title>${hostile}</title>`); return;
      case 'login': say(401, 'text/plain', hostile); return;
      case 'failing': say(503, 'application/json', JSON.stringify({ error: hostile })); return;
      case 'older': say(404, 'text/plain', '404 page not found'); return;
      case 'well': break;
    }
    const answers: Readonly<Record<string, unknown>> = {
      '/api/v2/alerts': this.alerts, '/api/v2/silences': this.#silences, '/api/v2/receivers': [{ name: hostile }],
      '/api/v2/status': { cluster: { name: hostile, status: hostile, peers: [{ name: hostile, address: hostile }] }, versionInfo: { version: hostile }, config: { original: 'route:\n  receiver: default\nreceivers:\n- name: default\n' }, uptime: at(-600) },
    };
    const answer = answers[path.split('?', 1)[0] ?? ''];
    if (answer === undefined) say(404, 'text/plain', '404 page not found');
    else say(200, 'application/json', JSON.stringify(answer));
  }
}

describe('an Alertmanager at an address', { timeout: 600_000 }, () => {
  test('shows ten thousand alerts, texts of others as text, one changed alert, and what is wrong with an answer', async (t) => {
    const server = new Moody();
    const url = await server.listen();
    t.after(() => { server.close(); });
    const workspace = temporaryFolder('servers');
    t.after(() => { removeFolder(workspace); });
    const workbench = await openWorkbench({ workspace, viewport: { width: 1440, height: 900 }, env: { KUBECONFIG: `${workspace}/none` }, settings: { 'kubeprom.servers.addresses': [{ kind: 'Alertmanager', name: `m ${hostile}`, url }] } });
    t.after(() => workbench.close());
    const { page } = workbench;
    const row = (text: string | RegExp) => page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
    const nothingActs = async (): Promise<void> => {
      assert.equal(await page.locator('.pane-body .codicon-flame, .quick-input-widget .codicon-flame, .notifications-center .codicon-flame, .statusbar .codicon-flame').count(), 0, 'an icon');
      assert.equal(await page.locator('.pane-body img, .quick-input-widget img, .notification-list-item img, .monaco-hover img').count(), 0, 'an image');
      assert.equal(await page.locator('a[href^="command:"], a[data-href^="command:"]').filter({ hasText: 'run' }).count(), 0, 'a link');
    };

    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.alerts.focus'));
    const bad = row('!<img src=x onerror=alert(1)> [run](command:workbench.action.quit) $(flame)');
    await bad.waitFor({ timeout });
    await row(/^critical.*5,?000 firing/).or(row(/critical/).filter({ hasText: /5,?00[01] firing/ })).first().waitFor({ timeout });
    await workbench.screenshot(picture('alerts-many'));
    await bad.hover();
    await page.locator('.monaco-hover', { hasText: 'onerror' }).waitFor({ timeout });
    await nothingActs();
    await bad.click();
    const panel = panelOf(workbench, 'kubeprom-alert');
    await panel.getByText('<img src=x onerror=alert(1)> [run](command:workbench.action.quit) $(flame) [31mred').first().waitFor({ timeout });
    assert.equal(await panel.locator('img, a').count(), 0);

    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.silences.focus'));
    await row(/holds 0/).waitFor({ timeout });
    await nothingActs();

    // A quick pick and the clicks in it.
    await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.alert.silence'); });
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: '1 hour' }).waitFor({ timeout });
    await nothingActs();
    await page.keyboard.press('Escape');

    // One alert of all is another than before.
    const second = server.alerts[1];
    assert.ok(second !== undefined);
    second.status = { state: 'suppressed', silencedBy: [hostile], inhibitedBy: [], mutedBy: [] };
    const refresh = () => workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.alerts.refresh'));
    await refresh();
    await row(/critical/).filter({ hasText: /1 silenced/ }).waitFor({ timeout });
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.silences.focus'));
    await row(/holds 1/).waitFor({ timeout });

    // Answers that are none: each is told, and what was read stays.
    const faults: readonly (readonly [Mode, RegExp])[] = [['page', /web page instead of its API/], ['login', /asks for credentials \(401\)/], ['failing', /onerror/], ['older', /an older version/], ['silent', /did not answer within 30 s/]];
    for (const [mode, message] of faults) {
      server.mode = mode;
      await refresh();
      const note = page.locator('.pane-body .monaco-list-row', { hasText: /^server addresses: / }).filter({ hasText: message });
      await note.first().waitFor({ timeout });
      await bad.waitFor({ timeout });
      await nothingActs();
    }
    server.mode = 'well';
    await refresh();
    await page.locator('.pane-body .monaco-list-row', { hasText: /^server addresses: / }).waitFor({ state: 'detached', timeout });
    assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
  });
});
