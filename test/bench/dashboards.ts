/**
 * The dashboard panel in Chromium: the time until a dashboard of 30 panels with data from memory is painted, and the bundle's size.
 * Usage: node test/bench/dashboards.ts, after `npm run build`
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { panelPage } from '../../src/extension/panelPage.ts';
import { launchChromium } from '../host/chromium.ts';
import { serve } from '../host/staticServer.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { outputFiles } = await build({ absWorkingDir: root, entryPoints: ['src/webviews/dashboard/main.ts'], bundle: true, write: false, minify: true, format: 'esm', platform: 'browser', target: 'es2023', loader: { '.css': 'text' } });
const [script] = outputFiles;
if (script === undefined) throw new Error('esbuild wrote nothing');
console.log(`bundle: ${(script.contents.length / 1000).toFixed(0)} kB, ${(gzipSync(script.contents, { level: 9 }).length / 1000).toFixed(0)} kB gzip (to stay below 250)`);

const types = ['timeseries', 'timeseries', 'timeseries', 'stat', 'gauge', 'table'];
const dashboard = { title: 'Bench', time: { from: 'now-1h', to: 'now' }, panels: Array.from({ length: 30 }, (_, index) => ({
  id: index + 1, type: types[index % types.length], title: `panel ${String(index)}`, gridPos: { x: (index % 6) * 4, y: Math.floor(index / 6) * 6, w: 4, h: 6 }, targets: [{ refId: 'A', expr: `m${String(index)}`, instant: index % 6 > 2, format: index % 6 === 5 ? 'table' : 'time_series' }],
})) };
const server = await serve((path) => (path === '/' ? { text: panelPage({ script: '/dashboard.js', nonce: 'bench', page: 'dashboard', subject: 'bench' }) } : path === '/dashboard.js' ? { file: join(root, 'dist/webviews/dashboard.js') } : undefined));
const browser = await launchChromium();
try {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1300 } });
    await page.addInitScript((carrier) => {
      const answer = (data: unknown): void => { queueMicrotask(() => { globalThis.dispatchEvent(new MessageEvent('message', { data })); }); };
      Object.assign(globalThis, { acquireVsCodeApi: () => ({ getState: () => null, setState: () => {}, postMessage: (raw: unknown) => {
        const { type, id, start, end, step } = raw as { type: string; id: number; start: number; end: number; step: number | null };
        if (type === 'ready') {
          Object.assign(globalThis, { begun: performance.now() });
          answer({ type: 'dashboard', source: '', carrier, names: ['one'], index: 0, fault: null, servers: [{ key: 'k', name: 'k' }], server: 'k', trouble: null, hasFile: true });
        } else if (type === 'query') {
          const values = (shift: number): unknown[] => Array.from({ length: step === null ? 0 : Math.floor((end - start) / step) + 1 }, (_, index) => [start + index * (step ?? 0), String(shift + Math.sin(index / 20))]);
          const series = Array.from({ length: 5 }, (_, index) => ({ labels: { job: String(index) }, ...(step === null ? { value: [end, String(index)] } : { values: values(index) }) }));
          answer({ type: 'answer', id, answer: { type: step === null ? 'vector' : 'matrix', series, sample: null } });
        }
      } }) });
    }, dashboard);
    await page.goto(server.origin);
    times.push(await page.evaluate(() => new Promise<number>((resolve) => {
      const look = (): void => {
        const cells = [...document.querySelector('kubeprom-dashboard')?.shadowRoot?.querySelectorAll('kubeprom-dashboard-cell') ?? []];
        const drawn = cells.filter(({ shadowRoot }) => shadowRoot?.querySelector('.value, .number, td') ?? shadowRoot?.querySelector('kubeprom-chart')?.shadowRoot?.querySelector('canvas'));
        if (drawn.length < 30) requestAnimationFrame(look);
        else requestAnimationFrame(() => { resolve(performance.now() - (globalThis as unknown as { begun: number }).begun); });
      };
      look();
    })));
    await page.close();
  }
  times.sort((a, b) => a - b);
  console.log(`30 panels painted after load: ${times.map((time) => time.toFixed(0)).join(', ')} ms; median ${(times[3] ?? 0).toFixed(0)} ms (to stay below 300)`);
} finally {
  await browser.close();
  await server.close();
}
