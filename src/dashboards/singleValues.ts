/** The values that stat, gauge, bar gauge and pie panels show (Grafana 13, packages/grafana-data/src/field/fieldDisplay.ts). */

import { displayName } from './fieldNames.ts';
import type { Field, Frame } from './frame.ts';
import { asRecord } from './matchers.ts';
import { readPattern } from './patterns.ts';
import { displayOf, type DisplayOptions, type DisplayValue, rangeOf } from './values/display.ts';
import { reduceField } from './values/reduce.ts';

/** One value of a panel. */
export interface SingleValue {
  readonly title: string;
  readonly display: DisplayValue;
  readonly field: Field;
  readonly min: number;
  readonly max: number;
  /** The times and numbers behind it, for a small graph. */
  readonly times: readonly number[];
  readonly values: readonly unknown[];
}

/** Values of all rows that a panel shows at most, as in Grafana. */
const mostRows = 25;

/** The values by a panel's `reduceOptions`. */
export function singleValues(frames: readonly Frame[], options: Readonly<Record<string, unknown>>, shown: DisplayOptions): readonly SingleValue[] {
  const { calcs, values: allRows, fields, limit } = asRecord(options['reduceOptions']);
  const ids = Array.isArray(calcs) && calcs.length > 0 ? calcs.map(String) : ['lastNotNull'];
  const isChosen = chooser(fields);
  const result: SingleValue[] = [];
  for (const frame of frames) {
    const time = frame.fields.find(({ type }) => type === 'time');
    for (const field of frame.fields) {
      const custom = asRecord(field.config.custom?.['hideFrom']);
      if (custom['viz'] === true || !isChosen(field, displayName(field, frame, frames))) continue;
      const show = displayOf(field, shown);
      const { min, max } = rangeOf(field);
      const common = { field, min, max, times: (time?.values ?? []) as readonly number[], values: field.values };
      const name = displayName(field, frame, frames);
      if (allRows === true) {
        const label = frame.fields.find(({ type }) => type === 'string');
        for (const [row, value] of field.values.entries()) {
          if (result.length >= (typeof limit === 'number' ? limit : mostRows)) return result;
          result.push({ ...common, title: label === undefined ? name : String(label.values[row]), display: show(value) });
        }
      } else {
        for (const id of ids) {
          const value = reduceField(field, id);
          // A count is no number of bytes.
          const isCount = id === 'count' || id === 'distinctCount' || id === 'changeCount' || id === 'countAll';
          result.push({ ...common, title: name, display: (isCount ? displayOf({ ...field, config: { ...field.config, unit: undefined } }, shown) : show)(value) });
        }
      }
    }
  }
  return result;
}

/** `reduceOptions.fields`: nothing for numbers, a pattern, or a name. */
function chooser(fields: unknown): (field: Field, name: string) => boolean {
  if (typeof fields !== 'string' || fields === '') return ({ type }) => type === 'number';
  const pattern = fields.startsWith('/') ? readPattern(fields) : undefined;
  return ({ type }, name) => (pattern === undefined ? name === fields : pattern.test(name) && (type !== 'time' || fields !== '/.*/'));
}
