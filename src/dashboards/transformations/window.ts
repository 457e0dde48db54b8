/** Moving calculations of "Add field from calculation" (Grafana 13, transformers/calculateField.ts). */

import type { Field } from '../frame.ts';
import { reduceField } from '../values/reduce.ts';

/** A calculation over the rows around each; undefined where the column or the calculation is not known. */
export function windowValues(field: Field | undefined, length: number, options: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const { reducer = 'mean', windowAlignment = 'trailing', windowSizeMode = 'percentage', windowSize = 0.1 } = options;
  const size = Math.max(1, Math.ceil(windowSizeMode === 'percentage' ? Number(windowSize) * length : Number(windowSize)));
  if (field === undefined || !['mean', 'stdDev', 'variance'].includes(String(reducer)) || Number.isNaN(size)) return undefined;
  const ahead = windowAlignment === 'centered' ? Math.floor((size - 1) / 2) : 0;
  return Array.from({ length }, (_, row) => {
    const values = field.values.slice(Math.max(0, row + ahead - size + 1), Math.min(row + ahead + 1, field.values.length));
    return reduceField({ name: '', type: 'number', config: {}, values }, String(reducer)) ?? 0;
  });
}
