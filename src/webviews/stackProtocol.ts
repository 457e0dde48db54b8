/** What the panel of the monitoring stack and the extension say to each other; both sides check what arrives. No secret is ever in it. */

import { type Check, isCount, isFlag, isOneOf, isText, listOf, oneOf, orNull, shape } from './checks.ts';

/** Extension → panel: what there is to see now. */
export type StackMessage =
  | ({ readonly type: 'form' } & FormView)
  | ({ readonly type: 'busy' } & Heading & WithActions)
  | ({ readonly type: 'plan' } & PlanView)
  | ({ readonly type: 'progress' } & ProgressView)
  | ({ readonly type: 'report' } & ReportView)
  | ({ readonly type: 'health' } & HealthView)
  /** What was shown before is over: why, and what can be done. */
  | ({ readonly type: 'trouble'; readonly message: string } & Heading & WithActions);

export interface Heading {
  readonly title: string;
  /** The context and namespace, and what else says where and what. */
  readonly where: string;
}

/** Buttons; the panel sends back the name (`act`). The first is the one that most people want. */
export interface WithActions {
  readonly actions: readonly { readonly name: string; readonly label: string }[];
}

/** What somebody chooses, as the form holds it: texts that are checked when they are used. */
export interface StackFields {
  readonly kind: FormKind;
  readonly source: 'built-in' | 'manifests' | 'chart';
  /** A file or folder of manifests, or the chart. */
  readonly manifests: string;
  readonly namespace: string;
  readonly operator: string;
  readonly profile: string;
  readonly components: readonly string[];
  readonly storageClass: string;
  /** Empty: no channel. */
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly smarthost: string;
  readonly username: string;
  readonly room: string;
  readonly grafanaDomain: string;
  /** Of a chart; empty: as the settings file has it when it says nothing. */
  readonly release: string;
  /** A file of values. */
  readonly values: string;
  /** Whether the secrets are typed (into a password box of VS Code) although the cluster has them, or can make one up. */
  readonly typesSecrets: boolean;
  /** Of one Prometheus or Alertmanager: */
  readonly name: string;
  /** Empty: those of the profile; so for the retention. */
  readonly replicas: string;
  /** Of the server, or of the chart; empty: what the operator takes, or the newest. */
  readonly version: string;
  readonly retention: string;
  /** Namespaces whose objects it takes, by commas; empty: all. */
  readonly namespaces: string;
  /** Labels that its monitors and rules must have (`team=web`), by commas; empty: none. */
  readonly selector: string;
  readonly attachesNodes: boolean;
  /** What targets of ServiceMonitors are found by. */
  readonly discoveryRole: (typeof discoveryRoles)[number];
  /** Where a Prometheus sends its alerts: the value of a choice; empty: nowhere. */
  readonly alertmanager: string;
}

export const discoveryRoles = ['EndpointSlice', 'Endpoints'] as const;

export const formKinds = ['stack', 'Prometheus', 'Alertmanager'] as const;
export type FormKind = (typeof formKinds)[number];

/** A word and what it means. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface FormView extends Heading {
  readonly fields: StackFields;
  /** Why what was typed cannot be used; null where nobody knows of a fault. */
  readonly fault: string | null;
  /** Where the choices come from. */
  readonly note: string;
  readonly operators: readonly string[];
  readonly profiles: readonly Choice[];
  readonly components: readonly Choice[];
  readonly storageClasses: readonly Choice[];
  readonly channels: readonly Choice[];
  /** Of the cluster, for a Prometheus to send alerts to. */
  readonly alertmanagers: readonly Choice[];
}

export interface PlanView extends Heading, WithActions {
  readonly summary: string;
  readonly findings: readonly FindingView[];
  readonly objects: readonly PlannedView[];
  /** What an earlier deployment had and this one has not. */
  readonly removals: readonly string[];
  /** What the button says that carries it out; null where nothing is to be, or may be. */
  readonly apply: string | null;
}

export interface FindingView {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly nextStep: string;
}

export const planStates = ['refused', 'conflict', 'change', 'create', 'unchanged'] as const;

