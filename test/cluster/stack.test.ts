/** From an empty cluster to a monitored one and back, in a real VS Code: form, plan, progress, health, upgrade, one more Prometheus and Alertmanager, a chart, removal. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { Cluster } from '../../src/cluster/cluster.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { asked, choose, enter, question } from '../host/questions.ts';
import { expand } from '../host/trees.ts';
import { openWorkbench, type Workbench } from '../host/workbench.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { helmFolder } from '../sandbox/helm.ts';
import type { ImageName } from '../sandbox/images.ts';
import { addImage } from '../sandbox/install.ts';
import { testPorts } from '../sandbox/ports.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { difference, everything, everythingSettled } from '../stack/everything.ts';
import { until } from '../sandbox/wait.ts';
import { panelOf, picture } from '../ui/samples.ts';

const timeout = 120_000;
/** Of pods that start one after the other. */
const starting = 240_000;
const images: readonly ImageName[] = ['operator-0.93.1', 'reloader-0.93.1', 'operator-0.94.1', 'reloader-0.94.1', 'prometheus', 'alertmanager', 'nodeExporter'];
const secret = 'https://hooks.slack.example/services/T0/B0/not-to-be-seen';

describe('the monitoring stack in the editor', { skip: sandboxUnavailable() ?? false, timeout: 1_500_000 }, () => {
  let sandbox: Sandbox;
  let cluster: Cluster;
  let workbench: Workbench;
  let empty: string[];
  let workspace: string;
  before(async () => {
    sandbox = await acquireSandbox({ stack: 'none', port: testPorts.empty });
    for (const image of images) await addImage(sandbox.folders, sandbox.programs, image);
    const context = (await loadKubeconfig([sandbox.kubeconfig])).contexts.find(({ name }) => name === 'admin');
    assert.ok(context);
    cluster = new Cluster(context);
    empty = await everythingSettled(cluster);
    workspace = temporaryFolder('stack');
    cpSync(join(import.meta.dirname, '../stack/chart'), join(workspace, 'chart'), { recursive: true });
    writeFileSync(join(workspace, 'chart/blue.yaml'), 'colour: blue\n');
    workbench = await openWorkbench({
      workspace, viewport: { width: 1440, height: 900 },
      // As one that was started in a terminal, it does not ask the login shell for another PATH.
      env: { KUBECONFIG: sandbox.kubeconfig, PATH: [await helmFolder(), process.env['PATH']].join(delimiter), VSCODE_CLI: '1' },
    });
  });
  after(async () => {
    await workbench.close();
    cluster.close();
    sandbox.cluster.close();
    removeFolder(workspace);
  });

  const row = (label: string | RegExp) => workbench.page.locator('.pane-body .monaco-list-row').filter({ hasText: label });
  const panel = () => panelOf(workbench, 'kubeprom-stack');
  const heading = (text: string | RegExp) => panel().getByRole('heading', { level: 1, name: text });
  /** A button of the panel; vscode-elements' are no buttons of HTML. */
  const button = (text: string | RegExp) => panel().locator('vscode-button', { hasText: text });
  const run = (command: string) => workbench.evaluate((vscode, name) => { void vscode.commands.executeCommand(name); }, command);
  const box = (label: string): Locator => panel().getByLabel(label, { exact: true });
  const untilEmpty = async () => {
    let left: string[] = [];
    await until('the cluster to be as it was before', 180, async () => {
      left = difference(empty, await everything(cluster));
      return left.length === 0 ? true : undefined;
    }, 500).catch((error: unknown) => { throw new Error(left.join(', '), { cause: error }); });
  };
  const live = (path: string) => sandbox.cluster.get<KubernetesObject>(path);

  test('an empty cluster is deployed to: nothing before a yes, cancelled, gone on with, healthy', async () => {
    const { page } = workbench;
    await run('kubeprom.clusters.focus');
    await row('No Prometheus, Alertmanager or Grafana was found here').waitFor({ timeout });
    await row('Deploy Monitoring Stack…').click();
    await heading('Deploy the monitoring stack').waitFor({ timeout });
    // A cluster without storage classes begins with what needs none.
    assert.equal(await box('Size').inputValue(), 'local');
    await box('Namespace').fill('Not A Name');
    await button('Show what would be done').click();
    await panel().getByRole('alert').filter({ hasText: 'namespace must be a name' }).waitFor({ timeout });
    await box('Namespace').fill('monitoring');
    // What the sandbox has no images of.
    await panel().getByLabel('Grafana with dashboards').uncheck();
    await panel().getByLabel('kube-state-metrics').uncheck();
    await box('Alerts go to').selectOption('slack');
    await box('Channel').fill('#alerts');
    await workbench.screenshot(picture('stack-form'));

    // By the keyboard alone.
    await button('Show what would be done').focus();
    await page.keyboard.press('Enter');
    await asked(workbench, 'Type the address of the Slack webhook');
    assert.equal(await question(workbench).locator('input.input').getAttribute('type'), 'password');
    await enter(workbench, 'Type the address of the Slack webhook', secret);
    await heading('What would be done').waitFor({ timeout });
    await panel().getByText(/^\d+ to create\.$/).waitFor();
    const created = panel().getByRole('list', { name: 'Create' });
    await created.locator('li', { has: workbench.page.getByRole('button', { name: 'Show Prometheus monitoring/main' }) }).filter({ hasText: 'checked by our schemas' }).waitFor();
    assert.deepEqual(difference(empty, await everything(cluster)), [], 'a plan changes nothing');
    await workbench.screenshot(picture('stack-plan'));

    // An object's difference, with what is secret left out.
    await panel().getByRole('button', { name: 'Show Secret monitoring/alertmanager-channel' }).click();
    await page.locator('.monaco-diff-editor .modified', { hasText: '(another secret)' }).first().waitFor({ timeout });
    await run('workbench.action.closeActiveEditor');

    await button(/^Apply to admin, Namespace monitoring/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace monitoring\?/);
    await choose(workbench, 'Leave everything as it is');
    assert.deepEqual(difference(empty, await everything(cluster)), [], 'leaving changes nothing');
    // A protected context wants its name.
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('kubeprom.clusters.protected', ['adm*'], true));
    await button(/^Apply to admin, Namespace monitoring/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace monitoring\?/);
    await choose(workbench, /Apply \d+ objects/);
    await question(workbench).getByText('The context admin is protected').waitFor({ timeout });
    await enter(workbench, /Apply \d+ objects/, 'admin');
    await heading('Applying the monitoring stack').waitFor({ timeout });
    await panel().getByRole('list', { name: 'Stages' }).getByText(/▸ Definitions/).waitFor({ timeout });
    await workbench.screenshot(picture('stack-progress'));
    await button('Cancel').click();
    await heading('What was applied').waitFor({ timeout });
    await panel().getByText(/^Cancelled: /).waitFor();
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('kubeprom.clusters.protected', undefined, true));

    // Run again, it goes on: with another plan and another yes. The secret is asked for again where it is not in the cluster yet: it was kept nowhere.
    await button('Go On: Look What Is Left…').click();
    const secretAgain = question(workbench).locator('.quick-input-title', { hasText: 'Type the address of the Slack webhook' });
    if (await until('the next question', timeout / 1000, async () => (await secretAgain.isVisible() ? 'secret' : await heading('What would be done').isVisible() ? 'plan' : undefined), 200) === 'secret') await enter(workbench, 'Type the address of the Slack webhook', secret);
    await heading('What would be done').waitFor({ timeout });
    await panel().getByText(/A deployment of .* began at .* and has not ended/).waitFor();
    await button(/^Apply to admin, Namespace monitoring/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace monitoring\?/);
    await choose(workbench, /Apply \d+ objects/);
    await heading(/^Health of built in, operator/).waitFor({ timeout: starting });
    const parts = panel().getByRole('table', { name: 'Health' });
    await parts.locator('tr', { hasText: 'Alerts in Alertmanager monitoring/main' }).filter({ hasText: 'The Watchdog alert has arrived' }).waitFor({ timeout: starting });
    await panel().getByText('Everything that was deployed is there and works.').waitFor({ timeout: starting });
    assert.match(await parts.innerText(), /ready\s+DaemonSet monitoring\/node-exporter/);
    const stack = row(/Monitoring stack/);
    await stack.filter({ hasText: 'ready' }).waitFor({ timeout });
    await expand(stack);
    await row('Targets of Prometheus monitoring/main').filter({ hasText: /ready: (\d+) of \1 targets up/ }).waitFor({ timeout });
    await workbench.screenshot(picture('stack-health'));

    // The secret is in the cluster, and nowhere else.
    const kept = await live('/api/v1/namespaces/monitoring/secrets/alertmanager-channel');
    assert.equal(Buffer.from(String((kept['data'] as Record<string, string>)['value']), 'base64').toString(), secret);
    const inventory = await live('/api/v1/namespaces/monitoring/configmaps/kubeprom-stack');
    assert.doesNotMatch(JSON.stringify(inventory), /not-to-be-seen/);
    assert.doesNotMatch(workbench.lines().join('\n'), /not-to-be-seen/);
  });

  test('what differs is shown with who changed it, and put back only where that is asked for', async () => {
    // Somebody else takes a field over.
    await sandbox.cluster.apply({ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'main', namespace: 'monitoring' }, spec: { retention: '3h' } });
    await button('What Differs from What Was Deployed?').click();
    await heading('What differs from what was deployed').waitFor({ timeout });
    const conflicts = panel().getByRole('list', { name: /^Conflict/ });
    await conflicts.getByText('is managed by sandbox').waitFor();
    await conflicts.getByText('.spec.retention: 3h → 6h').waitFor();
    for (const [name, theme] of [['light', 'Default Light Modern'], ['high-contrast', 'Default High Contrast']] as const) {
      await workbench.evaluate((vscode, wanted) => vscode.workspace.getConfiguration().update('workbench.colorTheme', wanted, true), theme);
      await workbench.page.locator(name === 'light' ? '.monaco-workbench.vs' : '.monaco-workbench.hc-black').waitFor({ timeout });
      await workbench.screenshot(picture(`stack-difference-${name}`));
    }
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('workbench.colorTheme', 'Default Dark Modern', true));
    await panel().getByRole('button', { name: 'Show Prometheus monitoring/main' }).click();
    await workbench.page.locator('.monaco-diff-editor .modified', { hasText: '.spec.retention is managed by sandbox' }).first().waitFor({ timeout });
    await run('workbench.action.closeActiveEditor');
    await conflicts.getByLabel('Take over these fields of Prometheus monitoring/main').check();
    await button('Put It Back as It Was Deployed…').click();
    await asked(workbench, /Apply 1 object in admin, namespace monitoring\?/);
    await choose(workbench, /Apply 1 object/);
    await heading(/^Health of/).waitFor({ timeout });
    assert.equal((((await live('/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses/main'))['spec']) as Record<string, unknown>)['retention'], '6h');
  });

  test('choices become a settings file of the workspace', async () => {
    await button('Change or Upgrade…').click();
    await heading('Change or upgrade the monitoring stack').waitFor({ timeout });
    assert.equal(await box('Channel').inputValue(), '#alerts');
    await button('Show what would be done').click();
    await heading('What would be done').waitFor({ timeout });
    await panel().getByText(/^\d+ unchanged\.$/).waitFor();
    await button('Save as Settings File').click();
    const file = join(workspace, 'kubeprom-stack.yaml');
    await until('the settings file', 120, async () => await Promise.resolve(existsSync(file) ? true : undefined));
    assert.match(readFileSync(file, 'utf8'), /room: "#alerts"/);
    // What is wrong with it is said while it is written, and what may be is offered.
    const { faults, offers } = await workbench.evaluate(async (vscode, path) => {
      const document = await vscode.workspace.openTextDocument(path);
      const change = new vscode.WorkspaceEdit();
      change.insert(document.uri, new vscode.Position(document.lineCount, 0), 'colour: red\nstorageC');
      await vscode.workspace.applyEdit(change);
      const end = document.positionAt(document.getText().length);
      const list = await vscode.commands.executeCommand<{ items: readonly { label: string }[] }>('vscode.executeCompletionItemProvider', document.uri, end);
      const found = vscode.languages.getDiagnostics(document.uri).map(({ message }) => message);
      return { faults: found, offers: list.items.map(({ label }) => label) };
    }, file);
    assert.ok(offers.includes('storageClass'), offers.join());
    assert.match(faults.join(), /readable YAML|There is no setting "colour"/);
    await run('workbench.action.revertAndCloseActiveEditor');
  });

  test('an upgrade begins from what is deployed, shows what it changes, and is healthy afterwards', async () => {
    await run('kubeprom.stack.upgrade');
    await asked(workbench, 'Change or upgrade which deployment?');
    await choose(workbench, /^admin/);
    await heading('Change or upgrade the monitoring stack').waitFor({ timeout });
    await box('Version of the operator').selectOption('0.94.1');
    await button('Show what would be done').click();
    await heading('What would be done').waitFor({ timeout: starting });
    const changed = panel().getByRole('list', { name: 'Change' });
    await changed.getByRole('button', { name: 'Show CustomResourceDefinition prometheuses.monitoring.coreos.com', exact: true }).waitFor();
    await changed.locator('li', { has: workbench.page.getByRole('button', { name: 'Show Deployment monitoring/prometheus-operator', exact: true }) }).filter({ hasText: /0\.93\.1.* → .*0\.94\.1/ }).waitFor();
    await workbench.screenshot(picture('stack-upgrade'));
    const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prometheuses.monitoring.coreos.com';
    const before = await live(definition);
    await button(/^Apply to admin, Namespace monitoring/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace monitoring\?/);
    await choose(workbench, /Apply \d+ objects/);
    await heading('Health of built in, operator 0.94.1').waitFor({ timeout: starting });
    await panel().getByText('Everything that was deployed is there and works.').waitFor({ timeout: starting });
    const operator = await live('/apis/apps/v1/namespaces/monitoring/deployments/prometheus-operator');
    assert.match(JSON.stringify(operator['spec']), /prometheus-operator:v0\.94\.1/);
    assert.deepEqual([operator['status']].flatMap((status) => { const { updatedReplicas, readyReplicas } = status as Record<string, unknown>; return [updatedReplicas, readyReplicas]; }), [1, 1]);
    assert.notDeepEqual((await live(definition))['spec'], before['spec'], 'definitions are those of the new version');
  });

  test('one more Prometheus is made of a form, with its rights shown, and is done when a target is up', async () => {
    await run('kubeprom.stack.createPrometheus');
    await asked(workbench, 'Create a Prometheus in which cluster?');
    await choose(workbench, /^admin/);
    await heading('One more Prometheus').waitFor({ timeout });
    await box('Name').fill('web');
    await box('Namespace').fill('shop');
    await box('Namespaces').fill('shop');
    await box('Labels').fill('team');
    await button('Show what would be done').click();
    await panel().getByRole('alert').filter({ hasText: 'Labels are written name=value' }).waitFor({ timeout });
    await box('Labels').fill('team=web');
    await box('Keep data for').fill('2h');
    assert.equal(await box('Alerts go to').inputValue(), 'monitoring/alertmanager-operated');
    assert.equal(await box('Targets are found by').inputValue(), 'EndpointSlice');
    await workbench.screenshot(picture('stack-create-prometheus'));
    await button('Show what would be done').click();
    await heading('What would be done').waitFor({ timeout });
    const created = panel().getByRole('list', { name: 'Create' });
    for (const name of ['ServiceAccount shop/prometheus-web', 'Role shop/prometheus-web', 'RoleBinding shop/prometheus-web', 'Prometheus shop/web']) await created.getByRole('button', { name: `Show ${name}`, exact: true }).waitFor();
    await button(/^Apply to admin, Namespace shop/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace shop\?/);
    await choose(workbench, /Apply \d+ objects/);
    await heading('Health of Prometheus web').waitFor({ timeout });
    const parts = panel().getByRole('table', { name: 'Health' });
    await parts.locator('tr', { hasText: 'Targets of Prometheus shop/web' }).filter({ hasText: /([1-9]\d*) of \1 targets up/ }).waitFor({ timeout: starting });
    const found = await until('the Alertmanager that it has found', 120, async () => {
      const { data } = JSON.parse(await sandbox.cluster.proxy('shop', 'prometheus-web:web', '/api/v1/alertmanagers')) as { data: { activeAlertmanagers: readonly { url: string }[] } };
      return data.activeAlertmanagers[0];
    });
    assert.match(found.url, /:9093\/api\/v2\/alerts$/);
    const { spec } = await live('/apis/monitoring.coreos.com/v1/namespaces/shop/prometheuses/web') as unknown as { spec: Record<string, unknown> };
    assert.equal(spec['retention'], '2h');
    assert.deepEqual(spec['serviceMonitorSelector'], { matchLabels: { team: 'web' } });

    // It too says what differs from what was chosen.
    await sandbox.cluster.apply({ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: { name: 'web', namespace: 'shop' }, spec: { retention: '5h' } });
    await button('What Differs from What Was Deployed?').click();
    await heading('What differs from what was deployed').waitFor({ timeout });
    await panel().getByRole('list', { name: /^Conflict/ }).getByText('.spec.retention: 5h → 2h').waitFor();
  });

  test('one more Alertmanager is made of a form, answers, and goes alone', async () => {
    await run('kubeprom.stack.createAlertmanager');
    await asked(workbench, 'Create an Alertmanager in which cluster?');
    await choose(workbench, /^admin/);
    await heading('One more Alertmanager').waitFor({ timeout });
    await box('Name').fill('pages');
    await box('Namespace').fill('shop');
    await box('Alerts go to').selectOption('webhook');
    await workbench.screenshot(picture('stack-create-alertmanager'));
    await button('Show what would be done').click();
    await asked(workbench, 'Type the address of the webhook');
    await enter(workbench, 'Type the address of the webhook', 'http://nobody.shop.svc/not-to-be-seen');
    await heading('What would be done').waitFor({ timeout });
    await panel().getByRole('list', { name: 'Create' }).getByRole('button', { name: 'Show Alertmanager shop/pages', exact: true }).waitFor();
    await button(/^Apply to admin, Namespace shop/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace shop\?/);
    await choose(workbench, /Apply \d+ objects/);
    await heading('Health of Alertmanager pages').waitFor({ timeout });
    await panel().getByRole('table', { name: 'Health' }).locator('tr', { hasText: 'Alerts in Alertmanager shop/pages' }).filter({ hasText: 'It answers' }).waitFor({ timeout: starting });
    // Whatever the operator makes of the channel, its address is in a Secret alone.
    assert.equal(Buffer.from(String(((await live('/api/v1/namespaces/shop/secrets/alertmanager-pages-channel'))['data'] as Record<string, string>)['value']), 'base64').toString(), 'http://nobody.shop.svc/not-to-be-seen');
    assert.doesNotMatch(JSON.stringify(await live('/api/v1/namespaces/shop/configmaps/kubeprom-alertmanager-pages')), /not-to-be-seen/);
    await button('What Differs from What Was Deployed?').click();
    await heading('What differs from what was deployed').waitFor({ timeout });
    await panel().getByText(/^\d+ unchanged\.$/).waitFor();
    await button('Show Health').click();
    await heading('Health of Alertmanager pages').waitFor({ timeout });
    await button('Remove…').click();
    await asked(workbench, /Remove \d+ objects in admin, namespace shop\?/);
    await choose(workbench, /Remove \d+ objects/);
    await heading('What was removed').waitFor({ timeout });
    await panel().getByText(/^Done: \d+ removed\.$/).waitFor({ timeout });
    await assert.rejects(live('/apis/monitoring.coreos.com/v1/namespaces/shop/alertmanagers/pages'));
    assert.equal((await live('/apis/monitoring.coreos.com/v1/namespaces/shop/prometheuses/web')).metadata.name, 'web', 'its neighbour stays');
  });

  test('removal asks what may be lost, one thing after the other, and leaves nothing behind', async () => {
    await run('kubeprom.stack.remove');
    await asked(workbench, 'Remove which deployment?');
    await choose(workbench, /^admin/);
    await asked(workbench, 'Remove which deployment?');
    await choose(workbench, 'Prometheus web');
    await asked(workbench, /Remove \d+ objects in admin, namespace shop\?/);
    await choose(workbench, /Remove \d+ objects/);
    await heading('What was removed').waitFor({ timeout });
    await panel().getByText(/^Done: \d+ removed\.$/).waitFor({ timeout });

    // Somebody's own monitor goes with the CRDs.
    await sandbox.cluster.apply({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'mine', namespace: 'default' }, spec: { selector: {}, endpoints: [{ port: 'web' }] } });
    await row(/Monitoring stack/).waitFor({ timeout });
    await run('kubeprom.stack.remove');
    await asked(workbench, 'Remove which deployment?');
    await choose(workbench, /^admin/);
    const crds = await asked(workbench, /The \d+ CRDs as well\?/);
    assert.match(crds, /With them are lost, of others: 1 ServiceMonitor/);
    await choose(workbench, /Remove the \d+ CRDs/);
    const said = await asked(workbench, /Remove \d+ objects in admin, namespace monitoring\?/);
    assert.match(said, /Remove the \d+ CRDs/);
    await choose(workbench, /Remove \d+ objects/);
    await heading('Removing the monitoring stack').waitFor({ timeout });
    await heading('What was removed').waitFor({ timeout: starting });
    await panel().getByText(/^Done: \d+ removed\.$/).waitFor({ timeout });
    await row(/Monitoring stack/).waitFor({ state: 'detached', timeout });
    await untilEmpty();
  });

  test('a chart is planned, applied, compared and removed by helm', async () => {
    // The settings file says so, and the form begins with it.
    writeFileSync(join(workspace, 'kubeprom-stack.yaml'), 'namespace: charts\nhelm: { chart: ./no-such-chart, release: own, values: chart/blue.yaml }\n');
    await run('kubeprom.stack.deploy');
    await asked(workbench, 'Deploy into which cluster?');
    await choose(workbench, /^admin/);
    await heading('Deploy the monitoring stack').waitFor({ timeout });
    assert.deepEqual(await Promise.all(['What', 'Namespace', 'Chart', 'Release', 'File of values'].map((label) => box(label).inputValue())), ['chart', 'charts', './no-such-chart', 'own', 'chart/blue.yaml']);
    await button('Show what would be done').click();
    await panel().getByRole('alert').filter({ hasText: /Helm: .*no-such-chart/ }).waitFor({ timeout });
    await box('Chart').fill('./chart');
    await button('Show what would be done').click();
    await heading('What would be done').waitFor({ timeout });
    await panel().getByRole('list', { name: 'Create' }).getByRole('button', { name: 'Show ConfigMap charts/own-settings', exact: true }).waitFor();
    await workbench.screenshot(picture('stack-chart-plan'));
    await button(/^Apply to admin, Namespace charts/).click();
    await asked(workbench, /Apply \d+ objects in admin, namespace charts\?/);
    await choose(workbench, /Apply \d+ objects/);
    await heading('Health of Helm release own').waitFor({ timeout });
    await panel().getByText('Everything that was deployed is there and works.').waitFor({ timeout });
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own-settings', namespace: 'charts' }, data: { colour: 'green' } });
    await button('What Differs from What Was Deployed?').click();
    await heading('What differs from what was deployed').waitFor({ timeout });
    await panel().getByText('.data.colour: green → blue').waitFor();
    // Health at any time: the release is the one that the settings file names.
    writeFileSync(join(workspace, 'kubeprom-stack.yaml'), 'namespace: charts\nhelm: { chart: ./chart, release: own, values: chart/blue.yaml }\n');
    await run('kubeprom.stack.showHealth');
    await asked(workbench, 'Show the health of which deployment?');
    await choose(workbench, /^admin/);
    await heading('Health of Helm release own').waitFor({ timeout });
    await button('Remove…').click();
    await asked(workbench, 'Let Helm remove the release own');
    await choose(workbench, 'Let Helm remove the release own');
    await heading('What was removed').waitFor({ timeout });
    await assert.rejects(live('/api/v1/namespaces/charts/configmaps/own-settings'));
    // What Helm never removes.
    for (const path of ['/api/v1/namespaces/charts', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.small.example']) await sandbox.cluster.delete(path);
    await untilEmpty();
  });
});
