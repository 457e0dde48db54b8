/** What dashboards' tests in Chromium share: a page whose questions are answered from memory. */
import type { TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import type { DashboardView } from '../../src/webviews/dashboardProtocol.ts';
import { type OpenedPanel, openPanel } from './panel.ts';

/** The message of a dashboard. */
export function message(carrier: unknown, over: Partial<DashboardView> = {}): { type: 'dashboard' } & DashboardView {
  return { type: 'dashboard', source: 'dashboard.json', carrier, names: ['one'], index: 0, fault: null, servers: [{ key: 'k', name: 'Prometheus monitoring/k8s' }], server: 'k', trouble: null, hasFile: true, ...over };
}

/** Opens the page and answers its questions. A query `fail` fails; `never` is never answered. @param labels of each series of every answer */
export async function openDashboard(t: TestContext, browser: Browser, { labels = [{ job: 'a' }, { job: 'b' }], state = null }: { readonly labels?: readonly Readonly<Record<string, string>>[]; readonly state?: unknown } = {}): Promise<OpenedPanel> {
  const panel = await openPanel(t, browser, 'dashboard', state);
  await panel.page.evaluate((all) => {
    const { sent } = globalThis as unknown as { sent: { push(message: unknown): number } };
    const push = sent.push.bind(sent);
    sent.push = (raw: unknown) => {
      const request = raw as { type: string; id: number; expression: string; start: number; end: number; step: number | null };
      const reply = (value: unknown): void => { queueMicrotask(() => { globalThis.dispatchEvent(new MessageEvent('message', { data: value })); }); };
      if (request.type === 'values') reply({ type: 'values', id: request.id, values: all.map((one) => Object.values(one)[0] ?? '') });
      if (request.type === 'query' && /^fail\b/.test(request.expression)) reply({ type: 'failure', id: request.id, message: 'Prometheus says no.' });
      if (request.type === 'query' && request.expression !== 'never' && !/^fail\b/.test(request.expression)) {
        const { step } = request;
        const series = all.map((one, index) => {
          const value = (time: number): [number, string] => [time, String(Math.round(50 + index * 10 + 40 * Math.sin(time / 600)))];
          return step === null ? { labels: one, value: [request.end, String(0.42 + index)] } : { labels: one, values: Array.from({ length: Math.floor((request.end - request.start) / step) + 1 }, (_, at) => value(request.start + at * step)) };
        });
        reply({ type: 'answer', id: request.id, answer: { type: step === null ? 'vector' : 'matrix', series, sample: null } });
      }
      return push(raw);
    };
  }, labels);
  return panel;
}