export interface PlannedView {
  readonly key: string;
  readonly name: string;
  readonly state: (typeof planStates)[number];
  /** Who looked at it, where that was not the API server; else empty. */
  readonly note: string;
  /** Sentences: why it is refused, what the server warns of. */
  readonly remarks: readonly string[];
  /** `.spec.replicas: 1 → 2`, the first of them. */
  readonly changes: readonly string[];
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[];
}

export interface ProgressView extends Heading, WithActions {
  readonly stages: readonly { readonly name: string; readonly state: 'done' | 'now' | 'later' }[];
  readonly done: number;
  readonly total: number;
  /** What was dealt with last, the newest first. */
  readonly lines: readonly string[];
}

export interface ReportView extends Heading, WithActions {
  readonly isComplete: boolean;
  readonly summary: string;
  readonly objects: readonly { readonly name: string; readonly outcome: string; readonly reason: string }[];
}

export const partStates = ['ready', 'starting', 'failing', 'missing', 'unknown'] as const;
export type PartState = (typeof partStates)[number];

export interface HealthView extends Heading, WithActions {
  /** What came just before: a report, or what is waited for. */
  readonly note: string;
  readonly state: PartState;
  /** With what the cluster's events warn of. */
  readonly parts: readonly { readonly name: string; readonly state: PartState; readonly detail: string; readonly events: readonly string[] }[];
  readonly missingImages: readonly string[];
  readonly missing: readonly string[];
}

const fields = shape({
  kind: oneOf(...formKinds), source: oneOf('built-in', 'manifests', 'chart'), manifests: isText, namespace: isText, operator: isText, profile: isText, components: listOf(isText), storageClass: isText,
  channel: isText, to: isText, from: isText, smarthost: isText, username: isText, room: isText, grafanaDomain: isText, release: isText, values: isText, typesSecrets: isFlag,
  name: isText, replicas: isText, version: isText, retention: isText, namespaces: isText, selector: isText, attachesNodes: isFlag, discoveryRole: oneOf(...discoveryRoles), alertmanager: isText,
});

/** Whether a value is what the form holds. */
export const isStackFields = (value: unknown): value is StackFields => fields(value);

const heading = { title: isText, where: isText };
const actions = { actions: listOf(shape({ name: isText, label: isText })) };
const choices = listOf(shape({ value: isText, label: isText }));
const planned = shape({ key: isText, name: isText, state: oneOf(...planStates), note: isText, remarks: listOf(isText), changes: listOf(isText), conflicts: listOf(shape({ manager: isText, field: isText })) });
const messages: Readonly<Record<string, Check>> = {
  form: shape({ ...heading, fields, fault: orNull(isText), note: isText, operators: listOf(isText), profiles: choices, components: choices, storageClasses: choices, channels: choices, alertmanagers: choices }),
  busy: shape({ ...heading, ...actions }),
  plan: shape({ ...heading, ...actions, summary: isText, findings: listOf(shape({ severity: oneOf('error', 'warning', 'information'), message: isText, nextStep: isText })), objects: listOf(planned), removals: listOf(isText), apply: orNull(isText) }),
  progress: shape({ ...heading, ...actions, stages: listOf(shape({ name: isText, state: oneOf('done', 'now', 'later') })), done: isCount, total: isCount, lines: listOf(isText) }),
  report: shape({ ...heading, ...actions, isComplete: isFlag, summary: isText, objects: listOf(shape({ name: isText, outcome: isText, reason: isText })) }),
  health: shape({ ...heading, ...actions, note: isText, state: oneOf(...partStates), parts: listOf(shape({ name: isText, state: oneOf(...partStates), detail: isText, events: listOf(isText) })), missingImages: listOf(isText), missing: listOf(isText) }),
  trouble: shape({ ...heading, ...actions, message: isText }),
};

/** The message, when it is one for the panel of the stack. */
export function readStackMessage(value: unknown): StackMessage | undefined {
  return isOneOf(messages, value) ? value as StackMessage : undefined;
}
