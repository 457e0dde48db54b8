/** Grafana 9, 11 and 13, as the stand-in plays them, as pods behind Services, in a real VS Code: found, signed in with the chart's Secret or a token, painted, and live by port-forward. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand } from '../host/trees.ts';
import { deployGrafanas } from '../sandbox/grafanaStandIn.ts';
import { acquireSandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { picture } from '../ui/samples.ts';
import { answer, execute, grafanaPage, logIn, openGrafanaWorkbench, painted, row, run, signIn, timeout } from './grafanaView.ts';

test('Grafana in a cluster: found by itself, one click from the tree, painted and live by port-forward, and back after a reload', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, async (t) => {
  const sandbox = await acquireSandbox({ stack: 'minimal' });
  t.after(() => { sandbox.cluster.close(); });
  await using namespace = await sandbox.namespace('grafana');
  // With a path of its own that it serves, and with one that a reverse proxy would take off.
  await deployGrafanas(sandbox, namespace.name, { nine: { version: '9' }, eleven: { version: '11', path: '/grafana', servesPath: true }, thirteen: { version: '13', path: '/grafana' } });
  const workbench = await openGrafanaWorkbench({ KUBECONFIG: sandbox.kubeconfig });
  t.after(() => workbench.close());
  // The clusters view connects the cluster, whose Grafanas then are in the view of Grafana.
  await execute(workbench, 'kubeprom.clusters.focus');
  await execute(workbench, 'kubeprom.grafana.focus');

  const versions = { nine: '9.5.21', eleven: '11.6.4', thirteen: '13.0.1' } as const;
  const names = Object.keys(versions) as (keyof typeof versions)[];
  for (const name of names) {
    const instance = `${namespace.name}/${name}`;
    for (const one of names) await expand(row(workbench, `${namespace.name}/${one}`), one === name);
    await row(workbench, 'Sign in to see its dashboards…').click({ timeout });
    if (name === 'nine') {
      await answer(workbench, `Sign in to Grafana ${instance}`, 'The admin of Grafana\'s chart');
      await answer(workbench, `Read the Secret of Grafana's admin in the namespace ${namespace.name} of admin?`, 'Read the Secret');
    } else await signIn(workbench, instance);
    await row(workbench, 'Nodes').click({ timeout });
    await painted(workbench, 'Nodes');
    const frame = grafanaPage(workbench);
    await frame.getByText('signed in as Admin').waitFor({ timeout });
    await frame.getByText(`a stand-in for Grafana ${versions[name]}`).waitFor();
    await frame.locator('section', { hasText: 'CPU' }).locator('polyline').waitFor({ timeout });
    if (name !== 'thirteen') {
      await execute(workbench, 'workbench.action.closeActiveEditor');
      await workbench.page.locator('iframe.webview').waitFor({ state: 'detached', timeout });
    }
  }
  await workbench.screenshot(picture('grafana-port-forward'));
  assert.deepEqual(workbench.lines().filter((line) => line.includes('glsa_')), []);

  // Another view is shown then: the page itself connects its cluster.
  await execute(workbench, 'workbench.view.explorer');
  await Promise.all([workbench.page.waitForEvent('domcontentloaded', { timeout }), run(workbench, 'workbench.action.reloadWindow')]);
  // This host keeps no secrets over a reload, as a desktop does.
  await logIn(workbench, 'Nodes');
});
