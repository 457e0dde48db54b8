/** What the dashboard panel and the extension say to each other; both sides check what arrives. */

import type { VariableQuestion } from '../dashboards/variables/choices.ts';
import { anything, type Check, isCount, isLabels, isNumber, isOneOf, isText, listOf, oneOf, optional, orNull, shape } from './checks.ts';

/** Extension → dashboard panel. */
export type DashboardMessage =
  | ({ readonly type: 'dashboard' } & DashboardView)
  /** What was asked under `id`. */
  | { readonly type: 'answer'; readonly id: number; readonly answer: AnswerView }
  | { readonly type: 'values'; readonly id: number; readonly values: readonly string[] }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

/** A dashboard and who answers its queries. */
export interface DashboardView {
  /** The file or object that it comes from. */
  readonly source: string;
  /** JSON that carries just this dashboard. */
  readonly carrier: unknown;
  /** Those of the same file, and which one is shown. */
  readonly names: readonly string[];
  readonly index: number;
  /** Why the file as it stands cannot be shown; null where it can. */
  readonly fault: string | null;
  readonly servers: readonly { readonly key: string; readonly name: string }[];
  readonly server: string | null;
  /** Why nobody answers queries. */
  readonly trouble: string | null;
  /** Whether a part of it can be shown in a file. */
  readonly hasFile: boolean;
}

/** Prometheus' answer. Numbers come as text: JSON has no infinity. */
export interface AnswerView {
  readonly type: 'vector' | 'matrix' | 'scalar' | 'string';
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly value?: readonly [number, string]; readonly values?: readonly (readonly [number, string])[] }[];
  readonly sample: readonly [number, string] | null;
}

/** Dashboard panel → extension. */
export type DashboardRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'query'; readonly id: number; readonly expression: string; readonly start: number; readonly end: number; readonly step: number | null }
  | { readonly type: 'values'; readonly id: number; readonly question: VariableQuestion; readonly start: number; readonly end: number }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'server'; readonly key: string }
  | { readonly type: 'choose'; readonly index: number }
  | { readonly type: 'reveal'; readonly path: readonly (string | number)[] }
  | { readonly type: 'link'; readonly url: string }
  | { readonly type: 'runQuery'; readonly expression: string; readonly title: string }
  | { readonly type: 'openGrafana' }
  | { readonly type: 'save'; readonly name: string; readonly format: 'png' | 'csv'; readonly content: string };

const isSample: Check = (value) => Array.isArray(value) && value.length === 2 && isNumber(value[0]) && isText(value[1]);
const isAnswer = shape({ type: oneOf('vector', 'matrix', 'scalar', 'string'), series: listOf(shape({ labels: isLabels, value: optional(isSample), values: optional(listOf(isSample)) })), sample: orNull(isSample) });

const messages: Readonly<Record<string, Check>> = {
  dashboard: shape({ source: isText, carrier: anything, names: listOf(isText), index: isCount, fault: orNull(isText), servers: listOf(shape({ key: isText, name: isText })), server: orNull(isText), trouble: orNull(isText), hasFile: (value) => typeof value === 'boolean' }),
  answer: shape({ id: isCount, answer: isAnswer }),
  values: shape({ id: isCount, values: listOf(isText) }),
  failure: shape({ id: isCount, message: isText }),
};

const requests: Readonly<Record<string, Check>> = {
  ready: anything,
  query: shape({ id: isCount, expression: isText, start: isNumber, end: isNumber, step: orNull(isNumber) }),
  values: shape({ id: isCount, question: shape({ ask: oneOf('label values', 'label names', 'metrics', 'query result', 'series'), label: optional(isText), match: optional(isText), pattern: optional(isText), expression: optional(isText) }), start: isNumber, end: isNumber }),
  cancel: shape({ id: isCount }),
  server: shape({ key: isText }),
  choose: shape({ index: isCount }),
  reveal: shape({ path: listOf((step) => isText(step) || isCount(step)) }),
  link: shape({ url: isText }),
  runQuery: shape({ expression: isText, title: isText }),
  openGrafana: anything,
  save: shape({ name: isText, format: oneOf('png', 'csv'), content: isText }),
};

/** The message, when it is one for the dashboard panel. */
export function readDashboardMessage(value: unknown): DashboardMessage | undefined {
  return isOneOf(messages, value) ? value as DashboardMessage : undefined;
}

/** The request, when the dashboard panel sent one. */
export function readDashboardRequest(value: unknown): DashboardRequest | undefined {
  return isOneOf(requests, value) ? value as DashboardRequest : undefined;
}
