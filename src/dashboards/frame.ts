/** Tables of typed columns, as Grafana's panels and transformations see data. */

/** What a column holds; `other` where it could not be told. */
export type FieldType = 'time' | 'number' | 'string' | 'boolean' | 'other';

export type Labels = Readonly<Record<string, string>>;

/** A column. Times are milliseconds since 1970. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly values: readonly unknown[];
  readonly labels?: Labels | undefined;
  readonly config: FieldConfig;
  /** What Grafana remembers of a column from one transformation to the next: names once shown stay. */
  state?: FieldState | undefined;
}

/** Remembered of a column. */
export interface FieldState {
  displayName?: string | undefined;
  multipleFrames?: boolean | undefined;
  /** Its place among all columns but times, which decides its colour. */
  seriesIndex?: number | undefined;
  range?: { readonly min: number; readonly max: number } | undefined;
}

/** A table. */
export interface Frame {
  readonly name?: string | undefined;
  /** Of the query that it answers. */
  readonly refId?: string | undefined;
  readonly fields: readonly Field[];
  readonly length: number;
}

/** A boundary and the colour from there on. */
export interface Threshold {
  readonly value: number;
  readonly color: string;
}

/** How the values of a column are shown. */
export interface FieldConfig {
  displayName?: string | undefined;
  /** From a query's legend. */
  displayNameFromDS?: string | undefined;
  description?: string | undefined;
  unit?: string | undefined;
  decimals?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  fieldMinMax?: boolean | undefined;
  noValue?: string | undefined;
  mappings?: readonly ValueMapping[] | undefined;
  thresholds?: { readonly mode: 'absolute' | 'percentage'; readonly steps: readonly Threshold[] } | undefined;
  color?: { readonly mode: string; readonly fixedColor?: string | undefined; readonly seriesBy?: string | undefined } | undefined;
  links?: readonly unknown[] | undefined;
  filterable?: boolean | undefined;
  /** What only one kind of panel knows: line widths, stacking, cell types. */
  custom?: Record<string, unknown> | undefined;
}

/** What a mapping shows in place of a value. */
export interface MappingResult {
  readonly text?: string | undefined;
  readonly color?: string | undefined;
  readonly icon?: string | undefined;
}

/** A rule that shows something else for a value. */
export type ValueMapping =
  | { readonly type: 'value'; readonly options: Readonly<Record<string, MappingResult>> }
  | { readonly type: 'range'; readonly options: { readonly from: number | null; readonly to: number | null; readonly result: MappingResult } }
  | { readonly type: 'regex'; readonly options: { readonly pattern: string; readonly result: MappingResult } }
  | { readonly type: 'special'; readonly options: { readonly match: string; readonly result: MappingResult } };

/** The first column of times. */
export function timeField(frame: Frame): Field | undefined {
  return frame.fields.find(({ type }) => type === 'time');
}
