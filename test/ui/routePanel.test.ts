/** "Who gets this alert?" beside the rule, and which alerts end at an AlertmanagerConfig. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSample, panelOf, picture } from './samples.ts';

const rules = `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: checkout
  namespace: shop
  labels:
    release: prometheus
spec:
  groups:
    - name: checkout
      rules:
        - alert: CheckoutDown
          expr: sum by (namespace, job) (up{job="checkout"}) == 0
          for: 5m
          labels:
            severity: critical
        - alert: NothingWorks
          expr: sum by (job) (up) == 0
          labels:
            severity: critical
`;
const alertmanager = `apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata:
  name: main
  namespace: monitoring
spec:
  alertmanagerConfigSelector: {}
  alertmanagerConfigNamespaceSelector: {}
---
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: team
  namespace: shop
spec:
  route:
    receiver: chat
    groupBy: [job]
    routes:
      - receiver: pager
        matchers:
          - {name: severity, value: critical}
        groupWait: 10s
  receivers:
    - name: chat
      webhookConfigs: [{url: 'http://chat.shop/hook'}]
    - name: pager
      webhookConfigs: [{url: 'http://pager.shop/hook'}]
`;

test('an alert is followed to its receiver, and from an AlertmanagerConfig back to the alerts', async (t) => {
  const workbench = await openSample(t, 'shop/down.yaml', { 'shop/down.yaml': rules, 'shop/routing.yaml': alertmanager });
  const { page } = workbench;
  const lens = page.locator('.codelens-decoration a', { hasText: 'Who gets this alert?' });
  await lens.nth(1).waitFor();
  await lens.first().click();
  const panel = panelOf(workbench, 'kubeprom-route');
  await panel.getByRole('heading', { name: 'CheckoutDown' }).waitFor();
  const stop = panel.locator('ol[aria-label="Receivers"] > li');
  await stop.waitFor();
  const text = await stop.innerText();
  for (const part of ['shop/team/pager', 'by job', 'after 10s', 'namespace="shop"', 'severity="critical"']) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.match(await panel.locator('textarea').inputValue(), /prometheus=shop\/shop/);
  await workbench.screenshot(picture('who-gets-this-alert'));

  await panel.locator('textarea').fill('alertname=CheckoutDown\nnamespace=shop\nseverity=warning');
  await panel.getByRole('button', { name: 'shop/team/chat' }).waitFor();
  await panel.getByRole('button', { name: 'Copy as Text' }).click();
  // The clipboard of a test browser may be closed to the page; the status says that the text was put there.
  await panel.getByRole('button', { name: 'shop/team/chat' }).click();
  await workbench.waitFor((vscode) => vscode.window.activeTextEditor?.document.uri.path.split('/').at(-1), [], (name) => name === 'routing.yaml');
});

test('an alert whose expression drops the namespace is warned of', async (t) => {
  const workbench = await openSample(t, 'shop/down.yaml', { 'shop/down.yaml': rules, 'shop/routing.yaml': alertmanager });
  await workbench.page.locator('.codelens-decoration a', { hasText: 'Who gets this alert?' }).nth(1).click();
  const panel = panelOf(workbench, 'kubeprom-route');
  await panel.getByText('it never arrives there').waitFor();
});

test('an AlertmanagerConfig lists the alerts that end there', async (t) => {
  const workbench = await openSample(t, 'shop/routing.yaml', { 'shop/down.yaml': rules, 'shop/routing.yaml': alertmanager });
  await workbench.page.locator('.codelens-decoration a', { hasText: 'Which alerts end here?' }).click();
  const panel = panelOf(workbench, 'kubeprom-route');
  await panel.getByRole('button', { name: 'CheckoutDown' }).waitFor();
  await panel.getByText('Alertmanager monitoring/main → shop/team/pager').first().waitFor();
  assert.equal(await panel.getByRole('button', { name: 'NothingWorks' }).count(), 0);
});
