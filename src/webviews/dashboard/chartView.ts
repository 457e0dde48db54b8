import { displayName } from '../../dashboards/fieldNames.ts';
import type { Field, Frame } from '../../dashboards/frame.ts';
import { asRecord } from '../../dashboards/matchers.ts';
import type { Panel } from '../../dashboards/model/dashboard.ts';
import { colorByName } from '../../dashboards/values/colors.ts';
import { displayOf, type DisplayOptions, seriesColor } from '../../dashboards/values/display.ts';
import { formattedText } from '../../dashboards/values/numbers.ts';
import type { Annotation, ChartData, ChartOptions, ChartSeries, TimeRange, ValueAxis } from '../chart/chartData.ts';

/** Series that one chart draws: more cannot be told apart, and would make every panel slow. */
const mostSeries = 500;

/** What a chart shows of a panel's tables, and how many series it leaves out. */
export interface ChartView {
  readonly data: ChartData;
  readonly options: ChartOptions;
  readonly left: number;
}

/** Tables over time as a chart. @param range seconds */
export function chartView(panel: Panel, frames: readonly Frame[], shown: DisplayOptions, { range, sync, height, width, isBeside, title, annotations }: { readonly range: TimeRange; readonly sync: string | undefined; readonly height: number; readonly width: number | undefined; readonly isBeside: boolean; readonly title: string; readonly annotations: readonly Annotation[] }): ChartView {
  const columns = frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === 'time');
    if (time === undefined) return [];
    return frame.fields.filter((field) => field.type === 'number' && asRecord(field.config.custom?.['hideFrom'])['viz'] !== true).map((field) => ({ field, frame, times: time.values as readonly number[] }));
  });
  const drawn = columns.slice(0, mostSeries);
  const times = mergedTimes(drawn.map((column) => column.times));
  const places = new Map(times.map((time, index) => [time, index]));
  const series = drawn.map(({ field, frame, times: own }) => chartSeries(field, displayName(field, frame, frames), times.length, own, places, shown));
  const [left, right] = (['left', 'right'] as const).map((axis) => axisOf(drawn.map(({ field }) => field).filter((field) => placement(field) === axis), shown));
  const legend = asRecord(panel.options['legend']);
  const showsLegend = legend['showLegend'] !== false && legend['displayMode'] !== 'hidden';
  return {
    left: columns.length - drawn.length,
    data: { times: Float64Array.from(times, (time) => time / 1000), series },
    options: {
      title, height, range, annotations, legend: !showsLegend ? 'none' : legend['displayMode'] === 'table' ? 'table' : 'list', legendAt: isBeside ? 'right' : 'below', zone: shown.timeZone === 'utc' ? 'utc' : 'browser',
      ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }), ...(sync === undefined ? {} : { sync }), ...(width === undefined ? {} : { width }), thresholds: thresholdsOf(drawn[0]?.field, shown),
    },
  };
}

function mergedTimes(lists: readonly (readonly number[])[]): readonly number[] {
  const [first] = lists;
  if (first === undefined) return [];
  if (lists.every((list) => list === first || (list.length === first.length && list[0] === first[0] && list.at(-1) === first.at(-1) && list.every((time, index) => time === first[index])))) return first;
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

const placement = (field: Field): 'left' | 'right' => (field.config.custom?.['axisPlacement'] === 'right' ? 'right' : 'left');

function chartSeries(field: Field, name: string, length: number, times: readonly number[], places: ReadonlyMap<number, number>, shown: DisplayOptions): ChartSeries {
  const custom = field.config.custom ?? {};
  const display = displayOf(field, shown);
  const sign = custom['transform'] === 'negative-Y' ? -1 : 1;
  const values = new Array<number | null>(length).fill(null);
  for (const [index, time] of times.entries()) {
    const value = field.values[index];
    if (typeof value === 'number' && Number.isFinite(value)) values[places.get(time) ?? 0] = sign * value;
  }
  const stacking = asRecord(custom['stacking']);
  const isStacked = stacking['mode'] === 'normal' || stacking['mode'] === 'percent';
  const interpolation = custom['lineInterpolation'];
  const width = typeof custom['lineWidth'] === 'number' ? custom['lineWidth'] : 1;
  const style = custom['drawStyle'];
  return {
    name, values, color: seriesColor(field.config.color === undefined ? { ...field, config: { ...field.config, color: { mode: 'palette-classic' } } } : field, shown.ground),
    draw: style === 'bars' ? 'bars' : style === 'points' ? 'points' : 'line', width: Math.max(width, 0.01), fill: typeof custom['fillOpacity'] === 'number' ? custom['fillOpacity'] / 100 : 0,
    ...(interpolation === 'stepAfter' ? { step: 'after' as const } : interpolation === 'stepBefore' ? { step: 'before' as const } : {}), dashed: asRecord(custom['lineStyle'])['fill'] === 'dash' || asRecord(custom['lineStyle'])['fill'] === 'dot',
    // What is drawn below the axis is its own stack.
    ...(isStacked ? { stack: `${String(stacking['group'] as string | undefined)}${sign < 0 ? '−' : ''}` } : {}), axis: placement(field), connects: custom['spanNulls'] === true, points: custom['showPoints'] === 'always',
    format: (value) => formattedText(display(sign * value)),
  };
}

function axisOf(fields: readonly Field[], shown: DisplayOptions): ValueAxis | undefined {
  const [first] = fields;
  if (first === undefined) return undefined;
  const { min, max, custom = {} } = first.config;
  const display = displayOf({ ...first, config: { ...first.config, mappings: undefined } }, shown);
  const scale = asRecord(custom['scaleDistribution']);
  return {
    format: (value) => formattedText(display(value)), ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }),
    ...(scale['type'] === 'log' ? { log: scale['log'] === 2 ? 2 as const : 10 as const } : {}), ...(typeof custom['axisLabel'] === 'string' && custom['axisLabel'] !== '' ? { label: custom['axisLabel'] } : {}),
  };
}

function thresholdsOf(field: Field | undefined, { ground }: DisplayOptions): NonNullable<ChartOptions['thresholds']> {
  const mode = asRecord(field?.config.custom?.['thresholdsStyle'])['mode'];
  if (field === undefined || typeof mode !== 'string' || mode === 'off') return [];
  return (field.config.thresholds?.steps ?? []).filter(({ value }) => Number.isFinite(value)).map(({ value, color }) => ({ value, color: colorByName(color, ground), ...(mode.includes('area') ? { shade: 'above' as const } : {}) }));
}
