import type { Values } from './decimate.ts';
import type { TimeZone } from './times.ts';

/** What a chart shows: times in seconds since 1970, ascending, and for each a value of every series. */
export interface ChartData {
  readonly times: Float64Array;
  readonly series: readonly ChartSeries[];
}

/** One line of a chart, and how it is drawn. */
export interface ChartSeries {
  readonly name: string;
  /** As many as the chart has times. */
  readonly values: Values;
  /** A CSS colour, or `var(--vscode-…)`; one of the theme's own by the series' place when absent. */
  readonly color?: string;
  readonly draw?: 'line' | 'points' | 'bars';
  /** Each value holds until the next one (after), or from the one before. */
  readonly step?: 'after' | 'before';
  /** CSS pixels; when absent 1.5, and 1 where there are many lines. */
  readonly width?: number;
  /** How opaque the area below it is, 0 to 1. */
  readonly fill?: number;
  readonly dashed?: boolean;
  /** Values of one stack are drawn on top of each other, in their order. */
  readonly stack?: string;
  readonly axis?: 'left' | 'right';
  /** Draws over places without a value. */
  readonly connects?: boolean;
  /** Shows a dot at each value, where there is room. */
  readonly points?: boolean;
  readonly format?: (value: number) => string;
}

/** A value that lines are compared with. */
export interface Threshold {
  readonly value: number;
  readonly label?: string;
  readonly color?: string;
  /** Which side is shaded; a line only when absent. */
  readonly shade?: 'above' | 'below';
}

/** A moment, or with `to` a stretch of time. */
export interface Annotation {
  readonly from: number;
  readonly to?: number;
  readonly title: string;
  readonly color?: string;
}

/** An axis of values. */
export interface ValueAxis {
  readonly format?: (value: number) => string;
  readonly min?: number;
  readonly max?: number;
  readonly log?: 2 | 10;
  readonly label?: string;
}

/** What surrounds the lines. */
export interface ChartOptions {
  /** What the chart is of, for those who do not see it. */
  readonly title?: string;
  /** CSS pixels of the plot. 260 when absent. */
  readonly height?: number;
  /** CSS pixels that it is drawn with first, where its owner knows them; it fills its width in any case. */
  readonly width?: number;
  readonly left?: ValueAxis;
  readonly right?: ValueAxis;
  readonly thresholds?: readonly Threshold[];
  readonly annotations?: readonly Annotation[];
  /** Charts with the same key share a cross-hair. */
  readonly sync?: string;
  /** A row a series with numbers, names only, or nothing. */
  readonly legend?: 'table' | 'list' | 'none';
  readonly legendAt?: 'below' | 'right';
  readonly zone?: TimeZone;
  /** The time range of the axis, in seconds; that of the data when absent. */
  readonly range?: TimeRange;
}

/** Seconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The values as they are drawn: those of a stack summed up from below. */
export function stackedValues(series: readonly ChartSeries[], isShown: (index: number) => boolean): Values[] {
  const sums = new Map<string, Float64Array>();
  return series.map(({ values, stack }, index) => {
    if (stack === undefined || !isShown(index)) return values;
    const below = sums.get(stack);
    const total = Float64Array.from(values, (value, at) => (below?.[at] ?? 0) + (value === null || Number.isNaN(value) ? 0 : value));
    sums.set(stack, total);
    return total;
  });
}
