/** What a template becomes for an alert, as Prometheus' rule manager expands it. */

import type { TemplateError } from './ast.ts';
import { BudgetSpent } from './budget.ts';
import { execute, ExecutionError } from './evaluate.ts';
import { nodeText } from './nodeText.ts';
import { parseTemplate } from './parser.ts';
import { prometheusFunctions } from './prometheusFunctions.ts';
import type { Surroundings } from './prometheusFunctions.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import { anyValue, floatValue, labelsValue, stringValue, types } from './values.ts';
import type { Value } from './values.ts';

/** What a template may use. */
export interface TemplateData extends Surroundings {
  /** The alert's labels: those of the expression's result, without `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly externalLabels: Readonly<Record<string, string>>;
  /** The expression's value. */
  readonly value: number;
  /** The alert's name, for the name of the template. */
  readonly alert?: string;
}

/** Why a template gives no text. */
export interface ExpansionError extends TemplateError {
  /** The node at fault in Go's normal form; absent where the text does not parse. */
  readonly context?: string;
  /** It would fail so with any data that lead there: a wrong type or number of arguments, a field that there is not. */
  readonly structural: boolean;
  /** We gave up where Prometheus might have gone on: the template does too much. */
  readonly limited?: true;
}

/** The text, or why there is none. */
export type Expansion = { readonly text: string } | { readonly error: ExpansionError };

/** Expands a template; bounded in time and memory whatever the text. */
export function expandTemplate(text: string, data: TemplateData): Expansion {
  if (!text.includes('{{')) return { text };
  const all = { start: 0, end: text.length };
  const { errors: [syntax], template, tooDeep } = parseTemplate(text, data.alert === undefined ? {} : { alert: data.alert });
  if (syntax !== undefined) return { error: { ...syntax, structural: true } };
  if (template === undefined || tooDeep === true) return { error: { message: 'this template nests too deeply to be expanded here', ...all, structural: false, limited: true } };
  const labels = mapValue(data.labels);
  const externalLabels = mapValue(data.externalLabels);
  const externalURL = stringValue(encodeUtf8(data.externalURL));
  const value = floatValue(data.value);
  const dot: Value = { kind: 'struct', type: types.alert, fields: [labels, externalLabels, externalURL, anyValue(value)] };
  const variables = [['$labels', labels], ['$externalLabels', externalLabels], ['$externalURL', externalURL], ['$value', value]] as const;
  try {
    return { text: decodeUtf8(execute(template, dot, variables, prometheusFunctions(data))) };
  } catch (error) {
    if (error instanceof BudgetSpent) return { error: { message: `this template cannot be expanded here: ${error.message}`, ...all, structural: false, limited: true } };
    if (!(error instanceof ExecutionError)) throw error;
    const { node, message, structural } = error;
    const { start, end } = node ?? all;
    return { error: { message, start, end, structural, ...(node === undefined ? {} : { context: nodeText(node) }) } };
  }
}

function mapValue(labels: Readonly<Record<string, string>>): Value {
  return labelsValue(Object.entries(labels).map(([name, value]) => [encodeUtf8(name), encodeUtf8(value)] as const));
}
