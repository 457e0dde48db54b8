/** What an author of rules is told while typing: completion, hover, signature help. The pictures are those of the documentation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offered, rulesFile, run, shownBy, textOf, write } from './editing.ts';
import { openSample, picture } from './samples.ts';

const file = 'shop/orders.yaml';
const alert = (expr: string, summary = 'Orders fail.'): string => rulesFile(`- alert: OrdersFail\n  expr: ${expr}\n  for: 10m\n  labels:\n    severity: warning\n  annotations:\n    summary: ${summary}`);

test('an author is told at the cursor what can be written and what is written', async (t) => {
  const workbench = await openSample(t, 'shop/rules.yaml');
  const { page } = workbench;
  await run(workbench, 'workbench.action.closeSidebar');
  const hide = (): Promise<void> => run(workbench, 'hideSuggestWidget');

  await t.test('completion inside unfinished expressions', async () => {
    await write(workbench, file, alert('up{¦'));
    assert.deepEqual((await offered(workbench, 'job')).slice(0, 2), ['job', 'instance']);
    await workbench.screenshot(picture('completion-selector'));
    await hide();
    await write(workbench, file, alert('sum(up) ¦'));
    assert.deepEqual((await offered(workbench, 'without')).slice(0, 4), ['by', 'without', '==', '>']);
    await workbench.screenshot(picture('completion-operators'));
    await hide();
    await write(workbench, file, alert('rate(http_requests_total[5m] ¦'));
    assert.deepEqual(await offered(workbench, 'offset'), ['offset', '@']);
    await hide();
    await write(workbench, file, alert('rate(http_requests_total[¦'));
    assert.equal((await offered(workbench, '5m'))[0], '5m');
    await hide();
  });

  await t.test('completion of functions with their documentation, and of recorded metrics', async () => {
    await write(workbench, file, alert('histogram_qu¦'));
    await offered(workbench, 'histogram_quantile');
    await run(workbench, 'toggleSuggestionDetails');
    await page.locator('.suggest-details').getByText('Estimates a quantile').waitFor();
    await workbench.screenshot(picture('completion-function'));
    await run(workbench, 'toggleSuggestionDetails');
    await run(workbench, 'acceptSelectedSuggestion');
    assert.ok((await textOf(workbench)).includes('expr: histogram_quantile()\n'));
    await write(workbench, file, alert('job:http¦'));
    assert.deepEqual(await offered(workbench, 'job:http'), ['job:http_requests:rate5m']);
    await hide();
    await write(workbench, file, alert('sum by (¦) (rate(container_cpu_usage_seconds_total[5m]))'));
    assert.ok((await offered(workbench, 'container')).includes('namespace'));
    await hide();
  });

  await t.test('completion in templates: the labels that the expression gives, and no other', async () => {
    await write(workbench, file, alert('sum by (job, code) (rate(http_requests_total[5m])) > 1', '{{ $labels.¦ }}'));
    assert.deepEqual(await offered(workbench, 'code'), ['job', 'code']);
    await workbench.screenshot(picture('completion-template'));
    await hide();
    await write(workbench, file, alert('up == 0', '{{ $value | humanizeP¦ }}'));
    assert.equal((await offered(workbench, 'humanizePercentage'))[0], 'humanizePercentage');
    await hide();
  });

  await t.test('skeletons of rules and objects', async () => {
    await write(workbench, file, rulesFile('- ¦'));
    assert.deepEqual((await offered(workbench, 'alerting rule')).slice(0, 2), ['alerting rule', 'recording rule']);
    await workbench.screenshot(picture('completion-rule'));
    await run(workbench, 'acceptSelectedSuggestion');
    assert.match(await textOf(workbench), / {8}- alert: .*\n {10}expr: /);
    await write(workbench, 'shop/new.yaml', '¦');
    assert.ok((await offered(workbench, 'PrometheusRule')).includes('ServiceMonitor'));
    await hide();
  });

  await t.test('hover', async () => {
    const ratio = 'sum by (job) (rate(orders_failed_total[5m])) / sum by (job) (rate(orders_total[5m])) > 0.05';
    const text = alert(ratio, '"{{ $labels.job }} loses {{ $value | humanizePercentage }} of its orders."');
    const hover = async (marked: string, words: RegExp): Promise<void> => {
      await write(workbench, file, marked);
      await run(workbench, 'editor.action.hideHover');
      await shownBy(workbench, 'editor.action.showHover', page.locator('.monaco-resizable-hover .monaco-hover').filter({ hasText: words }));
    };
    await hover(text.replace('for:', 'f¦or:'), /a duration such as 30s[^]*considered firing/);
    await hover(text.replace('(rate', '(r¦ate'), /Gives the increase per second of each counter[^]*The increase per second of orders_failed_total over 5 minutes/);
    await workbench.screenshot(picture('hover-function'));
    await hover(text.replace('expr', 'e¦xpr'), /divided by[^]*Labels: job/);
    await workbench.screenshot(picture('hover-expression'));
    await hover(text.replace('loses', 'l¦oses'), /example\sloses\s42%\sof\sits\sorders/);
    await workbench.screenshot(picture('hover-annotation'));
    await hover(text.replace('summary', 'sum¦mary'), /example\sloses\s42%\sof\sits\sorders/);
    await run(workbench, 'editor.action.hideHover');
  });

  await t.test('signature help', async () => {
    await write(workbench, file, alert('histogram_quantile(0.99, ¦)'));
    const hints = page.locator('.parameter-hints-widget.visible');
    await shownBy(workbench, 'editor.action.triggerParameterHints', hints.getByText('Estimates a quantile'));
    assert.equal(await hints.locator('.parameter.active').innerText(), 'v: instant vector');
    await workbench.screenshot(picture('signature-help'));
  });
});
