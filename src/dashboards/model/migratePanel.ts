/** Panels of older kinds become those of today (the options of Grafana 7's graph and singlestat; Grafana's own migrations: public/app/plugins/panel/timeseries/migrations.ts, packages/grafana-ui SingleStatBaseOptions). */

import { asRecord } from '../matchers.ts';
import { asList, asText } from './values.ts';

type Json = Readonly<Record<string, unknown>>;

/** A panel in today's terms, and what was lost. */
export interface Migrated {
  readonly panel: Json;
  readonly losses: readonly string[];
}

/** The panel as it is where its kind is one of today's. */
export function migratePanel(panel: Json): Migrated {
  switch (panel['type']) {
    case 'graph': case 'timeseries-old': return fromGraph(panel);
    case 'singlestat': case 'grafana-singlestat-panel': return fromSinglestat(panel);
    case 'table-old': return fromOldTable(panel);
    case 'table': return panel['styles'] !== undefined && panel['fieldConfig'] === undefined ? fromOldTable(panel) : { panel, losses: [] };
    case 'text': return { panel: panel['options'] === undefined ? { ...panel, options: { mode: asText(panel['mode'], 'markdown'), content: asText(panel['content']) } } : panel, losses: [] };
    case 'grafana-piechart-panel': return { panel: { ...panel, type: 'piechart', options: { reduceOptions: { calcs: [reducer(panel['valueName'])] }, pieType: panel['pieType'] === 'donut' ? 'donut' : 'pie', legend: { showLegend: true } }, fieldConfig: { defaults: unitOf(panel['format']) } }, losses: [] };
    default: return { panel, losses: [] };
  }
}

const reducers: Readonly<Record<string, string>> = { avg: 'mean', current: 'lastNotNull', total: 'sum', first: 'firstNotNull', min: 'min', max: 'max', range: 'range', delta: 'delta', diff: 'diff' };
const reducer = (name: unknown): string => reducers[asText(name, 'avg')] ?? 'mean';
const unitOf = (format: unknown): Json => (typeof format === 'string' ? { unit: format } : {});
const numberIn = (value: unknown): number | undefined => (value === null || value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value));

function fromGraph(panel: Json): Migrated {
  const losses: string[] = [];
  const [left, right] = asList(panel['yaxes']).map(asRecord);
  const fill = Number(panel['fill'] ?? 1);
  const drawStyle = panel['bars'] === true ? 'bars' : panel['lines'] === false && panel['points'] === true ? 'points' : 'line';
  const custom: Record<string, unknown> = {
    drawStyle, fillOpacity: drawStyle === 'bars' ? 100 : fill * 10, lineWidth: Number(panel['linewidth'] ?? 1), pointSize: Number(panel['pointradius'] ?? 5),
    showPoints: panel['points'] === true ? 'always' : 'never', spanNulls: panel['nullPointMode'] === 'connected', lineInterpolation: panel['steppedLine'] === true ? 'stepAfter' : 'linear',
    ...(panel['stack'] === true ? { stacking: { mode: panel['percentage'] === true ? 'percent' : 'normal', group: 'A' } } : {}),
    ...(left?.['label'] === undefined || left['label'] === null ? {} : { axisLabel: left['label'] }),
    ...(left?.['logBase'] !== undefined && Number(left['logBase']) > 1 ? { scaleDistribution: { type: 'log', log: Number(left['logBase']) } } : {}),
  };
  const defaults: Record<string, unknown> = { ...unitOf(left?.['format']), custom, color: { mode: 'palette-classic' } };
  for (const bound of ['min', 'max']) {
    const value = numberIn(left?.[bound]);
    if (value !== undefined) defaults[bound] = value;
  }
  const decimals = numberIn(panel['decimals'] ?? left?.['decimals']);
  if (decimals !== undefined) defaults['decimals'] = decimals;
  const overrides = [
    ...Object.entries(asRecord(panel['aliasColors'])).map(([name, color]) => ({ matcher: { id: 'byName', options: name }, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }] })),
    ...asList(panel['seriesOverrides']).map(asRecord).map((one) => graphOverride(one, right, losses)),
  ];
  const thresholds = asList(panel['thresholds']).map(asRecord).filter(({ visible }) => visible !== false);
  if (thresholds.length > 0) {
    const steps = thresholdSteps(thresholds);
    defaults['thresholds'] = { mode: 'absolute', steps };
    custom['thresholdsStyle'] = { mode: thresholds.some(({ fill: area }) => area === true) ? (thresholds.some(({ line }) => line === true) ? 'line+area' : 'area') : 'line' };
  }
  if (panel['timeRegions'] !== undefined && asList(panel['timeRegions']).length > 0) losses.push('time regions are not drawn');
  const xAxis = asText(asRecord(panel['xaxis'])['mode'], 'time');
  if (xAxis !== 'time') losses.push(`the graph's x axis by ${xAxis} is drawn over time`);
  const legend = asRecord(panel['legend']);
  const calcs = ['min', 'max', 'avg', 'current', 'total'].filter((name) => legend[name] === true).map(reducer);
  return {
    losses,
    panel: {
      ...panel, type: 'timeseries', fieldConfig: { defaults, overrides },
      options: { legend: { showLegend: legend['show'] !== false, displayMode: legend['alignAsTable'] === true ? 'table' : 'list', placement: legend['rightSide'] === true ? 'right' : 'bottom', calcs }, tooltip: { mode: asRecord(panel['tooltip'])['shared'] === true ? 'multi' : 'single' } },
    },
  };
}

