import { isRecord } from '../../../language/json.ts';
import type { ApplyReport } from '../../../stack/apply.ts';
import { comparable } from '../../../stack/changes.ts';
import type { HealthState, StackHealth } from '../../../stack/health.ts';
import type { Inventory } from '../../../stack/inventory.ts';
import { keyOf, nameOf } from '../../../stack/manifests.ts';
import type { Stage } from '../../../stack/order.ts';
import type { Plan, PlannedObject } from '../../../stack/plan.ts';
import type { PreflightFinding } from '../../../stack/preflight.ts';
import type { RemovalReport } from '../../../stack/remove.ts';
import type { Progress } from '../../../stack/reports.ts';
import { changeLines, summary } from '../../../stack/words.ts';
import type { FindingView, Heading, HealthView, PlannedView, PlanView, ProgressView, ReportView, WithActions } from '../../../webviews/stackProtocol.ts';
import { counted } from '../../clusters/wording.ts';
import { oneLine } from '../../plainText.ts';

/** Changes of one object that the plan names; the difference has the rest. */
const namedChanges = 6;
/** Objects that were dealt with last, as progress names them. */
const namedLines = 8;

const notes = { server: '', schema: 'checked by our schemas; the API server is asked before it is applied', nobody: 'the API server is asked before it is applied' } as const;

/** A plan for the panel. @param apply what its button says; null where there is none */
export function planMessage(plan: Plan, findings: readonly PreflightFinding[], apply: string | null, around: Heading & WithActions): { readonly type: 'plan' } & PlanView {
  return { type: 'plan', ...around, apply, summary: sentence(summary(plan)), findings: findings.map(findingView), objects: plan.objects.map(plannedView), removals: plan.removals.map((entry) => oneLine(nameOf({ kind: entry.kind, metadata: entry }))) };
}

function findingView({ severity, message, nextStep }: PreflightFinding): FindingView {
  return { severity, message: oneLine(message, 1000), nextStep: oneLine(nextStep ?? '', 1000) };
}

function plannedView(planned: PlannedObject): PlannedView {
  const { object: { manifest }, state, checkedBy, reason, warnings, conflicts } = planned;
  const changes = changeLines(planned);
  const more = changes.length - namedChanges;
  return {
    key: keyOf(manifest), name: oneLine(nameOf(manifest)), state, note: notes[checkedBy],
    remarks: [...(reason === undefined ? [] : [reason]), ...warnings.map((warning) => `The API server warns: ${warning}`)].map((text) => oneLine(text, 1000)),
    changes: [...changes.slice(0, namedChanges).map((line) => oneLine(line)), ...(more > 0 ? [`and ${counted(more, 'field')} more`] : [])],
    conflicts: conflicts.map(({ manager, field }) => ({ manager: oneLine(manager), field: oneLine(field) })),
  };
}

/** Before and after of an object as YAML. The values of a Secret are told apart and never shown. */
export async function differenceTexts({ object: { manifest, text }, before, after, conflicts }: PlannedObject): Promise<{ readonly before: string; readonly after: string }> {
  const { stringify } = await import('yaml');
  const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  const [now, then] = withoutSecrets(comparable(before), comparable(after ?? manifest));
  const owners = conflicts.map(({ manager, field }) => `# ${oneLine(field)} is managed by ${oneLine(manager)}: applying it takes that over.\n`).join('');
  return { before: before === undefined ? '' : yaml(now), after: owners + (after === undefined && text !== undefined ? text : yaml(then)) };
}

function withoutSecrets(before: Record<string, unknown>, after: Record<string, unknown>): [Record<string, unknown>, Record<string, unknown>] {
  if (after['kind'] !== 'Secret') return [before, after];
  const hide = (one: Record<string, unknown>, other: Record<string, unknown>, changed: string): Record<string, unknown> => Object.fromEntries(Object.entries(one).map(([field, value]) => {
    if ((field !== 'data' && field !== 'stringData') || !isRecord(value)) return [field, value];
    const others = isRecord(other[field]) ? other[field] : {};
    return [field, Object.fromEntries(Object.entries(value).map(([key, secret]) => [key, others[key] === secret ? '(secret)' : changed]))];
  }));
  return [hide(before, after, '(secret)'), hide(after, before, '(another secret)')];
}

