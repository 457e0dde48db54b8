/** Grafana 9, 11 and 13, as the stand-in plays them, at addresses with TLS, in a real VS Code: pages in panels, live, and dashboards as files. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Agent, fetch } from 'undici';
import { answer, execute, grafanaPage, listens, logIn, notice, openGrafanaWorkbench, painted, panelPolicy, row, run, shownHeaders, signIn, timeout } from '../cluster/grafanaView.ts';
import { asked } from '../host/questions.ts';
import { expand } from '../host/trees.ts';
import { GrafanaProcess, grafanaTokens } from '../sandbox/grafanaStandIn.ts';
import { sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { picture } from './samples.ts';

describe('Grafana at addresses with TLS', { skip: sandboxUnavailable() ?? false, timeout: 900_000 }, () => {
  let workbench: Awaited<ReturnType<typeof openGrafanaWorkbench>>;
  const grafanas: GrafanaProcess[] = [];
  const nameOf = (grafana: GrafanaProcess | undefined) => (grafana?.url ?? '').replace('https://', '');

  before(async () => {
    for (const options of [{ version: '9' }, { version: '11', path: '/grafana', servesPath: true }, { version: '13' }, { version: '11', signIn: 'oauth' }] as const) grafanas.push(await GrafanaProcess.start(options));
    workbench = await openGrafanaWorkbench();
    await workbench.evaluate(async (vscode, urls, file) => {
      await vscode.workspace.getConfiguration().update('kubeprom.grafana.certificateAuthorityFile', file, true);
      await vscode.workspace.getConfiguration().update('kubeprom.grafana.addresses', urls, true);
      await vscode.commands.executeCommand('kubeprom.grafana.focus');
    }, grafanas.map(({ url }) => url), grafanas[0]?.authorityFile ?? '');
  });
  after(async () => {
    await workbench.close();
    for (const grafana of grafanas) await grafana[Symbol.asyncDispose]();
  });

  /** Shows the rows of one Grafana, and of no other. */
  async function expandOnly(grafana: GrafanaProcess | undefined): Promise<void> {
    for (const one of grafanas) if (one !== grafana) await expand(row(workbench, nameOf(one)), false);
    await expand(row(workbench, nameOf(grafana)), true);
  }

  for (const [index, version] of ['9.5.21', '11.6.4', '13.0.1'].entries()) {
    test(`${version}: signed in, a dashboard is one click from the tree, painted, and live`, async () => {
      await expandOnly(grafanas[index]);
      await row(workbench, 'Sign in to see its dashboards…').click({ timeout });
      await signIn(workbench, nameOf(grafanas[index]));
      await row(workbench, 'Nodes').click({ timeout });
      await painted(workbench, 'Nodes');
      const frame = grafanaPage(workbench);
      await frame.getByText('signed in as Admin').waitFor({ timeout });
      await frame.getByText(`a stand-in for Grafana ${version}, theme dark`).waitFor();
      await frame.locator('section', { hasText: 'Memory' }).locator('polyline').waitFor({ timeout });
      if (index === 2) await workbench.screenshot(picture('grafana'));

      // The panel's own policy allows this one frame; its listener ends with it.
      const address = new URL(workbench.page.frames().find((one) => /^http:\/\/\d+\.localhost:/.test(one.url()))?.url() ?? 'none:');
      const port = Number(address.hostname.split('.')[0]);
      assert.match(await panelPolicy(workbench), new RegExp(`^default-src 'none'; script-src 'nonce-\\w+'; frame-src ${address.origin.replaceAll('.', '\\.')};$`));
      assert.equal(await listens(port), true);
      await execute(workbench, 'workbench.action.closeActiveEditor');
      await until('the end of the listener', 120, async () => (await listens(port) ? undefined : true));
    });
  }

  test('side by side, in the theme of VS Code, with time range and variables', async () => {
    const options = { from: 'now-3h', to: 'now-1h', variables: { namespace: 'shop' } };
    // A group of editors that is empty goes away.
    await workbench.evaluate((vscode, path) => vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false }), join(workbench.workspace, 'shop/rules.yaml'));
    await execute(workbench, 'kubeprom.grafana.openDashboard', { instance: grafanas[0]?.url, uid: 'nodes' }, options);
    await painted(workbench, 'Nodes');
    assert.equal(await grafanaPage(workbench).locator('#range').innerText(), 'now-3h to now-1h, namespace=shop');
    await execute(workbench, 'workbench.action.moveEditorToNextGroup');
    await execute(workbench, 'workbench.action.focusFirstEditorGroup');
    await execute(workbench, 'kubeprom.grafana.openDashboard', { instance: grafanas[1]?.url, uid: 'demo' });
    await workbench.evaluate((vscode) => vscode.workspace.getConfiguration().update('workbench.colorTheme', 'Default Light Modern', true));
    const headers = await until('two pages in the light theme', timeout / 1000, async () => {
      const all = (await shownHeaders(workbench)).toSorted();
      if (all.length === 2 && all.every((header) => /theme light/.test(header) && /message \d/.test(header))) return all;
      throw new Error(`they are ${all.join(' and ')}`);
    });
    assert.match(headers[0] ?? '', /^Demo application\s+a stand-in for Grafana 11/);
    assert.match(headers[1] ?? '', /^Nodes\s+a stand-in for Grafana 9.*now-3h to now-1h, namespace=shop/s);
    await workbench.screenshot(picture('grafana-side-by-side'));
    await workbench.evaluate(async (vscode) => {
      await vscode.workspace.getConfiguration().update('workbench.colorTheme', 'Default Dark Modern', true);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });

  test('a query is opened in Explore, and the panel that shows a selected expression', async () => {
    await run(workbench, 'kubeprom.grafana.explore', 'sum(up) by (job)');
    await answer(workbench, 'Explore the query in which Grafana?', nameOf(grafanas[2]));
    await grafanaPage(workbench).locator('#query', { hasText: 'sum(up)' }).waitFor({ timeout });
    await execute(workbench, 'workbench.action.closeActiveEditor');
    const file = join(workbench.workspace, 'temperature.promql');
    writeFileSync(file, 'cpu_temperature_celsius > 80\n');
    await workbench.evaluate((vscode, path) => vscode.window.showTextDocument(vscode.Uri.file(path), { selection: new vscode.Range(0, 0, 1, 0) }), file);
    await run(workbench, 'kubeprom.grafana.openAlertPanel');
    await answer(workbench, 'A panel of which Grafana?', nameOf(grafanas[2]));
    await painted(workbench, 'Demo application');
    assert.deepEqual(await grafanaPage(workbench).locator('section h2').allInnerTexts(), ['Temperature']);
    await execute(workbench, 'workbench.action.closeAllEditors');
  });

  test('whose login is an identity provider\'s is opened in the browser instead, and the panel says why', async () => {
    const { url } = grafanas[3] ?? { url: '' };
    // Its address as this browser reaches it: by the name of its port.
    const inBrowser = workbench.page.context().waitForEvent('request', { predicate: (request) => new URL(request.url()).hostname === `${new URL(url).port}.localhost`, timeout });
    await run(workbench, 'kubeprom.grafana.open', { instance: url });
    const said = await notice(workbench).filter({ hasText: 'signs in at' }).innerText({ timeout });
    assert.match(said, /signs in at sso\.example\.com, and such a page refuses to be shown in a frame\. It was opened in the browser instead\./);
    assert.equal(new URL((await inBrowser).url()).pathname, '/');
    await workbench.screenshot(picture('grafana-sign-in-elsewhere'));
    await execute(workbench, 'workbench.action.closeAllEditors');
  });

  test('a dashboard is pulled, edited and saved; what somebody else has saved meanwhile is shown, and never overwritten', async () => {
    const [, eleven] = grafanas;
    assert.ok(eleven !== undefined);
    const dispatcher = new Agent({ connect: { ca: eleven.authority } });
    const ask = async (path: string, body?: object): Promise<Record<string, Record<string, unknown>>> => {
      const response = await fetch(`${eleven.url}${path}`, { dispatcher, method: body === undefined ? 'GET' : 'POST', headers: { 'authorization': `Bearer ${grafanaTokens.editor}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      return await response.json() as Record<string, Record<string, unknown>>;
    };
    const there = async () => (await ask('/api/dashboards/uid/nodes'))['dashboard'] ?? {};
    const file = join(workbench.workspace, 'nodes.dashboard.json');
    const edit = (from: string, to: string) => workbench.evaluate(async (vscode, before, now) => {
      const document = vscode.workspace.textDocuments.find(({ fileName, uri }) => uri.scheme === 'file' && fileName.endsWith('nodes.dashboard.json'));
      const at = document?.getText().indexOf(before) ?? -1;
      if (document === undefined || at < 0) throw new Error(`${before} is not there`);
      const change = new vscode.WorkspaceEdit();
      change.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + before.length)), now);
      await vscode.workspace.applyEdit(change);
      await vscode.window.showTextDocument(document);
    }, from, to);
    const save = async () => {
      await run(workbench, 'kubeprom.grafana.saveDashboard');
      await answer(workbench, 'Save to which Grafana?', nameOf(eleven));
    };
    const difference = workbench.page.locator('.monaco-diff-editor');

    await run(workbench, 'kubeprom.grafana.pullDashboard', { instance: eleven.url, uid: 'nodes' }, { path: 'nodes.dashboard.json' });
    await answer(workbench, 'In which form?', 'The JSON model');
    await workbench.page.locator('.tab.active', { hasText: 'nodes.dashboard.json' }).waitFor({ timeout });
    assert.ok(existsSync(file));

    await execute(workbench, 'workbench.action.closeSidebar');
    // The schema of dashboards says what is wrong, in the words of VS Code's own JSON.
    await edit('"schemaVersion": 39', '"schemaVersion": "39"');
    await workbench.waitFor((vscode, path) => vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(({ message }) => message), [file], (messages) => messages.includes('Incorrect type. Expected "integer".'), timeout);
    await edit('"schemaVersion": "39"', '"schemaVersion": 39');
    await edit('"title": "Memory"', '"title": "Memory of the node"');
    await save();
    await answer(workbench, 'Save “Nodes” to Grafana', 'Leave Grafana as it is');
    await difference.waitFor({ state: 'detached', timeout });
    assert.equal((await there())['version'], 1, 'nothing is saved before it was shown and answered');

    // Somebody else is faster.
    await ask('/api/dashboards/db', { dashboard: { ...await there(), tags: ['theirs'] }, overwrite: false });
    await save();
    await asked(workbench, 'Nothing was saved: “Nodes” is at version 2 in Grafana, and the file was made from 1');
    await workbench.waitFor((vscode) => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'kubeprom-grafana')?.getText() ?? '', [], (text) => text.includes('"theirs"') && text.includes('"version": 2') && !text.includes('of the node'), timeout);
    await difference.locator('.modified', { hasText: 'Memory of the node' }).waitFor({ timeout });
    await execute(workbench, 'workbench.action.compareEditor.nextChange');
    await difference.locator('.original', { hasText: '"theirs"' }).waitFor({ timeout });
    await workbench.screenshot(picture('grafana-conflict'));
    assert.deepEqual([(await there())['version'], (await there())['tags']], [2, ['theirs']], 'theirs is there still');
    await answer(workbench, 'Nothing was saved', 'Bring both together');

    // Both are brought together in the file; it counts as the version that Grafana has.
    await edit('"kubernetes"', '"theirs"');
    await save();
    await answer(workbench, 'Nothing was saved', 'The file has both');
    await until('the version of the file', 120, () => Promise.resolve(readFileSync(file, 'utf8').includes('"version": 2') ? true : undefined));
    await difference.waitFor({ state: 'detached', timeout });
    await save();
    await answer(workbench, 'Save “Nodes” to Grafana', 'Save “Nodes”');
    await until('the saved dashboard', 120, async () => ((await there())['version'] === 3 ? true : undefined));
    const saved = await there();
    assert.deepEqual([saved['tags'], (saved['panels'] as { title: string }[]).map(({ title }) => title)], [['theirs'], ['CPU', 'Memory of the node']]);
    await until('the version of the file', 120, () => Promise.resolve(readFileSync(file, 'utf8').includes('"version": 3') ? true : undefined));
    await difference.waitFor({ state: 'detached', timeout });
    await dispatcher.close();
    await execute(workbench, 'workbench.action.closeAllEditors');
  });

  test('without its credentials Grafana\'s own login works in the panel, whose page is there again after a reload; no token is in a log', async () => {
    const [, eleven] = grafanas;
    await execute(workbench, 'kubeprom.grafana.signOut', { instance: eleven?.url });
    await execute(workbench, 'kubeprom.grafana.focus');
    await expandOnly(eleven);
    await row(workbench, 'Sign in to see its dashboards…').waitFor({ timeout });
    await execute(workbench, 'kubeprom.grafana.openDashboard', { instance: eleven?.url, uid: 'demo' });
    await logIn(workbench, 'Nodes');
    await execute(workbench, 'kubeprom.grafana.openDashboard', { instance: grafanas[2]?.url, uid: 'demo' }, { from: 'now-2h' });
    await painted(workbench, 'Demo application');
    assert.deepEqual(workbench.lines().filter((line) => line.includes('glsa_')), []);

    await Promise.all([workbench.page.waitForEvent('domcontentloaded', { timeout }), run(workbench, 'workbench.action.reloadWindow')]);
    // This host keeps no secrets over a reload, as a desktop does: the page asks for them, and comes back where it was.
    await grafanaPage(workbench).getByRole('button', { name: 'Log in' }).waitFor({ timeout });
    await expandOnly(grafanas[2]);
    await row(workbench, 'Sign in to see its dashboards…').click({ timeout });
    await signIn(workbench, nameOf(grafanas[2]));
    await painted(workbench, 'Demo application');
    assert.match(await grafanaPage(workbench).locator('#range').innerText(), /^now-2h to/);
    await workbench.screenshot(picture('grafana-after-reload'));
  });
});
