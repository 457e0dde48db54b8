import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { message, openDashboard } from './dashboardData.ts';

const panel = (id: number, type: string, over: Record<string, unknown> = {}) => ({ id, type, title: `${type} ${String(id)}`, gridPos: { x: ((id - 1) % 3) * 8, y: Math.floor((id - 1) / 3) * 7, w: 8, h: 7 }, targets: [{ refId: 'A', expr: 'up' }], ...over });
const instant = [{ refId: 'A', expr: 'up', instant: true, legendFormat: '{{job}}' }];
const unit = { defaults: { unit: 'percentunit', min: 0, max: 2, thresholds: { mode: 'absolute', steps: [{ value: null, color: 'green' }, { value: 1, color: 'red' }] }, color: { mode: 'thresholds' } }, overrides: [] };

describe('the dashboard panel', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  test('draws every kind of panel, asks each question once, and follows its controls', async (t) => {
    const opened = await openDashboard(t, browser);
    const { page } = opened;
    await page.setViewportSize({ width: 1200, height: 1500 });
    await opened.post(message({ title: 'All of it', schemaVersion: 41, time: { from: 'now-1h', to: 'now' }, templating: { list: [
      { name: 'job', type: 'query', query: 'label_values(up, job)', multi: true, includeAll: true, current: { value: ['a'] } }, { name: 'one', type: 'custom', query: 'x, y', current: { value: 'y' } }, { name: 'Filters', type: 'adhoc', filters: [{ key: 'env', operator: '=', value: 'prod' }] },
    ] }, panels: [
      panel(1, 'timeseries', { targets: [{ refId: 'A', expr: 'rate(up{job=~"$job"}[$__rate_interval])', legendFormat: '{{job}}' }] }), panel(2, 'timeseries', { targets: [{ refId: 'A', expr: 'rate(up{job=~"$job"}[$__rate_interval])' }] }),
      panel(3, 'stat', { targets: instant, fieldConfig: unit }), panel(4, 'gauge', { targets: instant, fieldConfig: unit }), panel(5, 'bargauge', { targets: instant, fieldConfig: unit }),
      panel(6, 'table', { targets: [{ refId: 'A', expr: 'up', instant: true, format: 'table' }], fieldConfig: unit }), panel(7, 'text', { targets: [], options: { mode: 'markdown', content: '# Hello $one\n\n[web](https://example.com) **bold**' } }),
      panel(8, 'piechart', { targets: instant }), panel(9, 'heatmap'), panel(10, 'state-timeline'), panel(11, 'nodeGraph'), panel(12, 'timeseries', { targets: [{ refId: 'A', expr: 'fail' }] }),
    ] }));
    const cell = (name: string) => page.getByRole('region', { name, exact: true });
    await cell('timeseries 1').locator('canvas').waitFor();
    await cell('stat 3').getByText('142%').waitFor();
    assert.match(await cell('stat 3').innerText(), /a\s+42%\s+b\s+142%/);
    assert.deepEqual(await cell('bargauge 5').getByRole('meter').evaluateAll((all) => all.map((one) => one.getAttribute('aria-valuetext'))), ['42%', '142%']);
    assert.equal(await cell('gauge 4').getByRole('meter').count(), 2);
    assert.match(await cell('table 6').innerText(), /job\s+Value\s+.*a\s+42%/s);
    await cell('text 7').getByRole('heading', { name: 'Hello y' }).waitFor();
    assert.match(await cell('piechart 8').innerText(), /a: 0.42\d* \(23 %\)/);
    assert.equal(await cell('heatmap 9').getByRole('img').count(), 1);
    assert.equal(await cell('state-timeline 10').getByRole('img').count(), 2);
    assert.match(await cell('nodeGraph 11').innerText(), /"nodeGraph" are not drawn here.*Grafana shows it/s);
    assert.match(await cell('timeseries 12').getByRole('alert').innerText(), /Prometheus says no/);
    const rates = async (): Promise<string[]> => (await opened.sent()).flatMap((one) => ((one as { expression?: string }).expression?.startsWith('rate(') === true ? [(one as { expression: string }).expression] : []));
    assert.deepEqual(await rates(), ['rate(up{env="prod", job=~"a"}[2m])'], 'two panels share a question');
    assert.equal((await opened.sent()).filter((one) => (one as { expression?: string }).expression === 'up{env="prod"}' && (one as { step?: number | null }).step === null).length, 1, 'five panels share what is now');

    // A variable, the time range, one panel alone.
    await page.locator('details[data-variable=job] summary').click();
    await page.getByRole('checkbox', { name: 'b' }).check();
    await page.waitForFunction(() => (globalThis as unknown as { sent: { expression?: string }[] }).sent.some(({ expression }) => expression === 'rate(up{env="prod", job=~"(a|b)"}[2m])'));
    const filters = page.getByRole('textbox', { name: 'Filters' });
    await filters.fill('env');
    await filters.press('Enter');
    await page.getByRole('alert').getByText('These are no matchers').waitFor();
    await filters.fill('env!="test"');
    await filters.press('Enter');
    await page.waitForFunction(() => (globalThis as unknown as { sent: { expression?: string }[] }).sent.some(({ expression }) => expression === 'rate(up{env!="test", job=~"(a|b)"}[2m])'));
    await page.locator('#range').selectOption({ label: 'Last 24 hours' });
    await page.waitForFunction(() => (globalThis as unknown as { sent: { expression?: string; start?: number; end?: number }[] }).sent.some(({ expression, start = 0, end = 0 }) => expression?.startsWith('rate(') === true && end - start > 86_000));
    await page.locator('#from').fill('nonsense');
    await page.locator('#from').press('Enter');
    await page.getByRole('alert').getByText('The time range is none').waitFor();
    await page.locator('#range').selectOption({ label: 'Last 1 hour' });
    await cell('stat 3').getByRole('button', { name: 'Full' }).press('Enter');
    await cell('timeseries 2').waitFor({ state: 'detached' });
    await cell('stat 3').getByRole('button', { name: 'Back' }).press('Escape');
    await cell('timeseries 2').waitFor();
    const state = await opened.state() as { from: string; variables: { job: string[] } };
    assert.deepEqual([state.from, state.variables.job], ['now-1h', ['a', 'b']]);

    // Text for those who do not see a chart, CSV, the place in the file.
    assert.match(await cell('timeseries 1').getByRole('application').getAttribute('aria-label') ?? '', /2 series from .* a: last/s);
    for (const name of ['CSV', 'PNG', 'JSON']) await cell('timeseries 1').getByRole('button', { name, exact: true }).press('Enter');
    const last = (await opened.sent()).filter((one) => ['save', 'reveal'].includes((one as { type: string }).type)) as { content?: string }[];
    assert.match(last[0]?.content ?? '', /^time,a,b\r\n20/);
    assert.match(last[1]?.content ?? '', /^data:image\/png;base64,/);
    assert.deepEqual(last[2], { type: 'reveal', path: ['panels', 0] });
    await cell('timeseries 1').getByRole('button', { name: 'Query' }).press('Enter');
    await cell('nodeGraph 11').getByRole('button', { name: 'Open in Grafana' }).press('Enter');
    assert.deepEqual((await opened.sent()).slice(-2), [{ type: 'runQuery', expression: 'rate(up{env!="test", job=~"(a|b)"}[2m])', title: 'timeseries 1' }, { type: 'openGrafana' }]);
    await cell('text 7').getByText('web').click();
    await page.waitForFunction(() => JSON.stringify((globalThis as unknown as { sent: unknown[] }).sent).includes('{"type":"link","url":"https://example.com"}'));
    assert.deepEqual(opened.faults, []);
  });

  test('asks only for what is seen, cancels what is not, keeps its state, and follows the file', async (t) => {
    const opened = await openDashboard(t, browser, { state: { from: 'now-3h', to: 'now', variables: {}, toggled: [] } });
    const { page } = opened;
    const far = Array.from({ length: 30 }, (_, index) => panel(index + 1, 'timeseries', { gridPos: { x: 0, y: index * 8, w: 24, h: 8 }, targets: [{ refId: 'A', expr: index === 0 ? 'never' : `m${String(index)}` }] }));
    const dashboard = { title: 'Long', time: { from: 'now-1h', to: 'now' }, panels: far };
    await opened.post(message(dashboard));
    await page.getByRole('region', { name: 'timeseries 2', exact: true }).locator('canvas').waitFor();
    const asked = (await opened.sent()).filter((one) => (one as { type: string }).type === 'query').length;
    assert.ok(asked < 8, `${String(asked)} of 30 asked`);
    assert.equal(await page.locator('#range').inputValue(), '4');
    await page.evaluate(() => { globalThis.scrollTo(0, document.body.scrollHeight); });
    await page.getByRole('region', { name: 'timeseries 30', exact: true }).locator('canvas').waitFor();
    await page.waitForFunction(() => (globalThis as unknown as { sent: { type: string }[] }).sent.some(({ type }) => type === 'cancel'));
    await opened.post(message({ ...dashboard, title: 'Renamed', panels: [{ ...far[0], title: 'New', targets: [{ expr: 'other' }] }] }));
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    await page.getByRole('region', { name: 'New' }).locator('canvas').waitFor();
    await opened.post(message(null, { fault: 'The file is no JSON: it ends too early.' }));
    await page.getByRole('alert').getByText('it ends too early').waitFor();
    await page.getByRole('region', { name: 'New' }).waitFor();
    assert.deepEqual(opened.faults, []);
  });
});
