/** What a panel asks of Prometheus: its expressions with variables and steps filled in (Grafana 13's Prometheus data source, as its documentation describes the intervals). */

import type { Panel, PanelQuery } from '../model/dashboard.ts';
import { withMatchers } from '../variables/adhoc.ts';
import { interpolate, type Scope, type VariableValue } from '../variables/interpolate.ts';
import { durationText, readDuration, readTime, roundInterval, type TimeRange } from './timeRange.ts';

/** A question to Prometheus; equal ones are asked once. */
export interface PlannedQuery {
  /** Equal for equal questions. */
  readonly key: string;
  readonly expression: string;
  /** Seconds since 1970, and the step in seconds; a point of time has no step. */
  readonly start: number;
  readonly end: number;
  readonly step: number | undefined;
}

/** A panel's query and the questions that it became. */
export interface PlannedPanelQuery {
  readonly query: PanelQuery;
  readonly legend: string;
  readonly questions: readonly PlannedQuery[];
}

/** Around the questions of a panel. */
export interface PlanContext {
  readonly scope: Scope;
  /** What holds for every selector: `job="a"`. */
  readonly matchers?: string;
  readonly range: TimeRange;
  /** Pixels: as many points are asked for. */
  readonly width: number;
  /** Milliseconds between two scrapes. */
  readonly scrapeInterval: number;
  readonly now: number;
}

/** Milliseconds between two scrapes, where a dashboard says nothing: the operator's default. */
export const usualScrapeInterval = 30_000;
/** Points a series at most: what Prometheus itself allows. */
const mostPoints = 11_000;

/** The questions of a panel's visible queries. */
export function planPanel(panel: Panel, context: PlanContext): readonly PlannedPanelQuery[] {
  const range = panelRange(panel, context);
  return panel.queries.filter(({ hidden, expression }) => !hidden && expression.trim() !== '').map((query) => {
    const step = stepFor(panel, query, range, context);
    const scope = new Map(context.scope);
    for (const [name, value] of builtIns(panel, query, range, step, context)) scope.set(name, value);
    const expression = withMatchers(interpolate(query.expression, scope, 'promql'), context.matchers ?? '');
    const questions: PlannedQuery[] = [];
    // Aligned, so that the same range asks for the same points, and neighbours can share an answer.
    const align = (time: number): number => Math.floor(time / step) * step;
    if (query.range) questions.push(planned(expression, align(range.from) / 1000, align(range.to) / 1000, step / 1000));
    if (query.instant) questions.push(planned(expression, range.to / 1000, range.to / 1000, undefined));
    return { query, legend: query.legend === '__auto' ? '' : interpolateLegend(query.legend, scope), questions };
  });
}

/** Legends keep `{{label}}`; variables in them are filled in. */
function interpolateLegend(legend: string, scope: Scope): string {
  return interpolate(legend, scope);
}

function planned(expression: string, start: number, end: number, step: number | undefined): PlannedQuery {
  return { key: JSON.stringify([expression, start, end, step ?? null]), expression, start, end, step };
}

/** The dashboard's range, or the panel's own: its `timeFrom` back from now, its `timeShift` back from there. */
export function panelRange({ timeFrom, timeShift }: Panel, { range, now }: Pick<PlanContext, 'range' | 'now'>): TimeRange {
  const own = timeFrom === '' ? undefined : readTime(`now-${timeFrom}`, now);
  const { from, to } = own === undefined ? range : { from: own, to: now };
  const shift = readDuration(timeShift) ?? 0;
  return { from: from - shift, to: to - shift };
}

/** Milliseconds between two points: what the width shows, the least that query, panel or scrape interval allow, and what Prometheus answers. */
function stepFor(panel: Panel, query: PanelQuery, { from, to }: TimeRange, context: PlanContext): number {
  const least = leastStep(panel, query, context);
  const wanted = roundInterval((to - from) / Math.max(1, panel.maxDataPoints ?? context.width));
  const safe = Math.ceil((to - from) / mostPoints / 1000) * 1000;
  return Math.max(least, wanted * query.intervalFactor, safe, 1000);
}

function leastStep(panel: Panel, query: PanelQuery, { scope, scrapeInterval }: PlanContext): number {
  return readDuration(interpolate(query.interval, scope)) ?? readDuration(interpolate(panel.interval, scope)) ?? scrapeInterval;
}

function builtIns(panel: Panel, query: PanelQuery, { from, to }: TimeRange, step: number, context: PlanContext): readonly (readonly [string, VariableValue])[] {
  const scrape = leastStep(panel, query, context);
  const span = to - from;
  const value = (text: string): VariableValue => ({ value: text, text, isPattern: false });
  return [
    ['__interval', value(durationText(step))], ['__interval_ms', value(String(step))],
    // Four scrapes are sure to hold two samples also where one is missing.
    ['__rate_interval', value(durationText(Math.max(step + scrape, 4 * scrape)))], ['__rate_interval_ms', value(String(Math.max(step + scrape, 4 * scrape)))],
    ['__range', value(`${String(Math.round(span / 1000))}s`)], ['__range_s', value(String(Math.round(span / 1000)))], ['__range_ms', value(String(span))],
    ['__from', value(String(from))], ['__to', value(String(to))],
  ];
}
