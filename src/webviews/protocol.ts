/**
 * What panels and the extension say to each other. Both sides check what arrives: a message of another version, or of
 * somebody else in the page, is no message.
 */

import type { NameScheme } from '../language/relabel/labelNames.ts';
import { anything, type Check, isCount, isFlag, isLabels, isNumber, isOneOf, isText, listOf, oneOf, optional, orNull, shape } from './checks.ts';
import { isStackFields, type StackFields } from './stackProtocol.ts';

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

/** Extension → the query panel. Answers carry the `id` of their question. */
export type QueryMessage =
  /** Who can be asked, who is, and why that one; `trouble` where nobody can. */
  | { readonly type: 'servers'; readonly servers: readonly { readonly key: string; readonly name: string }[]; readonly server: string; readonly why: string; readonly trouble: string }
  | { readonly type: 'history'; readonly queries: readonly string[] }
  /** Shows an expression and runs it. */
  | ({ readonly type: 'open' } & QueryView)
  /** `times` in seconds since 1970; each series has a value for each. `left` series more were found and left out. */
  | { readonly type: 'graph'; readonly id: string; readonly times: readonly number[]; readonly series: readonly { readonly labels: Labels; readonly values: readonly (number | null)[] }[]; readonly left: number; readonly notes: readonly string[] }
  | { readonly type: 'table'; readonly id: string; readonly rows: readonly { readonly labels: Labels; readonly value: string }[]; readonly left: number; readonly notes: readonly string[] }
  | { readonly type: 'tree'; readonly id: string; readonly nodes: readonly ExplainedNode[] }
  | ({ readonly type: 'simulation'; readonly id: string } & SimulationView)
  | { readonly type: 'offers'; readonly id: string; readonly start: number; readonly end: number; readonly offers: readonly { readonly label: string; readonly text: string; readonly detail: string }[] }
  | { readonly type: 'failed'; readonly id: string; readonly message: string };

/** An expression of the query panel, and of an alerting rule what decides when it fires (seconds). */
export interface QueryView {
  readonly expression: string;
  readonly title: string;
  readonly alert?: { readonly holds: number; readonly keeps: number; readonly interval?: number };
}

/** A part of an expression and what it gives now. */
export interface ExplainedNode {
  readonly depth: number;
  readonly text: string;
  /** In a word or two, such as `sum by (job)`. */
  readonly title: string;
  /** Series; null where it is no vector. */
  readonly count: number | null;
  /** Of a scalar or string. */
  readonly value: string;
  /** How many values each label has among the series that were looked at. */
  readonly labels: readonly { readonly name: string; readonly values: number }[];
  readonly error: string;
}

/** When an alert would have fired. Times in seconds since 1970. */
export interface SimulationView {
  readonly from: number;
  readonly to: number;
  readonly sentences: readonly string[];
  /** The latest, at most a few hundred; `left` are older. */
  readonly episodes: readonly { readonly labels: Labels; readonly activeFrom: number; readonly firedFrom: number | null; readonly lastActive: number; readonly isOpen: boolean }[];
  readonly left: number;
}

/** Query panel → extension. A question with the `id` of an earlier one takes its place. */
export type QueryRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'server'; readonly key: string }
  | { readonly type: 'graph'; readonly id: string; readonly expression: string; readonly start: number; readonly end: number; readonly step: number }
  | { readonly type: 'table'; readonly id: string; readonly expression: string; readonly time: number }
  | { readonly type: 'tree'; readonly id: string; readonly expression: string; readonly time: number }
  | { readonly type: 'simulate'; readonly id: string; readonly expression: string; readonly holds: number; readonly keeps: number; readonly interval: number | null }
  | { readonly type: 'complete'; readonly id: string; readonly text: string; readonly offset: number }
  | { readonly type: 'cancel'; readonly id: string }
  /** Open the query in Grafana's Explore. Times in Grafana's words: `now-3600s`, or milliseconds since 1970. */
  | { readonly type: 'explore'; readonly query: string; readonly from: string; readonly to: string }
  /** `content`: text, or the data URL of a picture. */
  | { readonly type: 'save'; readonly format: 'csv' | 'png'; readonly content: string };