function graphOverride(one: Json, right: Json | undefined, losses: string[]): Json {
  const alias = asText(one['alias']);
  const properties: { id: string; value: unknown }[] = [];
  for (const [name, value] of Object.entries(one)) {
    switch (name) {
      case 'alias': case '$$hashKey': break;
      case 'fill': properties.push({ id: 'custom.fillOpacity', value: Number(value) * 10 }); break;
      case 'linewidth': properties.push({ id: 'custom.lineWidth', value }); break;
      case 'color': properties.push({ id: 'color', value: { mode: 'fixed', fixedColor: value } }); break;
      case 'transform': properties.push({ id: 'custom.transform', value: value === 'negative-Y' ? 'negative-Y' : value }); break;
      case 'stack': properties.push({ id: 'custom.stacking', value: value === false ? { mode: 'none' } : { mode: 'normal', group: value === true ? 'A' : value } }); break;
      case 'bars': if (value === true) properties.push({ id: 'custom.drawStyle', value: 'bars' }); break;
      case 'lines': if (value === false) properties.push({ id: 'custom.lineWidth', value: 0 }); break;
      case 'points': properties.push({ id: 'custom.showPoints', value: value === true ? 'always' : 'never' }); break;
      case 'dashes': if (value === true) properties.push({ id: 'custom.lineStyle', value: { fill: 'dash', dash: [Number(one['dashLength'] ?? 10), Number(one['spaceLength'] ?? 10)] } }); break;
      case 'steppedLine': if (value === true) properties.push({ id: 'custom.lineInterpolation', value: 'stepAfter' }); break;
      case 'hiddenSeries': if (value === true) properties.push({ id: 'custom.hideFrom', value: { viz: true } }); break;
      case 'legend': if (value === false) properties.push({ id: 'custom.hideFrom', value: { legend: true } }); break;
      case 'nullPointMode': properties.push({ id: 'custom.spanNulls', value: value === 'connected' }); break;
      case 'yaxis':
        if (Number(value) !== 2) break;
        properties.push({ id: 'custom.axisPlacement', value: 'right' });
        if (typeof right?.['format'] === 'string') properties.push({ id: 'unit', value: right['format'] });
        for (const bound of ['min', 'max']) if (numberIn(right?.[bound]) !== undefined) properties.push({ id: bound, value: numberIn(right?.[bound]) });
        break;
      case 'dashLength': case 'spaceLength': case 'zindex': case 'fillGradient': case 'pointradius': break;
      default: losses.push(`the series override "${name}" of ${alias} is not taken over`);
    }
  }
  return { matcher: alias.startsWith('/') ? { id: 'byRegexp', options: alias } : { id: 'byName', options: alias }, properties };
}

const levelColors: Readonly<Record<string, string>> = { critical: 'red', warning: 'orange', ok: 'green' };

/** Grafana's graph had thresholds above or below a value; today's are steps upward. */
function thresholdSteps(thresholds: readonly Json[]): readonly Json[] {
  const sorted = thresholds.map((one) => ({ value: numberIn(one['value']) ?? 0, op: asText(one['op'], 'gt'), color: levelColors[asText(one['colorMode'])] ?? asText(one['lineColor'], 'red') })).sort((a, b) => a.value - b.value);
  const [first] = sorted;
  const steps: Json[] = [{ value: null, color: first?.op === 'lt' ? first.color : 'transparent' }];
  for (const [index, { value, op, color }] of sorted.entries()) steps.push({ value, color: op === 'gt' ? color : sorted[index + 1]?.op === 'lt' ? sorted[index + 1]?.color : 'transparent' });
  return steps;
}

