/** What comes to the user without being looked for: a test alert, notices of what fires, reminders of silences, links; in a real VS Code over a real Alertmanager. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { choices, choose, enter } from '../host/questions.ts';
import { select } from '../host/trees.ts';
import { openWorkbench } from '../host/workbench.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { panelOf, picture } from '../ui/samples.ts';

const timeout = 120_000;

interface Hook { readonly status: string; readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[] }

describe('alerts that come by themselves', { skip: sandboxUnavailable() ?? false, timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'minimal' }); });
  after(() => { sandbox.cluster.close(); });

  test('a test alert reaches its receiver and is resolved, a notice tells of it once, a silence reminds of its end, links lead to alert, rule and graph', async (t) => {
    await using namespace = await sandbox.namespace('notices');
    await sandbox.cluster.apply({
      apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', metadata: { name: 'hook', namespace: namespace.name },
      spec: {
        route: { receiver: 'sink', groupBy: ['alertname'], groupWait: '1s', groupInterval: '5s', repeatInterval: '1h' },
        receivers: [{ name: 'sink', webhookConfigs: [{ url: 'http://demo.demo.svc.cluster.local:8080/hook', sendResolved: true }] }],
      },
    });
    await until('the route', 120, async () => ((await sandbox.alertmanager<{ config: { original: string } }>('status')).config.original.includes(`${namespace.name}/hook/sink`) ? true : undefined));
    const heard = async (status: string) => (JSON.parse(await sandbox.cluster.proxy('demo', 'demo:web', '/hook')) as Hook[]).find(({ alerts }) => alerts.some((one) => one.status === status && one.labels['namespace'] === namespace.name));
    const tests = async () => (await sandbox.alertmanager<{ labels: Record<string, string> }[]>('alerts')).filter(({ labels }) => labels['namespace'] === namespace.name);

    const workspace = temporaryFolder('notices');
    t.after(() => { removeFolder(workspace); });
    const workbench = await openWorkbench({ workspace, viewport: { width: 1440, height: 900 }, env: { KUBECONFIG: sandbox.kubeconfig }, settings: { 'kubeprom.alerts.notify': true } });
    t.after(() => workbench.close());
    const { page } = workbench;
    const row = (text: string | RegExp) => page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
    const run = (command: string, ...args: unknown[]) => workbench.evaluate((vscode, name, given) => { void vscode.commands.executeCommand(name, ...given); }, command, args);
    // No toast shows while VS Code is driven (--enable-smoke-test-driver); its centre has all of them.
    const notices = page.locator('.notifications-center .notification-list-item');
    const notice = async (text: string | RegExp, seconds = timeout / 1000) => {
      await until(`the notice ${String(text)}`, seconds, async () => {
        await workbench.evaluate((vscode) => vscode.commands.executeCommand('notifications.showList'));
        return await notices.filter({ hasText: text }).count() > 0 ? true : undefined;
      }, 500);
      return notices.filter({ hasText: text });
    };

    /** Waits for a panel, and closes it: the next is the only one again. */
    const shown = async (element: string, heading: string) => {
      await panelOf(workbench, element).getByRole('heading', { name: heading }).waitFor({ timeout });
      await workbench.evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
    };

    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.alerts.focus'));
    await row('Watchdog').waitFor({ timeout });
    await run('kubeprom.alertmanager.sendTestAlert');
    await enter(workbench, /Send a test alert to Alertmanager\/monitoring\/main/, `alertname=KubepromTest, severity=critical, namespace=${namespace.name}`);
    const goesTo = `Goes to ${namespace.name}/hook/sink`;
    await choices(workbench).filter({ hasText: goesTo }).waitFor({ timeout });
    assert.deepEqual(await tests(), [], 'nothing is sent before the user says so');
    await workbench.screenshot(picture('test-alert'));
    await choose(workbench, goesTo);
    await until('the test alert at its receiver', 120, () => heard('firing'));
    assert.deepEqual((await tests()).map(({ labels }) => labels['kubeprom_test']), ['true']);
    await row('KubepromTest').waitFor({ timeout });

    // One notice, with what can be done; opened, it is gone and does not come back.
    const fires = await notice('An alert fires in admin: KubepromTest');
    assert.equal(await fires.count(), 1);
    assert.deepEqual(await fires.locator('.monaco-button').allTextContents(), ['Open', 'Silence…']);
    await workbench.screenshot(picture('alert-notice'));
    await fires.getByRole('button', { name: 'Open' }).click();
    await shown('kubeprom-alert', 'KubepromTest');

    const progress = await notice(`Test alert in admin, for ${namespace.name}/hook/sink`);
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await until('the end of the test alert', 120, async () => ((await tests()).length === 0 ? true : undefined));
    await until('the resolution at its receiver', 120, () => heard('resolved'));
    await row('KubepromTest').waitFor({ state: 'detached', timeout });

    // A silence that ends soon.
    const begin = Date.now();
    await sandbox.cluster.proxy('monitoring', 'alertmanager-main:web', '/api/v2/silences', {
      method: 'POST',
      body: { matchers: [{ name: 'namespace', value: namespace.name, isRegex: false, isEqual: true }], startsAt: new Date(begin).toISOString(), endsAt: new Date(begin + 300_000).toISOString(), createdBy: 'test', comment: '[ends](command:workbench.action.quit) soon' },
    });
    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.silences.focus'));
    const silence = row(`namespace="${namespace.name}"`);
    // The extension hears of the selection a little later. Asked for twice, it would be told twice, and the centre close in between.
    const reminder = await until('the reminder', timeout / 1000, async () => {
      await select(silence);
      await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.silence.remind'));
      return notice(/A silence in admin ends at /, 10).catch(() => undefined);
    });
    assert.match(await reminder.textContent() ?? '', new RegExp(`namespace="${namespace.name}"`));
    await reminder.getByRole('button', { name: 'Extend…' }).click();
    await shown('kubeprom-silence', 'silence');
    assert.equal(await notices.filter({ hasText: /KubepromTest/ }).count(), 0, 'no notice comes twice');

    // Links: a copied one, by the URI handler; a notification's, pasted.
    const open = (path: string, parameters: Readonly<Record<string, string>>) => workbench.evaluate((vscode, where, query) => {
      void vscode.commands.executeCommand('vscode.open', vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: 'kubeprom.kubeprom', path: where, query }));
    }, path, new URLSearchParams(parameters).toString());
    await open('/alert', { cluster: 'admin', labels: JSON.stringify({ alertname: 'Watchdog' }) });
    await shown('kubeprom-alert', 'Watchdog');
    await open('/rule', { cluster: 'admin', alertname: 'Watchdog' });
    await workbench.waitFor((vscode) => { const editor = vscode.window.activeTextEditor; return editor?.document.lineAt(editor.selection.active.line).text ?? ''; }, [], (line) => line.includes('alert: Watchdog'), timeout);
    await run('kubeprom.alert.openLink');
    await enter(workbench, /Open the alert of which link/, 'http://prometheus-k8s-0:9090/graph?g0.expr=vector%281%29&g0.tab=1');
    await shown('kubeprom-alert', 'Watchdog');
    await open('/graph', { cluster: 'admin', alertname: 'Watchdog' });
    await page.locator('.tab', { hasText: /Query/ }).waitFor({ timeout });
    assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
  });
});