/** Extension → the details of an alert. */
export type AlertMessage =
  | ({ readonly type: 'alert' } & AlertView)
  /** What takes a question to the servers; it comes after the rest. */
  | { readonly type: 'graph'; readonly graph: AlertGraph }
  | { readonly type: 'gone' };

export interface AlertView {
  readonly title: string;
  /** Its state, in a word, and what that means here. */
  readonly state: 'firing' | 'pending' | 'silenced' | 'inhibited' | 'muted';
  readonly subtitle: string;
  readonly warnings: readonly string[];
  readonly labels: readonly NameAndValue[];
  readonly annotations: readonly NameAndValue[];
  readonly facts: readonly NameAndValue[];
  readonly expression: string;
  readonly silences: readonly string[];
  readonly journeys: readonly JourneyView[];
  /** Of the receivers' integrations: what was sent, and what failed and why. */
  readonly notifications: readonly string[];
  /** What can be done, by the names that the panel sends back. */
  readonly actions: readonly { readonly name: string; readonly label: string }[];
}

export interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

/** The value of the alert's expression over time. */
export interface AlertGraph {
  /** What is drawn, or why nothing is. */
  readonly note: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /** As many; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly threshold: number | null;
  readonly shade: 'above' | 'below' | null;
  /** When it became pending or firing, in seconds since 1970. */
  readonly since: number | null;
}

/** Extension → the form of a silence. */
export type SilenceMessage =
  | { readonly type: 'form'; readonly title: string; readonly cluster: string; readonly isEdit: boolean; readonly alertmanagers: readonly { readonly key: string; readonly name: string }[]; readonly draft: SilenceFields }
  | { readonly type: 'preview'; readonly error: string | null; readonly count: number; readonly alerts: readonly string[] }
  | { readonly type: 'done'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };

/** A silence as the form holds it: texts that somebody types. */
export interface SilenceFields {
  readonly alertmanagers: readonly string[];
  readonly matchers: readonly { readonly name: string; readonly operator: string; readonly value: string }[];
  /** Local time as `datetime-local` writes it; empty: now. */
  readonly start: string;
  readonly duration: string;
  readonly comment: string;
  readonly author: string;
  readonly reminds: boolean;
}

