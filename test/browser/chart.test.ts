import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { panelPage } from '../../src/extension/panelPage.ts';
import type { TimeChart } from '../../src/webviews/chart/timeChart.ts';
import { launchChromium } from '../host/chromium.ts';
import { serve } from '../host/staticServer.ts';
import { projectFolder } from '../host/workbench.ts';

const themes = {
  'vscode-light': { 'editor-background': '#ffffff', foreground: '#3b3b3b', 'charts-blue': '#1a85ff', 'charts-orange': '#d18616' },
  'vscode-dark': { 'editor-background': '#1f1f1f', foreground: '#cccccc', 'charts-blue': '#3794ff', 'charts-orange': '#d18616' },
  'vscode-high-contrast': { 'editor-background': '#000000', foreground: '#ffffff', contrastBorder: '#6fc3df' },
  'vscode-high-contrast-light': { 'editor-background': '#ffffff', foreground: '#292929', contrastBorder: '#0f4a85' },
} as const;

describe('the chart', () => {
  let browser: Browser;
  let script = '';
  before(async () => {
    browser = await launchChromium();
    const { outputFiles } = await build({ absWorkingDir: projectFolder, entryPoints: ['test/browser/chartPage.ts'], bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2023', loader: { '.css': 'text' } });
    script = outputFiles[0]?.text ?? '';
  });
  after(() => browser.close());

  /** The element in a page with the policy of panels. Every request of the page but for its own two is a fault, as is every script that ran. */
  async function openChart(t: TestContext, theme: keyof typeof themes = 'vscode-dark'): Promise<{ page: Page; faults: string[] }> {
    const server = await serve((path) => (path === '/' ? { text: panelPage({ script: '/chart.js', nonce: 'test', page: 'chart', subject: '' }) } : path === '/chart.js' ? { text: script } : undefined));
    t.after(() => server.close());
    const page = await browser.newPage({ viewport: { width: 900, height: 620 } });
    t.after(() => page.close());
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
    page.on('request', (request) => { if (!['/', '/chart.js'].includes(new URL(request.url()).pathname)) faults.push(`request: ${request.url()}`); });
    page.on('dialog', (dialog) => { faults.push('dialog'); void dialog.dismiss(); });
    await page.goto(server.origin);
    await page.evaluate(([name, colors]) => {
      document.body.classList.add(name);
      for (const [variable, color] of Object.entries(colors)) document.documentElement.style.setProperty(`--vscode-${variable}`, color);
      document.body.style.background = 'var(--vscode-editor-background)';
    }, [theme, themes[theme]] as const);
    await page.locator('kubeprom-chart').waitFor();
    return { page, faults };
  }

  /** Two hours in steps of 15 s: a wave, a line with a gap, and a peak of one point. */
  async function fill(page: Page, names: readonly string[] = ['wave', 'with a gap', 'peak'], extra: Partial<TimeChart['options']> = {}): Promise<void> {
    await page.evaluate(([titles, more]) => {
      const times = Float64Array.from({ length: 481 }, (_, index) => 1_700_000_000 + index * 15);
      const shapes: ((index: number) => number | null)[] = [(index) => 50 + 40 * Math.sin(index / 30), (index) => (index > 200 && index < 260 ? null : index / 6), (index) => (index === 333 ? 120 : 5)];
      const chart = document.querySelector('kubeprom-chart') as TimeChart;
      chart.data = { times, series: titles.map((name, place) => ({ name, values: Array.from({ length: 481 }, (_, index) => shapes[place % 3]?.(index) ?? null) })) };
      chart.options = { title: 'Load', zone: 'utc', thresholds: [{ value: 100, label: 'CPU > 100', shade: 'above' }], ...more };
    }, [names, extra] as const);
    await page.locator('canvas').waitFor();
  }

  /** How many pixels of the plot have about this colour. */
  const pixels = (page: Page, red: number, green: number, blue: number): Promise<number> => page.evaluate(([r, g, b]) => {
    const canvas = document.querySelector('kubeprom-chart')?.shadowRoot?.querySelector('canvas');
    const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (Math.abs((data[at] ?? 0) - r) < 12 && Math.abs((data[at + 1] ?? 0) - g) < 12 && Math.abs((data[at + 2] ?? 0) - b) < 12 && (data[at + 3] ?? 0) > 200) count++;
    return count;
  }, [red, green, blue] as const);

  test('draws lines in the theme\'s colours with a legend of numbers, isolates one, zooms by dragging and comes back', async (t) => {
    const { page, faults } = await openChart(t);
    await fill(page);
    const row = (name: string) => page.locator('tbody tr').filter({ hasText: name });
    assert.deepEqual((await row('peak').locator('td').allInnerTexts()).slice(2), ['5', '5', '120', '5.239'], 'last, min, max, mean');
    assert.ok(await pixels(page, 0x37, 0x94, 0xff) > 300, 'the first line in charts-blue');
    assert.ok(await pixels(page, 0xd1, 0x86, 0x16) > 200, 'the second in charts-orange');

    await page.getByRole('button', { name: 'wave' }).click();
    assert.equal(await pixels(page, 0xd1, 0x86, 0x16), 0, 'isolated');
    assert.equal(await page.getByRole('button', { name: 'peak' }).getAttribute('aria-pressed'), 'false');
    await page.getByRole('button', { name: 'wave' }).click();
    assert.ok(await pixels(page, 0xd1, 0x86, 0x16) > 200, 'all again');
    await page.getByRole('button', { name: 'wave' }).click({ modifiers: ['Control'] });
    assert.equal(await pixels(page, 0x37, 0x94, 0xff), 0, 'hidden');
    await page.getByRole('button', { name: 'wave' }).click({ modifiers: ['Control'] });

    await page.evaluate(() => { addEventListener('zoom', (event) => { Object.assign(globalThis, { zoomed: (event as CustomEvent<unknown>).detail }); }); });
    const box = await page.locator('.u-over').boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width / 4, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const zoomed = await page.evaluate(() => (globalThis as unknown as { zoomed: { from: number; to: number } }).zoomed);
    assert.ok(Math.abs(zoomed.from - 1_700_001_800) < 30 && Math.abs(zoomed.to - 1_700_003_600) < 30, JSON.stringify(zoomed));
    assert.deepEqual((await row('peak').locator('td').allInnerTexts()).slice(2), ['5', '5', '5', '5'], 'numbers of what is in view');
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await row('wave').locator('.at').filter({ hasText: /\d/ }).waitFor();
    await page.mouse.dblclick(box.x + 20, box.y + 20);
    assert.equal(await page.evaluate(() => (globalThis as unknown as { zoomed: unknown }).zoomed), null);
    await row('peak').getByText('120').waitFor();
    assert.deepEqual(faults, []);
  });

  test('says what it shows: a summary, the values at the cross-hair by keyboard, a table, CSV and a picture', async (t) => {
    const { page, faults } = await openChart(t);
    await fill(page);
    const plot = page.getByRole('application');
    assert.match(await plot.getAttribute('aria-label') ?? '', /^Load\. 3 series from 2023-11-14 22:13:20 to 2023-11-15 00:13:20\. wave: last \d+\.\d+, from 10(\.\d+)? to 90\. with a gap: last 80, from 0 to 80\. peak: /);
    await plot.focus();
    await plot.press('ArrowRight');
    await plot.press('ArrowRight');
    await page.locator('#live', { hasText: /^2023-11-14 22:13:35: wave 51\.33, with a gap 166\.7m, peak 5$/ }).waitFor({ state: 'attached' });
    await plot.press('+');
    await page.getByRole('button', { name: 'Reset zoom' }).waitFor({ state: 'attached' });
    await plot.press('Escape');
    await page.getByRole('button', { name: 'As table' }).click();
    const values = page.getByRole('region', { name: 'Values' });
    assert.equal(await values.locator('tbody tr').count(), 481);
    assert.deepEqual(await values.locator('tbody tr').nth(333).locator('td').allInnerTexts(), ['2023-11-14 23:36:35', '10.22', '55.5', '120']);
    await page.getByRole('button', { name: 'As graph' }).click();
    const { csv, png } = await page.evaluate(() => {
      const chart = document.querySelector('kubeprom-chart') as TimeChart;
      return { csv: chart.csv(), png: chart.png() };
    });
    assert.match(csv, /^time,wave,with a gap,peak\r\n2023-11-14T22:13:20\.000Z,50,0,5\r\n/);
    assert.match(png, /^data:image\/png;base64,.{1000}/);
    assert.deepEqual(faults, []);
  });

  test('charts of one key share a cross-hair', async (t) => {
    const { page, faults } = await openChart(t);
    await fill(page, ['wave'], { sync: 'dashboard', height: 120 });
    await page.evaluate(() => {
      const first = document.querySelector('kubeprom-chart') as TimeChart;
      const second = document.createElement('kubeprom-chart') as TimeChart;
      second.id = 'second';
      second.data = first.data;
      second.options = first.options;
      document.body.append(second);
    });
    const box = await page.locator('kubeprom-chart').first().locator('.u-over').boundingBox();
    assert.ok(box !== null);
    await page.locator('#second canvas').waitFor();
    await page.mouse.move(box.x + 100, box.y + 40);
    await page.mouse.move(box.x + 200, box.y + 40);
    await page.locator('#second .at').filter({ hasText: /\d/ }).waitFor();
    assert.deepEqual(faults, []);
  });

  for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
    test(`in ${theme}, names from a cluster are letters and nothing else`, async (t) => {
      const { page, faults } = await openChart(t, theme);
      const hostile = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '{__proto__="a",pod="</td><iframe src=javascript:alert(1)>"}', 'javascript:alert(1)', '${alert(1)}', '\u202eevil\u0000'];
      await fill(page, hostile, { title: '<svg onload=alert(1)>', thresholds: [{ value: 3, label: '<b>x</b>', color: 'url(//evil/x.png)' }], annotations: [{ from: 1_700_000_900, to: 1_700_001_500, title: '<a href=//evil>' }] });
      await page.getByRole('button', { name: hostile[0] ?? '' }).waitFor();
      await page.getByRole('button', { name: 'As table' }).click();
      await page.getByRole('columnheader', { name: hostile[0] ?? '' }).waitFor();
      await page.getByRole('button', { name: 'As graph' }).click();
      assert.equal(await page.evaluate(() => document.querySelector('kubeprom-chart')?.shadowRoot?.querySelectorAll('img, script, iframe, a, b').length), 0);
      assert.deepEqual(faults, []);
    });
  }

  test('in high contrast no two lines differ by their colour alone', async (t) => {
    const { page } = await openChart(t, 'vscode-high-contrast');
    await fill(page);
    const patterns = await page.locator('svg.swatch line').evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke-dasharray')));
    assert.equal(new Set(patterns).size, 3, patterns.join(' | '));
  });

  test('follows the theme when it changes', async (t) => {
    const { page, faults } = await openChart(t);
    await fill(page);
    await page.evaluate(() => { document.documentElement.style.setProperty('--vscode-charts-blue', '#ff00ff'); });
    await page.locator('svg.swatch line[stroke="#ff00ff"]').waitFor({ state: 'attached' });
    assert.ok(await pixels(page, 0xff, 0, 0xff) > 300);
    assert.deepEqual(faults, []);
  });

  test('a value alone between gaps, or the only one, is a dot', async (t) => {
    const { page, faults } = await openChart(t);
    const show = (values: readonly (number | null)[]): Promise<void> => page.evaluate(async (own) => {
      const chart = document.querySelector<TimeChart>('kubeprom-chart');
      if (chart === null) throw new Error('no chart');
      Object.assign(chart, { data: { times: Float64Array.from(own, (_, index) => 1_700_000_000 + index * 15), series: [{ name: 'one', values: own, color: '#ff00ff' }] }, options: { legend: 'none', range: { from: 1_700_000_000, to: 1_700_000_000 + 3600 } } });
      await chart.updateComplete;
      await new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); });
    }, values);
    await show([null, ...Array.from({ length: 100 }, () => null), 5, null, null]);
    assert.ok(await pixels(page, 0xff, 0, 0xff) > 5, 'between gaps');
    await show([5]);
    assert.ok(await pixels(page, 0xff, 0, 0xff) > 5, 'the only one');
    assert.deepEqual(faults, []);
  });
});
