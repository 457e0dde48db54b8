import uPlot from 'uplot';
import type { ChartData, ChartOptions, ChartSeries, TimeRange, ValueAxis } from './chartData.ts';
import { stackedValues } from './chartData.ts';
import { bucketSize, decimate, indexAt, nearestIndex, type Table } from './decimate.ts';
import { shortNumber } from './numbers.ts';
import { drawMarks } from './marks.ts';
import { type ChartTheme, colorOf, dashOf, transparent } from './theme.ts';
import { tickLabels } from './times.ts';

/** What the plot tells its owner. */
export interface PlotEvents {
  /** The cross-hair stands at another point of time (an index of the data's times), or (undefined) nowhere. */
  readonly cursor: (index: number | undefined) => void;
  /** A stretch of time was chosen by dragging. */
  readonly selected: (range: TimeRange) => void;
  /** All was asked for, by a double click. */
  readonly reset: () => void;
}

/** Milliseconds after which a view that was moved is drawn as finely as its pixels allow. */
const rest = 150;
/** Lines from which on a view that moves is drawn in columns of two and a half pixels: no peak is lost, and it follows the pointer. */
const manyLines = 20;

/** Reduced tables that are kept: zooming in steps comes back to them. */
const keptTables = 4;

/** uPlot with what it is given reduced to what its pixels can show. It draws into its element and knows of nothing around it. */
export class Plot {
  readonly #element: HTMLElement;
  readonly #data: ChartData;
  readonly #options: ChartOptions;
  readonly #theme: ChartTheme;
  readonly #isShown: (index: number) => boolean;
  readonly #table: Table;
  readonly #reduced = new Map<number, Table>();
  readonly #plot: uPlot;
  #view: TimeRange;
  #bucket = 0;
  #moves = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement, { data, options, theme, view, width, isShown, events }: { data: ChartData; options: ChartOptions; theme: ChartTheme; view: TimeRange; width: number; isShown: (index: number) => boolean; events: PlotEvents }) {
    this.#element = element;
    this.#data = data;
    this.#options = options;
    this.#theme = theme;
    this.#isShown = isShown;
    this.#view = view;
    this.#table = { times: data.times, series: stackedValues(data.series, isShown) };
    this.#plot = new uPlot(this.#uPlotOptions(width, events), this.#tableInView(), element);
  }

  get view(): TimeRange {
    return this.#view;
  }

  /** Moves the view; the points are reduced anew where it became wider or narrower. */
  setView(view: TimeRange): void {
    this.#view = view;
    this.#moves = this.#data.series.length >= manyLines;
    clearTimeout(this.#timer);
    if (this.#moves) {
      this.#timer = setTimeout(() => {
        this.#moves = false;
        this.#drawView();
      }, rest);
    }
    this.#drawView();
  }

  #drawView(): void {
    const view = this.#view;
    const limits = { min: view.from, max: view.to };
    if (this.#size() === this.#bucket) this.#plot.setScale('x', limits);
    else {
      this.#plot.batch(() => {
        this.#plot.setData(this.#tableInView(), false);
        this.#plot.setScale('x', limits);
      });
    }
  }

  setWidth(width: number): void {
    const height = this.#options.height ?? 260;
    if (width === this.#plot.width) return;
    this.#plot.setSize({ width, height });
    this.setView(this.#view);
  }

  /** Puts the cross-hair at a point of time, as the keyboard does. */
  setCursor(index: number): void {
    const left = this.#plot.valToPos(this.#data.times[index] ?? 0, 'x');
    this.#plot.setCursor({ left, top: this.#plot.over.clientHeight / 2 });
  }

  /** The picture as a PNG, with the theme's background. */
  png(): string {
    const { canvas } = this.#plot.ctx;
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d');
    if (context === null) return '';
    context.fillStyle = this.#theme.background;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    return copy.toDataURL('image/png');
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#plot.destroy();
    this.#element.replaceChildren();
  }

  #size(): number {
    // Bars stand for themselves: a column of them is no line through extremes.
    if (this.#data.series.some(({ draw }) => draw === 'bars' || draw === 'points')) return 1;
    const { times } = this.#table;
    return bucketSize(indexAt(times, this.#view.to) - indexAt(times, this.#view.from), this.#element.clientWidth * (this.#moves ? 0.4 : 1));
  }

  #tableInView(): uPlot.AlignedData {
    const size = this.#size();
    this.#bucket = size;
    let table = this.#reduced.get(size);
    if (table === undefined) {
      table = decimate(this.#table, size);
      const [oldest] = this.#reduced.keys();
      if (this.#reduced.size >= keptTables && oldest !== undefined) this.#reduced.delete(oldest);
      this.#reduced.set(size, table);
    }
    return [table.times, ...table.series as (number[] | Float64Array)[]];
  }

  #uPlotOptions(width: number, events: PlotEvents): uPlot.Options {
    const { sync, height = 260, zone, left, right } = this.#options;
    const { series } = this.#data;
    const hasRight = series.some(({ axis }) => axis === 'right');
    return {
      width, height, padding: [10, hasRight ? 0 : 12, 0, 0],
      legend: { show: false },
      focus: { alpha: 0.3 },
      cursor: {
        y: false, points: { show: false }, drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => { events.reset(); return null; } },
        ...(sync === undefined ? {} : { sync: { key: sync, setSeries: false, scales: ['x', null] } }),
      },
      scales: {
        x: { time: true, range: () => [this.#view.from, this.#view.to] },
        left: this.#scale(left, 'left'),
        ...(hasRight ? { right: this.#scale(right, 'right') } : {}),
      },
      axes: [
        { ...this.#axis(), values: (_, ticks, __, ___, step) => tickLabels(ticks, step, zone), space: 60, size: 28 },
        this.#valueAxis(left, 'left'),
        ...(hasRight ? [{ ...this.#valueAxis(right, 'right'), side: 1, grid: { show: false } }] : []),
      ],
      series: [{}, ...series.map((one, index) => this.#series(one, index))],
      bands: this.#bands(),
      hooks: {
        drawAxes: [(plot) => { drawMarks(plot, this.#options, this.#theme); }],
        setCursor: [(plot) => {
          const { left: at = -1 } = plot.cursor;
          events.cursor(at < 0 ? undefined : nearestIndex(this.#data.times, plot.posToVal(at, 'x')));
        }],
        setSelect: [(plot) => {
          const { left: from, width: distance } = plot.select;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          // A click moves the pointer a little, too.
          if (distance >= 4) events.selected({ from: plot.posToVal(from, 'x'), to: plot.posToVal(from + distance, 'x') });
        }],
      },
    };
  }

  #scale({ min, max, log }: ValueAxis = {}, name: 'left' | 'right'): uPlot.Scale {
    if (log !== undefined) return { distr: 3, log };
    const thresholds = name === 'left' ? (this.#options.thresholds ?? []).map(({ value }) => value) : [];
    return {
      range: (_, low, high) => {
        // Nothing in view: uPlot gives null for both.
        const values = [low, high, ...thresholds].filter((value) => (value as number | null) !== null && Number.isFinite(value));
        if (values.length === 0) return [min ?? 0, max ?? 1];
        const [from, to] = uPlot.rangeNum(Math.min(...values), Math.max(...values), 0.1, true);
        return [min ?? from, max ?? to];
      },
    };
  }

  #axis(): uPlot.Axis {
    const { muted, grid, font } = this.#theme;
    return { stroke: muted, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1, size: 4 }, gap: 4 };
  }

  #valueAxis({ format = shortNumber, label }: ValueAxis = {}, scale: 'left' | 'right'): uPlot.Axis {
    return {
      ...this.#axis(), scale,
      values: (_, ticks) => ticks.map((tick) => ((tick as number | null) === null ? '' : format(tick))),
      // As wide as the widest label, for units can be long.
      size: (plot, labels) => {
        if ((labels as string[] | null) === null) return 40;
        plot.ctx.font = this.#theme.font.replace('11px', `${String(11 * uPlot.pxRatio)}px`);
        return Math.ceil(Math.max(24, ...labels.map((text) => plot.ctx.measureText(text).width / uPlot.pxRatio)) + 14);
      },
      ...(label === undefined ? {} : { label, labelFont: this.#theme.font, labelSize: 18 }),
    };
  }

  #series({ color, draw = 'line', step, width = this.#data.series.length >= manyLines ? 1 : 1.5, fill = 0, dashed = false, connects = false, points, stack, axis = 'left' }: ChartSeries, index: number): uPlot.Series {
    const stroke = colorOf(this.#theme, index, color);
    const paths = draw === 'bars' ? uPlot.paths.bars?.({ size: [0.7, 60] })
      : draw === 'points' ? uPlot.paths.points?.()
      : step !== undefined ? uPlot.paths.stepped?.({ align: step === 'after' ? 1 : -1 })
      : uPlot.paths.linear?.();
    const opacity = draw === 'bars' ? Math.max(fill, 0.5) : fill;
    return {
      scale: axis, show: this.#isShown(index), stroke, spanGaps: connects, dash: [...dashOf(this.#theme, index, dashed)],
      width: this.#theme.isHighContrast ? Math.max(width, 2) : width,
      // The area of a stacked series is the band down to the one below.
      ...(opacity > 0 && stack === undefined ? { fill: transparent(stroke, opacity) } : {}),
      ...(paths === undefined ? {} : { paths: paths as uPlot.Series.PathBuilder }),
      points: draw === 'points' ? { show: true, size: 4, fill: stroke } : { size: 4, fill: stroke, show: points ?? false, filter: lonely },
    };
  }

  /** Areas between neighbours of a stack. */
  #bands(): uPlot.Band[] {
    const below = new Map<string, number>();
    return this.#data.series.flatMap(({ stack, fill = 0, color }, index): uPlot.Band[] => {
      if (stack === undefined || !this.#isShown(index)) return [];
      const lower = below.get(stack);
      below.set(stack, index);
      return lower === undefined || fill === 0 ? [] : [{ series: [index + 1, lower + 1], fill: transparent(colorOf(this.#theme, index, color), fill) }];
    });
  }
}

/** The values that a line would not show: those alone between gaps. */
function lonely(plot: uPlot, index: number, showsAll: boolean): number[] | null {
  const values = plot.data[index];
  if (showsAll || values === undefined) return null;
  const isThere = (at: number): boolean => (values[at] ?? null) !== null;
  // Those without gaps are numbers throughout.
  const known = values instanceof Float64Array && values.length > 1 ? [] : [...values.keys()].filter(isThere);
  const alone = plot.series[index]?.spanGaps === true && known.length > 1 ? [] : known.filter((at) => !isThere(at - 1) && !isThere(at + 1));
  return alone.length === 0 ? null : alone;
}
