import { matchersOf } from '../variables/adhoc.ts';
import { asRecord } from '../matchers.ts';
import type { JsonPath, Variable, VariableOption } from './dashboard.ts';
import { asList, asNumber, asText } from './values.ts';

const types = ['query', 'custom', 'interval', 'constant', 'textbox', 'datasource', 'adhoc'] as const;

/** Reads a variable of the classic model; the newer models have the same fields under `spec`. */
export function readVariable(json: Readonly<Record<string, unknown>>, path: JsonPath): Variable {
  const type = types.find((one) => one === json['type']) ?? 'unknown';
  const query = typeof json['query'] === 'string' ? json['query'] : asText(asRecord(json['query'])['query']);
  const current = asRecord(json['current'])['value'];
  const hide = json['hide'];
  const definition = asText(json['definition']);
  return {
    name: asText(json['name']), type, label: asText(json['label']), hide: hide === 2 || hide === 'hideVariable' ? 'all' : hide === 1 || hide === 'hideLabel' ? 'label' : 'no',
    query: type === 'adhoc' ? matchersOf(json['filters']) : query === '' ? definition : query, regex: asText(json['regex']), sort: asNumber(json['sort'], 0),
    multi: json['multi'] === true, includeAll: json['includeAll'] === true, allValue: typeof json['allValue'] === 'string' && json['allValue'] !== '' ? json['allValue'] : undefined,
    options: asList(json['options']).map((one) => asRecord(one)).map((option): VariableOption => ({ text: asText(option['text'], asText(option['value'])), value: asText(option['value']) })).filter(({ value }) => value !== '$__all'),
    current: (Array.isArray(current) ? current : current === undefined || current === null ? [] : [current]).map((value) => asText(value)).filter((value) => value !== ''), path,
  };
}
