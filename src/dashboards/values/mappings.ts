/** Value mappings (Grafana 13, packages/grafana-data/src/utils/valueMappings.ts). */

import type { MappingResult, ValueMapping } from '../frame.ts';
import { readPattern } from '../patterns.ts';

/** What is shown in place of a value; the first mapping that has one for it decides. */
export function mappingResult(mappings: readonly ValueMapping[], value: unknown): MappingResult | undefined {
  for (const mapping of mappings) {
    const result = resultOf(mapping, value);
    if (result !== undefined) return result;
  }
  return undefined;
}

function resultOf(mapping: ValueMapping, value: unknown): MappingResult | undefined {
  switch (mapping.type) {
    case 'value': {
      const key = String(value);
      return value !== null && value !== undefined && Object.hasOwn(mapping.options, key) ? mapping.options[key] : undefined;
    }
    case 'range': {
      const number = value === null || value === undefined ? NaN : Number.parseFloat(String(value));
      const { from, to, result } = mapping.options;
      return Number.isNaN(number) || number < (from ?? -Infinity) || number > (to ?? Infinity) ? undefined : result;
    }
    case 'regex': {
      const pattern = typeof value === 'string' ? readPattern(mapping.options.pattern) : undefined;
      if (typeof value !== 'string' || pattern?.test(value) !== true) return undefined;
      const { result } = mapping.options;
      return result.text === undefined ? result : { ...result, text: pattern.replace(value, result.text) };
    }
    case 'special': return isSpecial(mapping.options.match, value) ? mapping.options.result : undefined;
  }
}

function isSpecial(match: string, value: unknown): boolean {
  switch (match) {
    case 'null': return value === null || value === undefined;
    case 'nan': return Number.isNaN(value);
    case 'null+nan': return value === null || value === undefined || Number.isNaN(value);
    case 'true': return value === true || value === 'true';
    case 'false': return value === false || value === 'false';
    case 'empty': return value === '';
    default: return false;
  }
}
