/** From a value to what is shown of it: text, colour, share of its range (Grafana 13, field/displayProcessor.ts, scale.ts, fieldColor.ts). */

import { displayName } from '../fieldNames.ts';
import type { Field, Threshold } from '../frame.ts';
import { classicPalette, colorByName, fallbackColor, type Ground } from './colors.ts';
import type { TimeZone } from './dates.ts';
import { mappingResult } from './mappings.ts';
import { type FormattedValue } from './numbers.ts';
import { reduceField } from './reduce.ts';
import { continuousColor, shadeOf } from './schemes.ts';
import { isDateUnit, valueFormat } from './valueFormat.ts';

/** What is shown of a value. */
export interface DisplayValue extends FormattedValue {
  /** NaN for what is no number. */
  readonly numeric: number;
  readonly color: string;
  /** Where in its range, from 0 to 1. */
  readonly percent?: number;
  readonly icon?: string;
}

/** What decides besides the column itself. */
export interface DisplayOptions {
  readonly ground: Ground;
  readonly timeZone: TimeZone;
}

/** Shows the values of a column. */
export type Display = (value: unknown) => DisplayValue;

/** The range of a column's values, for shares and continuous colours. */
export function rangeOf(field: Field): { readonly min: number; readonly max: number } {
  if (field.state?.range !== undefined) return field.state.range;
  if (field.type !== 'number') return { min: 0, max: 100 };
  const bound = (configured: number | undefined, id: 'min' | 'max', empty: number): number => configured ?? (field.values.length === 0 ? empty : Number(reduceField(field, id)));
  return { min: bound(field.config.min, 'min', 0), max: bound(field.config.max, 'max', 100) };
}

/** The step of thresholds that a value has reached. */
export function activeThreshold(value: number, steps: readonly Threshold[] | undefined): Threshold | undefined {
  let active = steps?.[0];
  for (const step of steps ?? []) {
    if (!(value >= step.value)) break;
    active = step;
  }
  return active;
}

/** The colour of a value, and its share of the range. */
export function scaleOf(field: Field, ground: Ground): (value: number) => { readonly color: string; readonly percent: number } {
  const mode = field.config.color?.mode ?? 'thresholds';
  if (field.type === 'boolean') {
    return (value) => (value !== 0 && !Number.isNaN(value)
      ? { color: continuousColor(mode, 1, ground) ?? colorByName('green', ground), percent: 1 }
      : { color: continuousColor(mode, 0, ground) ?? colorByName('red', ground), percent: 0 });
  }
  const { min, max } = rangeOf(field);
  return (value) => {
    const share = value === -Infinity ? 0 : (value - min) / (max - min);
    const percent = Number.isNaN(share) ? 0 : share;
    return { percent, color: colorAt(field, mode, value, percent, ground) };
  };
}

/** The colour of a series as a whole: that of its place, its name or its last value. */
export function seriesColor(field: Field, ground: Ground): string {
  const mode = field.config.color?.mode ?? 'thresholds';
  const isByValue = mode === 'thresholds' || mode.startsWith('continuous-');
  const value = isByValue ? Number(reduceField(field, field.config.color?.seriesBy ?? 'last') ?? 0) : 0;
  return scaleOf(field, ground)(value).color;
}

function colorAt(field: Field, mode: string, value: number, percent: number, ground: Ground): string {
  switch (mode) {
    case 'fixed': case 'gradient': return colorByName(field.config.color?.fixedColor ?? fallbackColor, ground);
    case 'shades': return shadeOf(colorByName(field.config.color?.fixedColor ?? fallbackColor, ground), field.state?.seriesIndex ?? 0);
    case 'palette-classic': case 'palette-colorblind': case 'palette-categorical-next': return colorByName(classicPalette[(field.state?.seriesIndex ?? 0) % classicPalette.length], ground);
    case 'palette-classic-by-name': return colorByName(classicPalette[Math.abs(textHash(displayName(field))) % classicPalette.length], ground);
    default: {
      const continuous = continuousColor(mode, percent, ground);
      if (continuous !== undefined) return continuous;
      const { thresholds } = field.config;
      return colorByName(activeThreshold(thresholds?.mode === 'percentage' ? percent * 100 : value, thresholds?.steps)?.color, ground);
    }
  }
}

function textHash(text: string): number {
  let hash = 5381;
  for (let index = text.length - 1; index >= 0; index--) hash = (hash * 33) ^ text.charCodeAt(index);
  return hash >>> 0;
}

/** Shows the values of a column as its configuration wants them. */
export function displayOf(field: Field, { ground, timeZone }: DisplayOptions): Display {
  const { config } = field;
  const unit = unitOf(field);
  const isDate = field.type === 'time' || isDateUnit(unit);
  const format = valueFormat(unit === '' ? 'none' : unit, timeZone);
  const scale = scaleOf(field, ground);
  const showsMilliseconds = field.type === 'time' && field.values.length > 1 && Math.abs(Number(field.values.at(-1)) - Number(field.values[0])) < 60_000;
  return (value) => {
    const mapped = config.mappings === undefined ? undefined : mappingResult(config.mappings, value);
    const numeric = unit === 'string' ? NaN : toNumber(isDate && typeof value === 'string' ? Date.parse(value) : value);
    const shown: FormattedValue | undefined = mapped?.text !== undefined ? { text: mapped.text } : !Number.isNaN(numeric) && typeof value !== 'boolean' ? format(numeric, config.decimals, showsMilliseconds) : undefined;
    const { color, percent } = scale(Number.isNaN(numeric) ? -Infinity : numeric);
    return {
      ...(shown ?? { text: plain(value) || (config.noValue ?? '') }), numeric,
      color: mapped?.color === undefined ? color : colorByName(mapped.color, ground),
      ...(mapped?.color === undefined || mapped.color === '' ? { percent } : {}),
      ...(mapped?.icon === undefined ? {} : { icon: mapped.icon }),
    };
  };
}

function unitOf({ type, config: { unit = '' } }: Field): string {
  if (type === 'time' && !isDateUnit(unit)) return 'dateTimeAsSystem';
  if (type === 'boolean' && !unit.startsWith('bool')) return 'bool';
  return unit === '' && type === 'string' ? 'string' : unit;
}

/** As lodash reads numbers, without its hexadecimal liberties. */
function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && value !== '' ? Number(value.trim()) : NaN;
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => (one === null || one === undefined ? '' : plain(one))).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