/** As {@link SilenceFields} has a start. @param time milliseconds since 1970 */
export function localTime(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Extension → Grafana's panel. */
export type GrafanaMessage =
  /** Show this address, which can be opened once. */
  | { readonly type: 'frame'; readonly address: string }
  | { readonly type: 'notice'; readonly text: string; readonly actions: readonly { readonly action: GrafanaAction; readonly title: string }[] }
  /** What to come back to after a reload of the window. */
  | { readonly type: 'place'; readonly subject: string };

export const grafanaActions = ['retry', 'signIn', 'openInBrowser'] as const;
export type GrafanaAction = (typeof grafanaActions)[number];

/** Grafana's panel → extension. */
export type GrafanaRequest =
  | { readonly type: 'ready' }
  | { readonly type: 'do'; readonly action: GrafanaAction };

/** Panel → extension. */
export type PanelRequest =
  /** One of the actions that the extension offered. */
  | { readonly type: 'act'; readonly name: string }
  /** What the form holds now; to be looked at, or (`isFinal`) to be made. */
  | { readonly type: 'draft'; readonly isFinal: boolean; readonly draft: SilenceFields }
  /** What the form of the stack holds when somebody goes on from it. */
  | { readonly type: 'choose'; readonly fields: StackFields }
  /** Carry the plan out, and take over what others manage of these objects. */
  | { readonly type: 'apply'; readonly takeOver: readonly string[] }
  /** The panel listens now. */
  | { readonly type: 'ready'; readonly labels?: Labels }
  /** Route these labels. */
  | { readonly type: 'ask'; readonly labels: Labels }
  /** Show the file: a step of the list, a stop (`journey`, `index`) or an arrival. */
  | { readonly type: 'open'; readonly journey?: number; readonly index: number }
  | { readonly type: 'copy' };

const gone = shape({ type: oneOf('gone') });
const relabelList = shape({ type: oneOf('list'), title: isText, subject: oneOf('target', 'sample', 'alert'), configs: listOf(anything), problems: listOf(shape({ step: orNull(isCount), message: isText })), nameScheme: oneOf('legacy', 'utf8'), sample: isLabels });
const facts = listOf(shape({ name: isText, value: isText }));
const stop = shape({ receiver: isText, reasons: listOf(isText), facts, hasPlace: isFlag });
const journey = shape({ alertmanager: isText, faults: listOf(isText), warnings: listOf(isText), stops: listOf(stop), inhibitions: listOf(isText) });
const arrival = shape({ alert: isText, labels: isText, alertmanager: isText, receivers: listOf(isText), hasPlace: isFlag });
const route = shape({ type: oneOf('route'), title: isText, subtitle: isText, labels: listOf(shape({ name: isText, value: isText, note: isText })), warnings: listOf(isText), journeys: listOf(journey), arrivals: orNull(listOf(arrival)) });

const chainNode = shape({ title: isText, detail: isText, column: isCount, hasPlace: isFlag });
const chain = shape({ type: oneOf('chain'), title: isText, sentences: listOf(isText), columns: listOf(isText), nodes: listOf(chainNode), edges: listOf(shape({ from: isCount, to: isCount, label: isText })) });

const namesAndValues = listOf(shape({ name: isText, value: isText }));
const alert = shape({
  type: oneOf('alert'), title: isText, state: oneOf('firing', 'pending', 'silenced', 'inhibited', 'muted'), subtitle: isText, warnings: listOf(isText), labels: namesAndValues, annotations: namesAndValues, facts: namesAndValues,
  expression: isText, silences: listOf(isText), journeys: listOf(journey), notifications: listOf(isText), actions: listOf(shape({ name: isText, label: isText })),
});
const graph = shape({ type: oneOf('graph'), graph: shape({ note: isText, times: listOf(isNumber), values: listOf(orNull(isNumber)), threshold: orNull(isNumber), shade: orNull(oneOf('above', 'below')), since: orNull(isNumber) }) });
const silenceFields = shape({ alertmanagers: listOf(isText), matchers: listOf(shape({ name: isText, operator: oneOf('=', '!=', '=~', '!~'), value: isText })), start: isText, duration: isText, comment: isText, author: isText, reminds: isFlag });
const form = shape({ type: oneOf('form'), title: isText, cluster: isText, isEdit: isFlag, alertmanagers: listOf(shape({ key: isText, name: isText })), draft: silenceFields });
const preview = shape({ type: oneOf('preview'), error: orNull(isText), count: isCount, alerts: listOf(isText) });
const ended = shape({ type: oneOf('done', 'failed'), message: isText });

/** The message, when it is one for the details of an alert. */
export function readAlertMessage(value: unknown): AlertMessage | undefined {
  return alert(value) || graph(value) || gone(value) ? value as AlertMessage : undefined;
}

/** The message, when it is one for the form of a silence. */
export function readSilenceMessage(value: unknown): SilenceMessage | undefined {
  return form(value) || preview(value) || ended(value) ? value as SilenceMessage : undefined;
}

/** The fields of a form, as they were kept over a reload of the window. */
export function readSilenceFields(value: unknown): SilenceFields | undefined {
  return silenceFields(value) ? value as SilenceFields : undefined;
}

const grafanaFrame = shape({ type: oneOf('frame'), address: (value) => typeof value === 'string' && /^https?:/.test(value) });
const grafanaNotice = shape({ type: oneOf('notice'), text: isText, actions: listOf(shape({ action: oneOf(...grafanaActions), title: isText })) });
const grafanaPlace = shape({ type: oneOf('place'), subject: isText });

/** The message, when it is one for Grafana's panel. */
export function readGrafanaMessage(value: unknown): GrafanaMessage | undefined {
  return grafanaFrame(value) || grafanaNotice(value) || grafanaPlace(value) ? value as GrafanaMessage : undefined;
}

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

const isCell: Check = (value) => value === null || typeof value === 'number';
const alertTiming = shape({ holds: isNumber, keeps: isNumber, interval: optional(isNumber) });
const queryMessages: Readonly<Record<string, Check>> = {
  servers: shape({ servers: listOf(shape({ key: isText, name: isText })), server: isText, why: isText, trouble: isText }),
  history: shape({ queries: listOf(isText) }),
  open: shape({ expression: isText, title: isText, alert: optional(alertTiming) }),
  graph: shape({ id: isText, times: listOf(isNumber), series: listOf(shape({ labels: isLabels, values: listOf(isCell) })), left: isCount, notes: listOf(isText) }),
  table: shape({ id: isText, rows: listOf(shape({ labels: isLabels, value: isText })), left: isCount, notes: listOf(isText) }),
  tree: shape({ id: isText, nodes: listOf(shape({ depth: isCount, text: isText, title: isText, count: orNull(isCount), value: isText, labels: listOf(shape({ name: isText, values: isCount })), error: isText })) }),
  simulation: shape({ id: isText, from: isNumber, to: isNumber, sentences: listOf(isText), episodes: listOf(shape({ labels: isLabels, activeFrom: isNumber, firedFrom: orNull(isNumber), lastActive: isNumber, isOpen: isFlag })), left: isCount }),
  offers: shape({ id: isText, start: isCount, end: isCount, offers: listOf(shape({ label: isText, text: isText, detail: isText })) }),
  failed: shape({ id: isText, message: isText }),
};

/** The message, when it is one for the query panel. */
export function readQueryMessage(value: unknown): QueryMessage | undefined {
  return isOneOf(queryMessages, value) ? value as QueryMessage : undefined;
}

const queryRequests: Readonly<Record<string, Check>> = {
  ready: anything,
  server: shape({ key: isText }),
  graph: shape({ id: isText, expression: isText, start: isNumber, end: isNumber, step: isNumber }),
  table: shape({ id: isText, expression: isText, time: isNumber }),
  tree: shape({ id: isText, expression: isText, time: isNumber }),
  simulate: shape({ id: isText, expression: isText, holds: isNumber, keeps: isNumber, interval: orNull(isNumber) }),
  complete: shape({ id: isText, text: isText, offset: isCount }),
  cancel: shape({ id: isText }),
  explore: shape({ query: isText, from: isText, to: isText }),
  save: shape({ format: oneOf('csv', 'png'), content: isText }),
};

/** The request, when the query panel sent one. */
export function readQueryRequest(value: unknown): QueryRequest | undefined {
  return isOneOf(queryRequests, value) ? value as QueryRequest : undefined;
}

const requests: Readonly<Record<string, Check>> = {
  ready: shape({ labels: optional(isLabels) }),
  ask: shape({ labels: isLabels }),
  open: shape({ journey: optional(isCount), index: isCount }),
  copy: anything,
  act: shape({ name: isText }),
  draft: shape({ isFinal: isFlag, draft: silenceFields }),
  choose: shape({ fields: isStackFields }),
  apply: shape({ takeOver: listOf(isText) }),
};

const grafanaReady = shape({ type: oneOf('ready') });
const grafanaDo = shape({ type: oneOf('do'), action: oneOf(...grafanaActions) });

/** The request, when Grafana's panel sent one. */
export function readGrafanaRequest(value: unknown): GrafanaRequest | undefined {
  return grafanaReady(value) || grafanaDo(value) ? value as GrafanaRequest : undefined;
}

/** The request, when a panel sent one. */
export function readPanelRequest(value: unknown): PanelRequest | undefined {
  return isOneOf(requests, value) ? value as PanelRequest : undefined;
}
