/** "Create ServiceMonitor for this Service", from the light bulb and from the palette. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cursorAt, openSample, picture } from './samples.ts';

const metrics = `apiVersion: v1
kind: Service
metadata:
  name: sample-metrics
  namespace: shop
  labels:
    app: sample-metrics
spec:
  selector:
    app: sample-metrics
  ports:
    - name: web
      port: 8080
`;

test('a ServiceMonitor with the labels that Prometheus asks for, from the palette', async (t) => {
  const workbench = await openSample(t, 'shop/metrics.yaml', { 'shop/metrics.yaml': metrics });
  const { page } = workbench;
  // Once the server has the folder's files: its Prometheus asks for a label.
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.server.restart'); });
  await workbench.waitFor(async (vscode) => {
    await vscode.commands.executeCommand('kubeprom.server.copyStatusReport');
    return vscode.env.clipboard.readText();
  }, [], (status) => status.includes('"files": 4'));
  await cursorAt(workbench, 'sample-metrics');
  await workbench.evaluate((vscode) => { void vscode.commands.executeCommand('kubeprom.create.serviceMonitor'); });
  const choice = page.locator('.quick-input-list .monaco-list-row', { hasText: 'In this file' });
  await choice.click();
  const text = await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '', [], (shown) => shown.includes('ServiceMonitor'));
  assert.match(text, /kind: ServiceMonitor\nmetadata:\n {2}name: sample-metrics\n {2}namespace: shop\n {2}labels:\n {4}release: prometheus\nspec:/);
  await page.locator('.view-line', { hasText: 'kind: ServiceMonitor' }).waitFor();
  await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.selection.active.line, [], (line) => line === 14);
  assert.deepEqual(await workbench.evaluate((vscode) => vscode.languages.getDiagnostics(vscode.window.activeTextEditor?.document.uri ?? vscode.Uri.parse('untitled:a')).map(({ message }) => message)), []);
  await workbench.screenshot(picture('create'));
});
