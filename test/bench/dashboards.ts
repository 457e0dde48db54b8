/** The dashboard panel in Chromium: the time until a dashboard of 30 panels with data from memory is painted. */
import type { Page } from 'playwright-core';
import { panelPage } from '../../src/extension/panelPage.ts';
import { launchChromium } from '../host/chromium.ts';
import { serve } from '../host/staticServer.ts';

const types = ['timeseries', 'timeseries', 'timeseries', 'stat', 'gauge', 'table'];
const dashboard = {
  title: 'Bench', time: { from: 'now-1h', to: 'now' }, panels: Array.from({ length: 30 }, (_, index) => ({
    id: index + 1, type: types[index % types.length], title: `panel ${String(index)}`, gridPos: { x: (index % 6) * 4, y: Math.floor(index / 6) * 6, w: 4, h: 6 },
    targets: [{ refId: 'A', expr: `m${String(index)}`, instant: index % 6 > 2, format: index % 6 === 5 ? 'table' : 'time_series' }],
  })),
};

/** Milliseconds from the moment in which the page listens. */
export interface Painted {
  /** Until the picture of the first panel with data is there. */
  readonly first: number;
  /** Until those of all 30 are. */
  readonly all: number;
  /** Of the processor, in the page's main thread, its script included that is read before it listens. */
  readonly cpu: number;
}

/** Opens the page so often, all panels on the screen. @param script of the page @returns the medians */
export async function firstPaint(script: Uint8Array, rounds: number): Promise<Painted> {
  const server = await serve((path) => (path === '/' ? { text: panelPage({ script: '/dashboard.js', nonce: 'bench', page: 'dashboard', subject: 'bench' }) } : path === '/dashboard.js' ? { text: new TextDecoder().decode(script) } : undefined));
  const browser = await launchChromium();
  try {
    const found: Painted[] = [];
    for (let round = 0; round < rounds; round++) {
      const page = await browser.newPage({ viewport: { width: 1600, height: 1300 } });
      found.push(await painted(page, server.origin));
      await page.close();
    }
    const median = (part: keyof Painted): number => found.map((one) => one[part]).sort((a, b) => a - b)[rounds >> 1] ?? 0;
    return { first: median('first'), all: median('all'), cpu: median('cpu') };
  } finally {
    await browser.close();
    await server.close();
  }
}

async function painted(page: Page, address: string): Promise<Painted> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
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
  await page.goto(address);
  const times = await page.evaluate((count) => new Promise<{ first: number; all: number }>((resolve) => {
    const since = (): number => performance.now() - (globalThis as unknown as { begun: number }).begun;
    let first = 0;
    const look = (): void => {
      const cells = [...document.querySelector('kubeprom-dashboard')?.shadowRoot?.querySelectorAll('kubeprom-dashboard-cell') ?? []];
      const drawn = cells.filter(({ shadowRoot }) => shadowRoot?.querySelector('.value, .number, td') ?? shadowRoot?.querySelector('kubeprom-chart')?.shadowRoot?.querySelector('canvas')).length;
      // What is there now is painted before the next frame begins.
      if (drawn > 0 && first === 0) requestAnimationFrame(() => { first = since(); });
      if (drawn < count) requestAnimationFrame(look);
      else requestAnimationFrame(() => { resolve({ first, all: since() }); });
    };
    look();
  }), dashboard.panels.length);
  const { metrics } = await session.send('Performance.getMetrics');
  return { ...times, cpu: (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000 };
}