function fromSinglestat(panel: Json): Migrated {
  const gauge = asRecord(panel['gauge']);
  const isGauge = gauge['show'] === true;
  const losses: string[] = [];
  const colors = asList(panel['colors']).map((color) => asText(color));
  const bounds = asText(panel['thresholds']).split(',').map((part) => part.trim()).filter((part) => part !== '').map(Number).filter((value) => !Number.isNaN(value));
  const steps = [{ value: null, color: colors[0] ?? 'green' }, ...bounds.map((value, index) => ({ value, color: colors[index + 1] ?? colors.at(-1) ?? 'red' }))];
  const mappings: Json[] = [];
  for (const { value, text } of asList(panel['valueMaps']).map(asRecord)) {
    if (value === 'null' || value === 'N/A') mappings.push({ type: 'special', options: { match: 'null', result: { text } } });
    else if (value !== undefined && value !== '') mappings.push({ type: 'value', options: { [asText(value)]: { text } } });
  }
  for (const { from, to, text } of panel['mappingType'] === 2 ? asList(panel['rangeMaps']).map(asRecord) : []) {
    if (from === 'null') mappings.push({ type: 'special', options: { match: 'null', result: { text } } });
    else mappings.push({ type: 'range', options: { from: numberIn(from) ?? null, to: numberIn(to) ?? null, result: { text } } });
  }
  for (const fix of ['prefix', 'postfix']) if (asText(panel[fix]) !== '') losses.push(`the ${fix} "${asText(panel[fix])}" is left out`);
  if (panel['tableColumn'] !== undefined && asText(panel['tableColumn']) !== '') losses.push('the table column is taken as the field to show');
  const decimals = numberIn(panel['decimals']);
  const isColored = panel['colorBackground'] === true || panel['colorValue'] === true;
  return {
    losses,
    panel: {
      ...panel, type: isGauge ? 'gauge' : 'stat',
      options: {
        reduceOptions: { calcs: [reducer(panel['valueName'])], fields: asText(panel['tableColumn']), values: false }, orientation: 'horizontal',
        ...(isGauge ? { showThresholdMarkers: gauge['thresholdMarkers'] !== false, showThresholdLabels: gauge['thresholdLabels'] === true } : { colorMode: panel['colorBackground'] === true ? 'background' : panel['colorValue'] === true ? 'value' : 'none', graphMode: asRecord(panel['sparkline'])['show'] === true ? 'area' : 'none', textMode: asText(panel['valueName']) === 'name' ? 'name' : 'auto' }),
      },
      fieldConfig: { overrides: [], defaults: {
        ...unitOf(panel['format']), ...(decimals === undefined ? {} : { decimals }), mappings, ...(isGauge ? { min: numberIn(gauge['minValue']) ?? 0, max: numberIn(gauge['maxValue']) ?? 100 } : {}),
        ...(isColored || isGauge ? { thresholds: { mode: 'absolute', steps }, color: { mode: 'thresholds' } } : {}), ...(asText(panel['nullText']) === '' ? {} : { noValue: asText(panel['nullText']) }),
      } },
    },
  };
}

function fromOldTable(panel: Json): Migrated {
  const losses: string[] = [];
  const overrides: Json[] = [];
  const transformations: Json[] = [];
  const transform = asText(panel['transform'], 'timeseries_to_columns');
  if (transform === 'timeseries_aggregations') transformations.push({ id: 'reduce', options: { reducers: asList(panel['columns']).map((one) => reducer(asRecord(one)['value'])) } });
  else if (transform === 'timeseries_to_columns') transformations.push({ id: 'seriesToColumns', options: {} });
  else if (transform === 'timeseries_to_rows') transformations.push({ id: 'seriesToRows', options: {} });
  else if (transform === 'table') transformations.push({ id: 'merge', options: {} });
  else losses.push(`the table's form "${transform}" is not taken over`);
  const defaults: Record<string, unknown> = { custom: {} };
  for (const style of asList(panel['styles']).map(asRecord)) {
    const properties: { id: string; value: unknown }[] = [];
    if (style['alias'] !== undefined && style['alias'] !== '') properties.push({ id: 'displayName', value: style['alias'] });
    if (style['unit'] !== undefined && style['type'] === 'number') properties.push({ id: 'unit', value: style['unit'] });
    if (style['decimals'] !== undefined && style['type'] === 'number') properties.push({ id: 'decimals', value: style['decimals'] });
    if (style['type'] === 'date') properties.push({ id: 'unit', value: `time: ${asText(style['dateFormat'], 'YYYY-MM-DD HH:mm:ss')}` });
    if (style['type'] === 'hidden') properties.push({ id: 'custom.hidden', value: true });
    if (style['link'] === true && style['linkUrl'] !== undefined) properties.push({ id: 'links', value: [{ title: style['linkTooltip'], url: style['linkUrl'] }] });
    const bounds = asList(style['thresholds']).map(Number).filter((value) => !Number.isNaN(value));
    const colors = asList(style['colors']).map((color) => asText(color));
    if (bounds.length > 0) {
      properties.push({ id: 'thresholds', value: { mode: 'absolute', steps: [{ value: null, color: colors[0] }, ...bounds.map((value, index) => ({ value, color: colors[index + 1] }))] } });
      if (style['colorMode'] === 'cell' || style['colorMode'] === 'row') properties.push({ id: 'custom.cellOptions', value: { type: 'color-background' } });
      else if (style['colorMode'] === 'value') properties.push({ id: 'custom.cellOptions', value: { type: 'color-text' } });
    }
    const pattern = asText(style['pattern']);
    if (pattern === '/.*/') for (const { id, value } of properties) if (!id.startsWith('custom.')) defaults[id] = value;
    if (pattern !== '/.*/') overrides.push({ matcher: pattern.startsWith('/') ? { id: 'byRegexp', options: pattern } : { id: 'byName', options: pattern }, properties });
  }
  return { losses, panel: { ...panel, type: 'table', transformations, fieldConfig: { defaults, overrides }, options: { showHeader: panel['showHeader'] !== false } } };
}
