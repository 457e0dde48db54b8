/**
 * What panels and the extension say to each other. Both sides check what arrives: a message of another version, or of
 * somebody else in the page, is no message.
 */

import type { NameScheme } from '../language/relabel/labelNames.ts';

export type Labels = Readonly<Record<string, string>>;

/** Extension → "Try relabeling". */
export type RelabelMessage =
  /** The list as it stands in the file now; `configs` in the operator's spelling, read by the panel. */
  | { readonly type: 'list'; readonly title: string; readonly subject: 'target' | 'sample' | 'alert'; readonly configs: readonly unknown[]; readonly problems: readonly StepProblem[]; readonly nameScheme: NameScheme; readonly sample: Labels }
  | { readonly type: 'gone' };

/** `step` counts from 0; null where the whole list is at fault. */
export interface StepProblem {
  readonly step: number | null;
  readonly message: string;
}

/** Extension → "Who gets this alert?". */
export type RouteMessage =
  | ({ readonly type: 'route' } & RouteView)
  | { readonly type: 'gone' };

export interface RouteView {
  readonly title: string;
  readonly subtitle: string;
  /** Those that are known of the alert, to begin with. */
  readonly labels: readonly { readonly name: string; readonly value: string; readonly note: string }[];
  readonly warnings: readonly string[];
  readonly journeys: readonly JourneyView[];
  /** Of an AlertmanagerConfig: the alerts that end there; null for an alert. */
  readonly arrivals: readonly ArrivalView[] | null;
}

export interface JourneyView {
  readonly alertmanager: string;
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  readonly stops: readonly StopView[];
  readonly inhibitions: readonly string[];
}

export interface StopView {
  readonly receiver: string;
  readonly reasons: readonly string[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Whether a field of a file can be shown for it. */
  readonly hasPlace: boolean;
}

export interface ArrivalView {
  readonly alert: string;
  readonly labels: string;
  readonly alertmanager: string;
  readonly receivers: readonly string[];
  readonly hasPlace: boolean;
}

/** Extension → the panel of a chain. */
export type ChainMessage =
  | ({ readonly type: 'chain' } & ChainView)
  | { readonly type: 'gone' };

export interface ChainView {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly columns: readonly string[];
  readonly nodes: readonly { readonly title: string; readonly detail: string; readonly column: number; readonly hasPlace: boolean }[];
  /** Indices of `nodes`. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly label: string }[];
}

/** Panel → extension. */
export type PanelRequest =
  /** The panel listens now. */
  | { readonly type: 'ready'; readonly labels?: Labels }
  /** Route these labels. */
  | { readonly type: 'ask'; readonly labels: Labels }
  /** Show the file: a step of the list, a stop (`journey`, `index`) or an arrival. */
  | { readonly type: 'open'; readonly journey?: number; readonly index: number }
  | { readonly type: 'copy' };

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isFlag: Check = (value) => typeof value === 'boolean';
const anything: Check = () => true;
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const oneOf = (...words: readonly string[]): Check => (value) => typeof value === 'string' && words.includes(value);
const orNull = (check: Check): Check => (value) => value === null || check(value);
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const isLabels: Check = (value) => isRecord(value) && Object.values(value).every(isText);
const shape = (checks: Readonly<Record<string, Check>>): Check => (value) => isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const gone = shape({ type: oneOf('gone') });
const relabelList = shape({ type: oneOf('list'), title: isText, subject: oneOf('target', 'sample', 'alert'), configs: listOf(anything), problems: listOf(shape({ step: orNull(isCount), message: isText })), nameScheme: oneOf('legacy', 'utf8'), sample: isLabels });
const facts = listOf(shape({ name: isText, value: isText }));
const stop = shape({ receiver: isText, reasons: listOf(isText), facts, hasPlace: isFlag });
const journey = shape({ alertmanager: isText, faults: listOf(isText), warnings: listOf(isText), stops: listOf(stop), inhibitions: listOf(isText) });
const arrival = shape({ alert: isText, labels: isText, alertmanager: isText, receivers: listOf(isText), hasPlace: isFlag });
const route = shape({ type: oneOf('route'), title: isText, subtitle: isText, labels: listOf(shape({ name: isText, value: isText, note: isText })), warnings: listOf(isText), journeys: listOf(journey), arrivals: orNull(listOf(arrival)) });

const chainNode = shape({ title: isText, detail: isText, column: isCount, hasPlace: isFlag });
const chain = shape({ type: oneOf('chain'), title: isText, sentences: listOf(isText), columns: listOf(isText), nodes: listOf(chainNode), edges: listOf(shape({ from: isCount, to: isCount, label: isText })) });

/** The message, when it is one for the panel of a chain. */
export function readChainMessage(value: unknown): ChainMessage | undefined {
  return chain(value) || gone(value) ? value as ChainMessage : undefined;
}

/** The message, when it is one for "Try relabeling". */
export function readRelabelMessage(value: unknown): RelabelMessage | undefined {
  return relabelList(value) || gone(value) ? value as RelabelMessage : undefined;
}

/** The message, when it is one for "Who gets this alert?". */
export function readRouteMessage(value: unknown): RouteMessage | undefined {
  return route(value) || gone(value) ? value as RouteMessage : undefined;
}

const requests: Readonly<Record<string, Check>> = {
  ready: shape({ labels: optional(isLabels) }),
  ask: shape({ labels: isLabels }),
  open: shape({ journey: optional(isCount), index: isCount }),
  copy: anything,
};

/** The request, when a panel sent one. */
export function readPanelRequest(value: unknown): PanelRequest | undefined {
  if (!isRecord(value) || typeof value['type'] !== 'string' || !Object.hasOwn(requests, value['type'])) return undefined;
  return requests[value['type']]?.(value) === true ? value as PanelRequest : undefined;
}
