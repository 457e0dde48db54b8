/** All dashboards of kube-prometheus in the dashboard's page, their questions answered by the sandbox's Prometheus. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import type { FieldConfigSource } from '../../src/dashboards/fieldConfig.ts';
import { withDefaults } from '../../src/dashboards/fieldConfig.ts';
import type { Field, Frame } from '../../src/dashboards/frame.ts';
import { readCarrier } from '../../src/dashboards/model/carriers.ts';
import type { DisplayValue } from '../../src/dashboards/values/display.ts';
import type { VariableQuestion } from '../../src/dashboards/variables/choices.ts';
import type { Queries } from '../../src/extension/clusters/connection.ts';
import { variableValues } from '../../src/extension/dashboards/variableValues.ts';
import type { QueryAnswer } from '../../src/monitoring/prometheusApi.ts';
import { message } from '../browser/dashboardData.ts';
import { openPanel } from '../browser/panel.ts';
import { oracle, properties, transformed } from '../dashboards/oracle.ts';
import { launchChromium } from '../host/chromium.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { missingShared, sharedFolder } from '../shared.ts';

const timeout = 60_000;

type ShownField = Field & { readonly display: (value: unknown) => DisplayValue };

/** What the page shows of a panel, and what it was made of. */
interface Shown {
  readonly title: string;
  readonly type: string;
  readonly text: string;
  /** Tables as they were answered. */
  readonly frames: readonly Frame[];
  /** Big numbers, or the texts of gauges. */
  readonly values: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly isDrawn: boolean;
  readonly panel: { readonly options: Readonly<Record<string, unknown>>; readonly fieldConfig: FieldConfigSource; readonly transformations: readonly { readonly id: string; readonly disabled: boolean; readonly options: unknown }[] };
  /** What its variables stand for. */
  readonly scope: readonly (readonly [string, { readonly text: string }])[];
}

test('every dashboard of kube-prometheus is drawn, with the numbers that Prometheus gives', { skip: sandboxUnavailable() ?? missingShared('kube-prometheus') ?? false, timeout: 600_000 }, async (t) => {
  const sandbox = await acquireSandbox({ stack: 'minimal' });
  t.after(() => { sandbox.cluster.close(); });
  const answered = new Set<number>();
  const queries = queriesOf(sandbox, answered);
  // A new cluster has no rates yet.
  for (const end = Date.now() + 3 * timeout; Date.now() < end && (await queries.query('', 'rate(node_cpu_seconds_total[2m])', { signal: AbortSignal.timeout(timeout) })).series.length === 0;) await new Promise((resolve) => setTimeout(resolve, 2000));
  const browser = await launchChromium();
  t.after(() => browser.close());
  const carried = readCarrier(parse(readFileSync(join(sharedFolder, 'kube-prometheus/manifests/grafana-dashboardDefinitions.yaml'), 'utf8')));
  assert.equal(carried.length, 33);
  const counts = { panels: 0, drawn: 0, numbers: 0, dashboards: 0 };
  for (const { source, name } of carried) {
    const opened = await openPanel(t, browser, 'dashboard', { from: 'now-15m', to: 'now' });
    const { page } = opened;
    await page.exposeFunction('answerOf', async (request: { type: string; id: number; expression: string; start: number; end: number; step: number | null; question: VariableQuestion }) => {
      const signal = AbortSignal.timeout(timeout);
      try {
        if (request.type === 'values') return { type: 'values', id: request.id, values: await variableValues(queries, '', request.question, request, signal) };
        const { type, series, sample } = request.step === null ? await queries.query('', request.expression, { time: request.end, signal }) : await queries.queryRange('', request.expression, { start: request.start, end: request.end, step: request.step }, { signal });
        return { type: 'answer', id: request.id, answer: { type, series, sample: sample ?? null } };
      } catch (error) {
        return { type: 'failure', id: request.id, message: error instanceof Error ? error.message : String(error) };
      }
    });
    await page.evaluate(() => {
      const { sent, answerOf } = globalThis as unknown as { sent: { push(message: unknown): number }; answerOf: (request: unknown) => Promise<unknown> };
      const push = sent.push.bind(sent);
      sent.push = (request: unknown) => {
        if (['query', 'values'].includes((request as { type: string }).type)) void answerOf(request).then((answer) => { globalThis.postMessage(answer, '*'); });
        return push(request);
      };
    });
    await page.setViewportSize({ width: 1600, height: 9000 });
    await opened.post(message(source));
    const shown = await settled(page, name);
    const hasData = shown.filter(({ frames }) => frames.some(({ length }) => length > 0));
    counts.panels += shown.length;
    counts.drawn += hasData.length;
    counts.dashboards += hasData.length > 0 ? 1 : 0;
    for (const one of shown) assert.doesNotMatch(one.text, /Grafana shows it/, `${name}: ${one.title}`);
    for (const one of hasData) {
      assert.ok(one.isDrawn, `${name}: ${one.title} has data and draws none: ${one.text}`);
      counts.numbers += await compareNumbers(one, answered, name);
    }
    assert.deepEqual(opened.faults, [], name);
    await page.close();
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.dashboards >= 6 && counts.drawn >= 20 && counts.numbers >= 40, JSON.stringify(counts));
});

