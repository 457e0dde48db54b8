/** Alerts and silences of a real cluster, in a real VS Code: from a temperature that rises to the webhook that hears of it, and back. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Locator } from 'playwright-core';
import { stringify } from 'yaml';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { choices, choose, enter, question } from '../host/questions.ts';
import { act } from '../host/trees.ts';
import { openWorkbench, type Workbench } from '../host/workbench.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { ownManifests } from '../sandbox/stacks.ts';
import { until } from '../sandbox/wait.ts';
import { panelOf, picture } from '../ui/samples.ts';

const timeout = 120_000;
/** Text that would do something wherever it is not shown as text. */
const hostile = '<img src=x onerror=alert(1)> [run](command:workbench.action.quit) $(flame) \u001b[31mred\u202E';

/** The sample application in a namespace of its own, its rule with a label and annotations of ill will, and a route to its sink. */
async function deploy(sandbox: Sandbox, namespace: string): Promise<KubernetesObject> {
  for (const { object } of await ownManifests('demo')) {
    if (['Deployment', 'Service'].includes(object.kind)) await sandbox.cluster.apply({ ...object, metadata: { ...object.metadata, namespace } });
  }
  await sandbox.cluster.apply({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'demo', namespace }, spec: { selector: { matchLabels: { app: 'demo' } }, endpoints: [{ port: 'web', interval: '2s' }] } });
  await sandbox.cluster.apply({
    apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', metadata: { name: 'hook', namespace },
    spec: {
      route: { receiver: 'sink', groupBy: ['alertname'], groupWait: '1s', groupInterval: '5s', repeatInterval: '1h' },
      receivers: [{ name: 'sink', webhookConfigs: [{ url: `http://demo.${namespace}.svc.cluster.local:8080/hook` }] }],
    },
  });
  const rule: KubernetesObject = {
    apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: { name: 'temperature', namespace },
    spec: { groups: [{ name: 'cpu', interval: '2s', rules: [{
      alert: 'CPUTempHigh', expr: `max by (namespace, pod) (cpu_temperature_celsius{namespace="${namespace}"}) > 80`, for: '40s', labels: { severity: 'critical', note: hostile },
      annotations: { summary: 'The CPU has {{ $value }} °C', description: hostile, runbook_url: 'command:workbench.action.quit' },
    }] }] },
  };
  await sandbox.cluster.apply(rule);
  return rule;
}

/** A row of a view by a part of its text. */
function row(workbench: Workbench, text: string | RegExp): Locator {
  return workbench.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
}

/** Calls a command that asks something, and does not wait for its end. */
async function start(workbench: Workbench, command: string, ...args: unknown[]): Promise<void> {
  await workbench.evaluate((vscode, name, given) => { void vscode.commands.executeCommand(name, ...given); }, command, args);
}