/** How far a run is: told by its events one after the other. */
export class ProgressLines {
  readonly #stages: readonly Stage[];
  readonly #lines: string[] = [];
  #last: Progress = { stage: '', done: 0, total: 0, object: '' };

  /** @param stages in the order of the run */
  constructor(stages: readonly Stage[], total: number) {
    this.#stages = stages;
    this.#last = { ...this.#last, total };
  }

  get last(): Progress {
    return this.#last;
  }

  add(progress: Progress): void {
    this.#last = progress;
    this.#lines.unshift(oneLine(progress.object));
    this.#lines.length = Math.min(this.#lines.length, namedLines);
  }

  message(around: Heading & WithActions): { readonly type: 'progress' } & ProgressView {
    const now = this.#stages.findIndex((stage) => stage === this.#last.stage);
    const stages = this.#stages.map((name, index) => ({ name, state: index < now ? 'done' as const : index === now ? 'now' as const : 'later' as const }));
    return { type: 'progress', ...around, stages, done: Math.min(this.#last.done, this.#last.total), total: this.#last.total, lines: [...this.#lines] };
  }
}

/** Which objects are in, which are not and why; those that went well are counted only. */
export function reportMessage(report: ApplyReport | RemovalReport, around: Heading & WithActions): { readonly type: 'report' } & ReportView {
  const named = report.objects.filter(({ outcome, reason }) => outcome === 'failed' || outcome === 'not tried' || reason !== undefined);
  const order = ['failed', 'not tried', 'left'];
  return {
    type: 'report', ...around, isComplete: report.complete, summary: reportSummary(report),
    objects: named.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome)).map(({ name, outcome, reason }) => ({ name: oneLine(name), outcome, reason: oneLine(reason ?? '', 1000) })),
  };
}

/** `Done: 62 created.` */
export function reportSummary({ objects, complete, cancelled, problem }: ApplyReport | RemovalReport): string {
  const counts = new Map<string, number>();
  for (const { outcome } of objects) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const said = counts.size === 0 ? 'nothing to do' : [...counts].map(([outcome, count]) => `${count.toLocaleString('en')} ${outcome}`).join(', ');
  return `${complete ? 'Done' : cancelled ? 'Cancelled' : 'Not complete'}: ${said}.${problem === undefined ? '' : ` ${oneLine(problem, 1000)}`}${complete ? '' : ' Going on continues where it was.'}`;
}

/** The worst of a stack's parts: failing before missing before starting before unknown. */
export function worstOf({ components, checks, missing }: StackHealth): HealthState {
  const states = new Set([...components, ...checks].map(({ state }) => state));
  if (missing.length > 0) states.add('missing');
  return (['failing', 'missing', 'starting', 'unknown'] as const).find((state) => states.has(state)) ?? 'ready';
}

export function healthMessage(health: StackHealth, note: string, around: Heading & WithActions): { readonly type: 'health' } & HealthView {
  return {
    type: 'health', ...around, note, state: worstOf(health), missing: health.missing.map((name) => oneLine(name)), missingImages: health.missingImages.map((name) => oneLine(name)),
    parts: [
      ...health.components.map(({ kind, namespace, name, state, detail, events }) => ({ name: oneLine(`${kind} ${namespace}/${name}`), state, detail: oneLine(detail, 1000), events: events.map((event) => oneLine(event, 1000)) })),
      ...health.checks.map(({ name, state, detail }) => ({ name: oneLine(name), state, detail: oneLine(detail, 1000), events: [] })),
    ],
  };
}

/** Where a stack is, in a line. */
export function whereOf(context: string, { namespace, source, state, since }: Inventory): string {
  const words = { complete: 'deployed', applying: 'not wholly deployed, since', removing: 'being removed, since' } as const;
  return oneLine(`${context}, namespace ${namespace}: ${source}, ${words[state]} ${since.slice(0, 16).replace('T', ' ')}`);
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