/** The sandbox's Prometheus; every number that it answers is put into `answered`. */
function queriesOf(sandbox: Sandbox, answered: Set<number>): Queries {
  const ask = async (path: string, parameters: Record<string, string>): Promise<QueryAnswer> => {
    const text = await sandbox.cluster.proxy('monitoring', 'prometheus-operated:web', `/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { data } = JSON.parse(text) as { data: { resultType: QueryAnswer['type']; result: unknown } };
    const isScalar = data.resultType === 'scalar' || data.resultType === 'string';
    const sample = isScalar ? data.result as [number, string] : undefined;
    const series = isScalar ? [] : (data.result as { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[]).map(({ metric: labels, ...rest }) => ({ labels, ...rest }));
    for (const { value, values } of series) for (const [, number] of [...value === undefined ? [] : [value], ...values ?? []]) answered.add(Number(number));
    if (sample !== undefined) answered.add(Number(sample[1]));
    return { type: data.resultType, series, sample, warnings: [], infos: [] };
  };
  return {
    servers: [{ key: '', name: 'Prometheus monitoring/k8s' }],
    query: (_, query, { time }) => ask('query', { query, ...(time === undefined ? {} : { time: String(time) }) }),
    queryRange: (_, query, { start, end, step }) => ask('query_range', { query, start: String(start), end: String(end), step: String(step) }),
  };
}

/** What is shown once every panel has its answer. */
async function settled(page: Page, name: string): Promise<readonly Shown[]> {
  const rows = page.locator('kubeprom-dashboard button.row[aria-expanded=false]');
  await page.locator('kubeprom-dashboard-cell, button.row').first().waitFor({ timeout });
  while (await rows.count() > 0) await rows.first().click();
  await page.waitForFunction(() => {
    const cells = [...document.querySelector('kubeprom-dashboard')?.shadowRoot?.querySelectorAll('kubeprom-dashboard-cell') ?? []] as (Element & { data: { state: string }; placed: { panel: { type: string; queries: unknown[] } } })[];
    return cells.length > 0 && cells.every(({ data, placed: { panel } }) => panel.type === 'text' || panel.queries.length === 0 || data.state === 'ready');
  }, undefined, { timeout }).catch(async (error: unknown) => { throw new Error(`${name} did not settle: ${(await page.locator('kubeprom-dashboard').innerText()).slice(0, 1500)}`, { cause: error }); });
  // What is ready is drawn with the next frames.
  await page.evaluate(() => new Promise((resolve) => { setTimeout(() => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); }, 300); }));
  return page.evaluate(() => {
    type Cell = Element & { placed: { title: string; scope: Map<string, { text: string }>; panel: Shown['panel'] & { type: string } }; data: { frames?: readonly Frame[] } };
    return ([...document.querySelector('kubeprom-dashboard')?.shadowRoot?.querySelectorAll('kubeprom-dashboard-cell') ?? []] as Cell[]).map(({ placed: { title, scope, panel }, data, shadowRoot: root }): Shown => {
      const texts = (selector: string): string[] => [...root?.querySelectorAll(selector) ?? []].map((element) => element.textContent.trim());
      const meters = [...root?.querySelectorAll('[role=meter]') ?? []].map((element) => element.getAttribute('aria-valuetext') ?? '');
      return {
        title, type: panel.type, text: root?.querySelector('.body')?.textContent.trim() ?? '', frames: data.frames ?? [], values: panel.type === 'stat' ? texts('.stat .value') : meters,
        columns: texts('thead th button'), rows: [...root?.querySelectorAll('tbody tr') ?? []].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim())),
        isDrawn: (root?.querySelector('kubeprom-chart')?.shadowRoot?.querySelector('canvas') ?? root?.querySelector('.stat, .gauge, .bar, td, .text') ?? null) !== null,
        panel: { options: panel.options, fieldConfig: panel.fieldConfig, transformations: panel.transformations }, scope: [...scope].map(([variable, { text }]) => [variable, { text }]),
      };
    });
  });
}

/** The numbers of a stat, gauge or table panel: answered by Prometheus, and shown as Grafana's own package shows them. @returns how many there were */
async function compareNumbers({ title, type, frames, values, columns, rows, panel }: Shown, answered: ReadonlySet<number>, name: string): Promise<number> {
  if (!['stat', 'gauge', 'bargauge', 'table'].includes(type)) return 0;
  const where = `${name}: ${title}`;
  for (const { fields } of frames) for (const { type: kind, values: own } of fields) if (kind === 'number') for (const value of own) assert.ok(value === null || answered.has(value as number), `${where}: nobody answered ${String(value)}`);
  const theme = oracle.createTheme({ colors: { mode: 'dark' } });
  // What goes through JSON has lost its infinities.
  const config = JSON.parse(JSON.stringify(withDefaults(type, panel.fieldConfig)), (key, value: unknown) => (key === 'value' && value === null ? -Infinity : value)) as FieldConfigSource;
  const tables = await transformed(structuredClone(frames) as Frame[], panel.transformations.filter(({ disabled }) => !disabled).map(({ id, options }) => ({ id, options })));
  const theirs = oracle.applyFieldOverrides({ data: tables, fieldConfig: config, replaceVariables: (text: string) => text, theme, timeZone: 'browser', fieldConfigRegistry: properties });
  const fieldsOf = (frame: (typeof theirs)[number] | undefined): readonly ShownField[] => (frame?.fields ?? []) as readonly ShownField[];
  const text = (field: ShownField, value: unknown): string => {
    const { prefix = '', text: shown, suffix = '' } = field.display(value);
    return `${prefix}${shown}${suffix}`.trim();
  };
  if (type === 'table') {
    const [table] = theirs;
    const fields = fieldsOf(table).filter(({ config: { custom } }) => custom?.['hidden'] !== true && (custom?.['hideFrom'] as { viz?: boolean } | undefined)?.viz !== true);
    assert.deepEqual(columns, fields.map((field) => oracle.getFieldDisplayName(field, table, theirs)), where);
    const expected = Array.from({ length: Math.min(table?.length ?? 0, 500) }, (_, row) => fields.map((field) => text(field, field.values[row])));
    assert.deepEqual(rows, expected, where);
    return rows.length * fields.filter(({ type: kind }) => kind === 'number').length;
  }
  const reduce = panel.options['reduceOptions'] as { calcs?: string[]; fields?: string; values?: boolean } | undefined;
  assert.notEqual(reduce?.values, true, `${where}: values of all rows are compared by no test`);
  const calc = reduce?.calcs?.[0] ?? 'lastNotNull';
  const expected = theirs.flatMap((frame) => fieldsOf(frame).filter((field) => field.type === 'number').map((field) => text(field, oracle.reduceField({ field, reducers: [calc] })[calc])));
  assert.deepEqual(values, expected, where);
  return values.length;
}
