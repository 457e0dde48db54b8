import type { ApplyReport } from './apply.ts';
import type { FieldChange } from './changes.ts';
import type { StackHealth } from './health.ts';
import { nameOf } from './manifests.ts';
import { countStates, type Plan, type PlannedObject } from './plan.ts';
import type { PreflightFinding } from './preflight.ts';
import type { RemovalPlan, RemovalReport } from './remove.ts';

/** Values longer than this are cut in lists. */
const longest = 80;

/** A plan as text, for a terminal or a document. */
export function planText(plan: Plan, findings: readonly PreflightFinding[] = []): string {
  const counts = countStates(plan);
  const earlier = plan.earlier === undefined || plan.earlier.source === plan.source ? '' : `, in place of ${plan.earlier.source}`;
  const lines = [`${plan.source} into the namespace ${plan.namespace}${earlier}: ${summary(plan)}.`, ''];
  for (const { severity, message, nextStep } of findings) lines.push(`${severity}: ${message}${nextStep === undefined ? '' : ` ${nextStep}`}`);
  if (findings.length > 0) lines.push('');
  const titles = { refused: 'Refused', conflict: 'Conflict: others manage fields that would change', change: 'Change', create: 'Create', unchanged: '' } as const;
  for (const state of ['refused', 'conflict', 'change', 'create'] as const) {
    if (counts[state] === 0) continue;
    lines.push(`${titles[state]} (${String(counts[state])})`);
    for (const object of plan.objects) if (object.state === state) lines.push(...objectLines(object));
    lines.push('');
  }
  if (plan.removals.length > 0) lines.push(`Remove, no longer part of the stack (${String(plan.removals.length)})`, ...plan.removals.map(({ kind, namespace, name }) => `  ${nameOf({ kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } })}`), '');
  return lines.join('\n');
}

/** `131 to create, 2 to change, …` without what there is none of. */
export function summary(plan: Plan): string {
  const counts = countStates(plan);
  const parts = [
    counts.create > 0 ? `${String(counts.create)} to create` : '', counts.change > 0 ? `${String(counts.change)} to change` : '', counts.conflict > 0 ? `${String(counts.conflict)} in conflict` : '',
    counts.refused > 0 ? `${String(counts.refused)} refused` : '', counts.unchanged > 0 ? `${String(counts.unchanged)} unchanged` : '', plan.removals.length > 0 ? `${String(plan.removals.length)} to remove` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing to do' : parts.join(', ');
}

function objectLines(planned: PlannedObject): string[] {
  const { object, reason, conflicts, checkedBy, warnings } = planned;
  const note = checkedBy === 'server' ? '' : checkedBy === 'schema' ? ' (checked by schema; the server will be asked before it is applied)' : ' (the server will be asked before it is applied)';
  return [
    `  ${nameOf(object.manifest)}${note}`,
    ...(reason === undefined ? [] : [`    ${reason}`]),
    ...conflicts.map(({ manager, field }) => `    ${field} is managed by ${manager}`),
    ...changeLines(planned).map((line) => `    ${line}`),
    ...warnings.map((warning) => `    warning of the server: ${warning}`),
  ];
}

/** What would change of an object, a field a line. Those of a CRD's schema, which would fill pages, are counted. */
export function changeLines({ object: { manifest: { kind } }, changes }: Pick<PlannedObject, 'object' | 'changes'>): string[] {
  const isSchema = ({ field }: FieldChange): boolean => kind === 'CustomResourceDefinition' && field.includes('.openAPIV3Schema');
  const ofSchema = changes.filter(isSchema).length;
  return [...changes.filter((change) => !isSchema(change)).map(changeText), ...(ofSchema === 0 ? [] : [`${many(ofSchema, 'field')} of its schema`])];
}

/** `1 field`, `2 fields` */
function many(count: number, one: string): string {
  return `${String(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** `.spec.replicas: 1 → 2` */
function changeText({ field, before, after }: FieldChange): string {
  if (before === undefined) return `${field}: + ${short(after)}`;
  if (after === undefined) return `${field}: - ${short(before)}`;
  return `${field}: ${short(before)} → ${short(after)}`;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** What became of the objects, failures first. */
export function reportText({ objects, complete, cancelled, problem }: ApplyReport | RemovalReport): string {
  const counts = new Map<string, number>();
  for (const { outcome } of objects) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const said = [...counts].map(([outcome, count]) => `${String(count)} ${outcome}`).join(', ');
  return [
    `${complete ? 'Done' : cancelled ? 'Cancelled' : 'Not complete'}: ${said === '' ? 'nothing to do' : said}.`,
    ...(problem === undefined ? [] : [problem]),
    ...objects.filter(({ reason }) => reason !== undefined).map(({ name, outcome, reason }) => `  ${name} ${outcome}: ${reason ?? ''}`),
    ...(complete ? [] : ['Run it again: it goes on where it was.']),
  ].join('\n');
}

export function removalText({ inventory, objects, returned, definitions, othersResources, othersObjects, volumes, unseen }: RemovalPlan): string {
  const others = new Map<string, number>();
  for (const { kind } of othersResources) others.set(kind, (others.get(kind) ?? 0) + 1);
  return [
    `Removes from the namespace ${inventory.namespace} (${inventory.source}): ${many(objects.length, 'object')}.`,
    ...(returned.length === 0 ? [] : [`Leaves ${many(returned.length, 'object')} that ${returned.length === 1 ? 'was' : 'were'} there before, without the fields that the stack set.`]),
    ...(definitions.length === 0 ? [] : [`Leaves ${many(definitions.length, 'CRD')} unless asked for${othersResources.length === 0 ? '; no custom resources of others would go with them' : `; with them would go of others: ${[...others].map(([kind, count]) => `${String(count)} ${kind}`).join(', ')}`}.`]),
    ...(othersObjects.length === 0 ? [] : [`Leaves the namespace unless asked for: ${many(othersObjects.length, 'object')} of others ${othersObjects.length === 1 ? 'is' : 'are'} in it, such as ${nameOfLost(othersObjects[0])}.`]),
    ...(unseen.length === 0 ? [] : [`You may not list ${many(unseen.length, 'kind')} (such as ${unseen[0] ?? ''}): what others have of ${unseen.length === 1 ? 'it' : 'them'} is not counted, and the namespace stays unless asked for.`]),
    ...(volumes.length === 0 ? [] : [`Keeps ${many(volumes.length, 'volume')} with data unless asked for, and their namespace.`]),
  ].join('\n');
}

const nameOfLost = (one: { kind: string; name: string } | undefined) => (one === undefined ? '' : `${one.kind} ${one.name}`);

const marks = { ready: '✓ ready', starting: '… starting', failing: '✗ failing', missing: '✗ missing', unknown: '? unknown' } as const;

export function healthText({ components, checks, missing, missingImages }: StackHealth): string {
  return [
    ...components.flatMap(({ kind, namespace, name, state, detail, events }) => [`${marks[state]}  ${kind} ${namespace}/${name}: ${detail}`, ...events.map((event) => `     ${event}`)]),
    ...checks.map(({ name, state, detail }) => `${marks[state]}  ${name}: ${detail}`),
    ...(missingImages.length === 0 ? [] : [`Images that cannot be pulled: ${missingImages.join(', ')}`]),
    ...(missing.length === 0 ? [] : [`Deployed and not there any more: ${missing.join(', ')}`]),
  ].join('\n');
}
