/** How much of a dashboard is drawn as Grafana draws it. */

import type { Dashboard, Panel } from './model/dashboard.ts';
import { isKnownTransformation } from './transformations/transform.ts';
import { fieldMatcher } from './matchers.ts';

/** Kinds of panels that are drawn. */
export const drawnTypes: ReadonlySet<string> = new Set(['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'text', 'row', 'piechart', 'heatmap', 'state-timeline', 'status-history', 'barchart']);

/** What is said of a panel. */
export interface PanelReport {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly verdict: 'exact' | 'near' | 'placeholder';
  readonly reasons: readonly string[];
}

/** Of a dashboard: its panels, and how many of them are exact. */
export interface MigrationReport {
  readonly panels: readonly PanelReport[];
  readonly exact: number;
  readonly near: number;
  readonly placeholders: number;
}

/** Kinds that are drawn as their nearest relative. */
const nearTypes: Readonly<Record<string, string>> = { 'status-history': 'drawn as a state timeline', barchart: 'drawn as a bar gauge' };
const prometheusLike: ReadonlySet<string> = new Set(['', 'prometheus', 'datasource', 'grafana-amazonprometheus-datasource', 'grafana-azureprometheus-datasource', 'victoriametrics-metrics-datasource']);

/** The report on a dashboard. */
export function reportOn({ panels }: Dashboard): MigrationReport {
  const all = panels.flatMap((panel) => [panel, ...panel.panels]).filter(({ type }) => type !== 'row').map(reportOnPanel);
  const count = (verdict: PanelReport['verdict']): number => all.filter((one) => one.verdict === verdict).length;
  return { panels: all, exact: count('exact'), near: count('near'), placeholders: count('placeholder') };
}

/** The report on one panel. */
export function reportOnPanel(panel: Panel): PanelReport {
  const { id, title, type, losses, transformations, fieldConfig, queries } = panel;
  const common = { id, title, type };
  const source = queries.find((query) => !prometheusLike.has(query.source) && !query.source.startsWith('$'))?.source;
  if (!drawnTypes.has(type)) return { ...common, verdict: 'placeholder', reasons: [`Panels of kind "${type}" are not drawn here.`] };
  if (source !== undefined && queries.every((query) => query.expression === '')) return { ...common, verdict: 'placeholder', reasons: [`Its data comes from "${source}"; only Prometheus is asked.`] };
  const reasons = [
    ...losses,
    ...Object.hasOwn(nearTypes, type) ? [nearTypes[type] ?? ''] : [],
    ...transformations.filter(({ id: step, disabled }) => !disabled && !isKnownTransformation(step)).map(({ id: step }) => `the transformation "${step}" is left out`),
    ...fieldConfig.overrides.filter(({ matcher }) => fieldMatcher(matcher.id, matcher.options) === undefined).map(({ matcher }) => `overrides by "${matcher.id}" are left out`),
    ...source === undefined ? [] : [`queries of "${source}" are left out`],
  ];
  return { ...common, verdict: reasons.length === 0 ? 'exact' : 'near', reasons };
}
