import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { message, openDashboard } from './dashboardData.ts';

const attempts = [
  '<script>globalThis.owned = 1; fetch("/owned")</script>', '<img src="/owned" onerror="globalThis.owned = 1">', '<svg onload="globalThis.owned = 1"><image href="/owned"></image></svg>', '<iframe srcdoc="<script>parent.owned = 1</script>"></iframe>',
  '[click](javascript:globalThis.owned=1)', '![x](/owned)', '<a href="javascript:globalThis.owned=1">x</a>', '<style>@import "/owned"; * { background: url(/owned) }</style>', '<link rel="stylesheet" href="/owned">', '<form action="/owned"><button>x</button></form>',
  '<math><mtext><table><mglyph><style><img src="/owned" onerror="globalThis.owned=1">', '"><img src=/owned onerror=globalThis.owned=1>', '${globalThis.owned=1}', '{{constructor.constructor("globalThis.owned=1")()}}', '<object data="/owned"></object><embed src="/owned">', '<base href="/owned/">', '<meta http-equiv="refresh" content="0;url=/owned">', '<video poster="/owned"><source src="/owned"></video>', '</kubeprom-dashboard><script>owned=1</script>', 'url(/owned)', 'red;background:url(/owned)', '__proto__',
];
/** Those that count from the first character on stand alone; the others together. */
const first = ['__proto__', 'url(/owned)', 'red;background:url(/owned)', '"><img src=/owned onerror=globalThis.owned=1>', 'javascript:globalThis.owned=1'];
const rounds = [...first, attempts.slice(0, 10).join(' '), attempts.slice(10).join(' ')];

/** A dashboard with the attempt in every field that is a text. */
function hostile(attempt: string): unknown {
  const field = { displayName: attempt, unit: attempt, noValue: attempt, description: attempt, color: { mode: 'fixed', fixedColor: attempt }, thresholds: { mode: 'absolute', steps: [{ value: null, color: attempt }, { value: 0, color: attempt }] }, mappings: [{ type: 'value', options: { [attempt]: { text: attempt, color: attempt, icon: attempt } } }, { type: 'range', options: { from: 0, to: 9e9, result: { text: attempt, color: attempt } } }, { type: 'regex', options: { pattern: attempt, result: { text: attempt } } }], links: [{ title: attempt, url: attempt }, { title: attempt, url: `https://${attempt}` }], custom: { axisLabel: attempt, stacking: { mode: 'normal', group: attempt }, lineInterpolation: attempt, cellOptions: { type: 'color-background' }, thresholdsStyle: { mode: 'line' } } };
  const types = ['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'piechart', 'heatmap', 'state-timeline', attempt];
  return {
    title: attempt, description: attempt, uid: attempt, tags: [attempt], timezone: attempt, refresh: attempt, time: { from: 'now-1h', to: 'now' }, links: [{ title: attempt, url: attempt }],
    templating: { list: ['query', 'custom', 'textbox', 'interval', 'adhoc', 'datasource'].map((type, index) => ({ name: `v${String(index)}`, label: attempt, type, query: attempt, regex: attempt, multi: index === 0, includeAll: index === 0, current: { value: [attempt], text: attempt }, options: [{ text: attempt, value: attempt }] })) },
    annotations: { list: [{ name: attempt, expr: 'up', titleFormat: attempt, textFormat: attempt, iconColor: attempt, enable: true }] },
    panels: [
      ...types.map((type, index) => ({ id: index + 1, type, title: attempt, description: attempt, gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 6, w: 8, h: 6 }, links: [{ title: attempt, url: attempt }], interval: attempt, timeFrom: attempt, fieldConfig: { defaults: field, overrides: [{ matcher: { id: 'byRegexp', options: attempt }, properties: [{ id: 'unit', value: attempt }, { id: '__proto__', value: attempt }, { id: 'custom.__proto__.owned', value: 1 }] }] }, options: { legend: { showLegend: true, displayMode: 'table' }, textMode: attempt }, transformations: [{ id: 'renameByRegex', options: { regex: '(.*)', renamePattern: attempt } }, { id: attempt, options: {} }], targets: [{ refId: attempt, expr: 'up', legendFormat: attempt, instant: index > 0 && index < 5, format: type === 'table' ? 'table' : 'time_series' }, { refId: 'B', expr: 'fail', legendFormat: attempt, hide: true }] })),
      ...['markdown', 'html', 'code'].map((mode, index) => ({ id: 50 + index, type: 'text', title: attempt, gridPos: { x: index * 8, y: 18, w: 8, h: 6 }, options: { mode, content: `${attempt} $v2 \${v2:raw}` } })),
      { id: 60, type: 'row', title: attempt, gridPos: { x: 0, y: 24, w: 24, h: 1 } },
    ],
  };
}

describe('hostile dashboards', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  test('no field of a dashboard, no label and no value runs a script or sends a request', async (t) => {
    for (const attempt of rounds) {
      const opened = await openDashboard(t, browser, { labels: [{ job: attempt, __name__: attempt }, { job: 'b', [attempt]: attempt }] });
      const { page } = opened;
      await page.setViewportSize({ width: 1100, height: 4000 });
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('dialog', (dialog) => { requests.push('dialog'); void dialog.dismiss(); });
      await opened.post(message(hostile(attempt), { source: attempt, names: [attempt, attempt], fault: attempt, trouble: attempt, servers: [{ key: 'k', name: attempt }] }));
      await page.locator('kubeprom-dashboard-cell').nth(11).waitFor();
      await page.locator('canvas').first().waitFor({ state: 'attached', timeout: 15_000 }).catch((error: unknown) => { throw new Error(`${attempt}: ${opened.faults.join('; ')}`, { cause: error }); });
      // What is clicked and typed may only be told to the extension.
      for (const link of await page.locator('.text a').all()) await link.click({ force: true, timeout: 2000 }).catch(() => {});
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { setTimeout(resolve, 30); }); }));
      assert.deepEqual(requests, [], attempt);
      assert.equal(await page.evaluate(() => (globalThis as { owned?: unknown }).owned ?? ({} as { owned?: unknown }).owned), undefined, attempt);
      const elements = await page.evaluate(() => {
        const found: string[] = [];
        const walk = (root: ParentNode): void => {
          for (const element of root.querySelectorAll('*')) {
            if (['SCRIPT', 'STYLE', 'IFRAME', 'IMG', 'OBJECT', 'EMBED', 'FORM', 'LINK', 'BASE', 'VIDEO', 'IMAGE', 'FOREIGNOBJECT'].includes(element.tagName.toUpperCase()) && !(element instanceof HTMLScriptElement && element.nonce === 'test')) found.push(element.outerHTML);
            for (const { name, value } of element.attributes) if (name.startsWith('on') || (name === 'href' && !/^https?:/.test(value))) found.push(`${element.tagName} ${name}=${value}`);
            if (element.shadowRoot !== null) walk(element.shadowRoot);
          }
        };
        walk(document);
        return found;
      });
      assert.deepEqual(elements, [], attempt);
      for (const sent of await opened.sent()) {
        const { type, url } = sent as { type: string; url?: string };
        if (type === 'link') assert.match(url ?? '', /^https?:\/\//);
      }
      // Chromium applies the policy already in the inert document in which the sanitizer reads a text, where nothing runs.
      assert.deepEqual(opened.faults.filter((fault) => !/^(?:Executing inline|Applying inline)/.test(fault)), [], attempt);
      await page.close();
    }
  });
});