describe('alerts of a cluster', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'minimal' }); });
  after(() => { sandbox.cluster.close(); });

  async function open(t: TestContext, rule: KubernetesObject): Promise<Workbench> {
    const workspace = temporaryFolder('alerts');
    t.after(() => { removeFolder(workspace); });
    mkdirSync(join(workspace, 'rules'));
    writeFileSync(join(workspace, 'rules/temperature.yaml'), stringify(rule));
    const workbench = await openWorkbench({ workspace, viewport: { width: 1440, height: 900 }, env: { KUBECONFIG: sandbox.kubeconfig } });
    t.after(() => workbench.close());
    return workbench;
  }

  test('a temperature that rises is pending, fires, reaches its receiver, is silenced and fires again', async (t) => {
    await using namespace = await sandbox.namespace('alerts');
    const rule = await deploy(sandbox, namespace.name);
    const temperature = (value: number) => until('the sample application', 120, async () => { await sandbox.cluster.proxy(namespace.name, 'demo:web', '/temperature', { method: 'POST', body: String(value) }); return true; });
    const silences = async () => (await sandbox.alertmanager<{ id: string; status: { state: string }; comment: string; matchers: { name: string; value: string }[] }[]>('silences')).filter(({ matchers }) => matchers.some(({ value }) => value === namespace.name));
    const workbench = await open(t, rule);
    const { page } = workbench;

    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.alerts.focus'));
    await row(workbench, 'Watchdog').waitFor({ timeout });
    await until('the rule', 120, async () => {
      const { groups } = await sandbox.prometheus<{ groups: { file: string; rules: { health: string }[] }[] }>('rules');
      return groups.find(({ file, rules }) => file.includes(namespace.name) && rules[0]?.health === 'ok');
    });
    await temperature(95);
    const alert = row(workbench, 'CPUTempHigh');
    // Pending for less than a minute, which a machine that reads seldom may miss: it is told to look. What follows comes by itself.
    await until('the pending alert', timeout / 1000, async () => {
      await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.alerts.refresh'));
      return await alert.filter({ hasText: /pending/ }).isVisible() ? true : undefined;
    }, 2000);
    await workbench.screenshot(picture('alerts-pending'));
    await alert.filter({ hasText: /firing/ }).waitFor({ timeout });
    await until('the alert at the webhook', 120, async () => {
      const bodies = JSON.parse(await sandbox.cluster.proxy(namespace.name, 'demo:web', '/hook')) as { status: string; alerts: { labels: Record<string, string> }[] }[];
      return bodies.find(({ status, alerts }) => status === 'firing' && alerts.some(({ labels }) => labels['alertname'] === 'CPUTempHigh' && labels['namespace'] === namespace.name));
    });

    // Details: the route that it took, its value beside the threshold; all of it as text.
    await alert.click();
    const panel = panelOf(workbench, 'kubeprom-alert');
    await panel.getByRole('heading', { name: `${namespace.name}/hook/sink` }).waitFor({ timeout });
    await panel.getByText(`AlertmanagerConfig ${namespace.name}/hook`).first().waitFor({ timeout });
    await panel.locator('kubeprom-chart canvas').waitFor({ timeout });
    await panel.getByText(/webhook: \d+ sent/).waitFor({ timeout });
    await panel.getByText('<img src=x onerror=alert(1)> [run](command:workbench.action.quit) $(flame) [31mred').first().waitFor();
    assert.equal(await panel.locator('img, a').count(), 0);
    await workbench.screenshot(picture('alerts'));
    // In the row, too: neither an icon nor a link.
    assert.equal(await alert.locator('.codicon-flame').count(), 0);
    assert.equal(await page.locator('.pane-body a[href]:not([href=""]):not([href="#"]), .pane-body img').count(), 0);

    // The way to its rule: the file of the workspace, on the line.
    await panel.getByRole('button', { name: 'Open Rule' }).click();
    const place = await workbench.waitFor((vscode) => {
      const editor = vscode.window.activeTextEditor;
      return editor === undefined ? undefined : { file: editor.document.uri.path, line: editor.document.lineAt(editor.selection.active.line).text };
    }, [], (value) => value !== undefined, timeout);
    assert.match(place?.file ?? '', /rules\/temperature\.yaml$/);
    assert.match(place?.line ?? '', /alert: CPUTempHigh/);

    // A silence from the alert.
    await act(alert, 'Silence…');
    await choose(workbench, '1 hour');
    await enter(workbench, '(2/3): why?', `being repaired ${hostile}`);
    await choices(workbench).filter({ hasText: /Create the silence in admin/ }).waitFor({ timeout });
    assert.equal(await question(workbench).locator('.codicon-flame').count(), 0);
    await workbench.screenshot(picture('alerts-quick-silence'));
    await choose(workbench, /Create the silence in admin/);
    const made = await until('the silence in Alertmanager', 120, async () => (await silences()).find(({ status }) => status.state === 'active'));
    assert.match(made.comment, /^being repaired/);
    assert.ok(made.matchers.some(({ name, value }) => name === 'alertname' && value === 'CPUTempHigh'));
    await alert.filter({ hasText: /silenced/ }).waitFor({ timeout });

    await workbench.evaluate((vscode) => vscode.commands.executeCommand('kubeprom.silences.focus'));
    const silence = row(workbench, /alertname="CPUTempHigh"/).filter({ hasText: /holds 1/ });
    await silence.waitFor({ timeout });
    await workbench.screenshot(picture('silences'));
    await act(silence, 'Expire Silence');
    await choose(workbench, 'Expire the silence in admin');
    await until('the end of the silence', 120, async () => (await silences()).find(({ id, status }) => id === made.id && status.state === 'expired'));
    await alert.filter({ hasText: /firing/ }).waitFor({ timeout });

    // By hand, in the form, with a preview and a regular expression: the stack's own rule has an alert here, too.
    await start(workbench, 'kubeprom.silence.create');
    const form = panelOf(workbench, 'kubeprom-silence');
    await form.getByLabel('Label').fill('namespace');
    await form.getByLabel('Operator').selectOption('=~');
    await form.getByLabel('Value').fill('(');
    await form.getByText(/namespace: /).waitFor({ timeout });
    await form.getByLabel('Value').fill(`${namespace.name}|nobody`);
    await form.getByText(/It would hold 2 alerts now/).waitFor({ timeout });
    await form.getByLabel('Comment').fill('from the form');
    await form.getByText(/It would hold 2 alerts now/).waitFor({ timeout });
    await workbench.screenshot(picture('silence-form'));
    await form.getByRole('button', { name: 'Create the silence in admin' }).click();
    await form.getByText(/Alertmanager has the silence/).waitFor({ timeout });
    await until('the silence of the form', 120, async () => (await sandbox.alertmanager<{ status: { state: string }; comment: string; matchers: { value: string; isRegex: boolean }[] }[]>('silences')).find(({ status, comment, matchers }) => status.state === 'active' && comment === 'from the form' && matchers[0]?.isRegex === true && matchers[0].value.startsWith(namespace.name)));
    await alert.filter({ hasText: /silenced/ }).waitFor({ timeout });

    await temperature(20);
    await alert.waitFor({ state: 'detached', timeout });
    for (const { id, status } of await sandbox.alertmanager<{ id: string; status: { state: string } }[]>('silences')) if (status.state === 'active') await sandbox.cluster.proxy('monitoring', 'alertmanager-main:web', `/api/v2/silence/${id}`, { method: 'DELETE' });
    assert.deepEqual(workbench.lines().filter((one) => one.startsWith('page:') || /kubeprom.*\berror\b/i.test(one)), []);
  });
});
