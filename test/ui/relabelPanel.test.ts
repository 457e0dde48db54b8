/** "Try relabeling" beside the monitor whose list it tries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSample, panelOf, picture } from './samples.ts';

const payments = `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: payments
  namespace: shop
  labels:
    release: prometheus
spec:
  selector:
    matchLabels:
      app: payments
  endpoints:
    - port: web
      relabelings:
        - sourceLabels: [__meta_kubernetes_pod_node_name]
          targetLabel: node
        - sourceLabels: [__meta_kubernetes_pod_name]
          regex: (.+)-\\d+
          targetLabel: workload
        - action: labeldrop
          regex: container
        - action: drop
          sourceLabels: [workload]
          regex: canary
`;

test('a list is tried on labels, step by step, while both are edited', async (t) => {
  const workbench = await openSample(t, 'shop/payments.yaml', { 'shop/payments.yaml': payments });
  const { page } = workbench;
  await page.locator('.codelens-decoration a', { hasText: 'Try relabeling' }).click();
  const panel = panelOf(workbench, 'kubeprom-relabel');
  await panel.getByText('The target is kept.').waitFor();
  const steps = panel.locator('ol[aria-label="Steps"] > li');
  assert.equal(await steps.count(), 4);
  assert.match(await steps.nth(0).innerText(), /\+ node = node-1/);
  assert.match(await steps.nth(1).innerText(), /\+ workload = payments/);
  assert.match(await steps.nth(2).innerText(), /− container = app/);
  await workbench.screenshot(picture('relabeling'));

  // The panel follows the file.
  await workbench.evaluate(async (vscode) => {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.path.endsWith('payments.yaml'));
    if (editor === undefined) throw new Error('no editor');
    const at = editor.document.getText().indexOf('canary');
    await editor.edit((edit) => { edit.replace(new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + 'canary'.length)), 'payments'); });
  });
  await panel.getByText('The target is dropped by step 4, drop.').waitFor();
  // And the labels that are typed.
  await panel.locator('textarea').fill('__meta_kubernetes_pod_name=billing-1');
  await panel.getByText('The target is kept.').waitFor();
  await steps.nth(1).filter({ hasText: '+ workload = billing' }).waitFor();
  // A step leads to its rule.
  await panel.getByRole('button', { name: '3. labeldrop' }).click();
  await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.selection.active.line, [], (line) => line === 19);
});

for (const [name, theme] of Object.entries({ light: 'Default Light Modern', 'high-contrast': 'Default High Contrast', 'high-contrast-light': 'Default High Contrast Light' })) {
  test(`the panel can be read in the ${name} theme`, async (t) => {
    const workbench = await openSample(t, 'shop/payments.yaml', { 'shop/payments.yaml': payments }, { 'workbench.colorTheme': theme });
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Try relabeling' }).click();
    const panel = panelOf(workbench, 'kubeprom-relabel');
    await panel.getByText('The target is kept.').waitFor();
    const colours = await panel.locator('.card p.mono, .card h3, textarea, .tag, .note').evaluateAll((elements) => {
      // VS Code paints the ground behind the frames.
      const ground = document.createElement('p');
      ground.style.backgroundColor = 'var(--vscode-editor-background)';
      document.body.append(ground);
      const found = elements.map((element) => ({ text: element.textContent, colour: getComputedStyle(element).color, ground: getComputedStyle(ground).backgroundColor }));
      ground.remove();
      return found;
    });
    assert.ok(colours.length > 5);
    assert.deepEqual(colours.filter(({ colour, ground }) => contrast(colour, ground) < 4.5), []);
    await workbench.screenshot(picture(`relabeling-${name}`));
  });
}

/** Of two colours such as `rgb(255, 255, 255)`: WCAG's contrast ratio, from 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const value = Number(part) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
