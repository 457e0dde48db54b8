import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../host/chromium.ts';
import { type OpenedPanel, openPanel } from './panel.ts';

const servers = { type: 'servers', servers: [{ key: 'k8s', name: 'Prometheus monitoring/k8s' }, { key: 'other', name: 'Prometheus monitoring/<b>other</b>' }], server: 'k8s', why: 'of the active cluster kind', trouble: '' };
const hostile = '<img src=x onerror=alert(1)>';

/** Answers every question of a graph with a line for each of these labels. */
async function answerGraph(panel: OpenedPanel, id: string, labels: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const times = Array.from({ length: 20 }, (_, index) => 1_700_000_000 + index * 15);
  await panel.post({ type: 'graph', id, times, series: labels.map((one, index) => ({ labels: one, values: times.map((_, at) => (at === 3 ? null : index + at)) })), left: 0, notes: [] });
}

async function lastSent(panel: OpenedPanel, type: string): Promise<Record<string, unknown>> {
  await panel.page.waitForFunction((wanted) => (globalThis as unknown as { sent: { type: string }[] }).sent.some((one) => one.type === wanted), type);
  return (await panel.sent()).findLast((one) => (one as { type: string }).type === type) as Record<string, unknown>;
}

describe('the query panel', () => {
  let browser: Browser;
  before(async () => { browser = await launchChromium(); });
  after(() => browser.close());

  async function opened(t: TestContext, state?: unknown): Promise<OpenedPanel> {
    const panel = await openPanel(t, browser, 'query', state);
    panel.page.on('request', (request) => { (panel.faults as string[]).push(`request: ${request.url()}`); });
    await panel.post(servers);
    return panel;
  }

  test('asks with the server, graphs the answer, completes what is typed, zooms by asking again, and says what fails', async (t) => {
    const panel = await opened(t);
    const { page } = panel;
    assert.deepEqual(await panel.sent(), [{ type: 'ready' }]);
    await page.getByText('of the active cluster kind').waitFor();
    await panel.post({ type: 'open', expression: 'up', title: 'Targets' });
    const asked = await lastSent(panel, 'graph') as { id: string; expression: string; start: number; end: number; step: number };
    assert.deepEqual([asked.id, asked.expression], ['A:graph', 'up']);
    assert.ok(asked.end - asked.start <= 3600 && asked.end - asked.start > 3500 && (asked.end - asked.start) % asked.step === 0 && asked.end > Date.now() / 1000 - 60, JSON.stringify(asked));
    await answerGraph(panel, 'A:graph', [{ __name__: 'up', job: 'node' }]);
    await page.getByRole('button', { name: 'up{job="node"}' }).waitFor();

    const field = page.getByRole('combobox', { name: 'Expression A' });
    await field.fill('su');
    const question = await lastSent(panel, 'complete') as { id: string; text: string; offset: number };
    assert.deepEqual([question.text, question.offset], ['su', 2]);
    await panel.post({ type: 'offers', id: question.id, start: 0, end: 2, offers: [{ label: 'sum', text: 'sum', detail: hostile }, { label: 'sum_over_time', text: 'sum_over_time', detail: '' }] });
    const options = page.getByRole('listbox').getByRole('option');
    await options.first().waitFor();
    await field.press('ArrowDown');
    await field.press('Enter');
    assert.equal(await field.inputValue(), 'sum_over_time');
    await field.fill('sum(up)');
    await field.press('Control+Enter');
    assert.equal((await lastSent(panel, 'graph'))['expression'], 'sum(up)');
    await answerGraph(panel, 'A:graph', [{}]);
    await page.getByRole('button', { name: 'Explore' }).click();
    assert.deepEqual(await lastSent(panel, 'explore'), { type: 'explore', query: 'sum(up)', from: 'now-3600s', to: 'now' });
    await page.getByRole('button', { name: '{}', exact: true }).waitFor();

    const box = await page.locator('.u-over').boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + 100, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 50, { steps: 3 });
    await page.mouse.up();
    const zoomed = await lastSent(panel, 'graph') as { start: number; end: number; step: number };
    assert.ok(zoomed.end - zoomed.start < 1500 && zoomed.step <= asked.step, JSON.stringify(zoomed));
    await page.getByRole('button', { name: 'Zoom out' }).click();
    assert.ok(await page.getByRole('combobox', { name: 'Time range' }).locator('option:checked').textContent() === 'Last hour');

    await panel.post({ type: 'failed', id: 'A:graph', message: `1:1: parse error: ${hostile}` });
    await page.getByRole('alert').getByText(hostile).waitFor();
    await page.getByRole('combobox', { name: 'Prometheus', exact: true }).selectOption('other');
    assert.deepEqual(await lastSent(panel, 'server'), { type: 'server', key: 'other' });
    assert.deepEqual(panel.faults, []);
  });

  test('shows an alert\'s threshold, its past week, and the tree of its expression', async (t) => {
    const panel = await opened(t);
    const { page } = panel;
    await panel.post({ type: 'open', expression: 'rate(errors[5m]) > 0.5', title: 'Errors', alert: { holds: 300, keeps: 0, interval: 30 } });
    assert.equal((await lastSent(panel, 'graph'))['expression'], 'rate(errors[5m])', 'the value that is compared');
    await page.getByRole('button', { name: 'Simulate past week' }).click();
    assert.deepEqual(await lastSent(panel, 'simulate'), { type: 'simulate', id: 'A:simulation', expression: 'rate(errors[5m]) > 0.5', holds: 300, keeps: 0, interval: 30 });
    await panel.post({ type: 'simulation', id: 'A:simulation', from: 1_700_000_000, to: 1_700_604_800, sentences: ['In the past week it would have fired once.'], left: 0, episodes: [{ labels: { pod: hostile }, activeFrom: 1_700_000_000, firedFrom: 1_700_000_300, lastActive: 1_700_000_900, isOpen: false }] });
    await page.getByRole('region', { name: 'Simulation' }).getByText(`{pod="${hostile}"}`).waitFor();
    await page.getByRole('button', { name: 'Explain' }).click();
    await lastSent(panel, 'tree');
    await panel.post({ type: 'tree', id: 'A:tree', nodes: [{ depth: 0, text: 'rate(errors[5m]) > 0.5', title: '>', count: 0, value: '', labels: [], error: '' }, { depth: 1, text: 'rate(errors[5m])', title: 'rate', count: 3, value: '', labels: [{ name: 'pod', values: 3 }], error: '' }] });
    const tree = page.getByRole('region', { name: 'What each part of A gives' });
    await tree.locator('li li').getByText('pod (3)').waitFor();
    await tree.getByText('no series').waitFor();
    assert.deepEqual(panel.faults, []);
  });

  test('names, values, notes and texts of a cluster are letters and nothing else', async (t) => {
    const panel = await opened(t);
    const { page } = panel;
    const names = [hostile, '"><script>alert(1)</script>', '</textarea><iframe src="javascript:alert(1)">', 'javascript:alert(1)', '{{7*7}}${alert(1)}'];
    await panel.post({ ...servers, server: 'other', why: hostile, trouble: hostile });
    await panel.post({ type: 'history', queries: names });
    for (const name of names) await panel.post({ type: 'open', expression: name, title: name });
    await answerGraph(panel, 'A:graph', names.map((name) => ({ __name__: name, [name]: name })));
    await panel.post({ type: 'failed', id: 'B:graph', message: names[1] });
    await panel.post({ type: 'tree', id: 'C:tree', nodes: names.map((name) => ({ depth: 0, text: name, title: name, count: 1, value: name, labels: [{ name, values: 1 }], error: name })) });
    await page.getByRole('button', { name: `"${hostile}"` }).first().waitFor();
    await page.getByRole('tab', { name: 'Table' }).click();
    await panel.post({ type: 'table', id: 'A:table', rows: names.map((name) => ({ labels: { __name__: name, [name]: name }, value: name })), left: 3, notes: names });
    await page.getByText('8 results').waitFor();
    assert.equal(await page.evaluate(() => {
      const all = (root: Document | ShadowRoot): Element[] => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot === null ? [] : all(element.shadowRoot))]);
      return all(document).filter((element) => /^(img|iframe|script|a|object|embed)$/i.test(element.tagName)).length;
    }), 1, 'the page\'s own script');
    assert.deepEqual(panel.faults, []);
  });

  test('is as it was after the window was reloaded', async (t) => {
    const panel = await opened(t, { queries: [{ expression: 'up', title: 'Targets' }, { expression: 7 }], range: { last: 900 }, view: 'table' });
    assert.equal((await lastSent(panel, 'table'))['expression'], 'up');
    await panel.page.getByRole('button', { name: 'Remove query A' }).click();
    assert.deepEqual(await panel.state(), { queries: [], range: { last: 900 }, view: 'table', subject: '{"a":"<&\\">"}' });
  });
});
