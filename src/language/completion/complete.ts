/** Completion of a file at an offset. */

import type { Path } from '../finding.ts';
import { labelsOf } from '../labels/provenance.ts';
import { anyLabels } from '../labels/labelSet.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { schemaAt } from '../schemas/complete.ts';
import { usualValues } from '../catalogue/labelValues.ts';
import { atLeast } from '../version.ts';
import { fieldVersions, type RuleJudge } from '../kinds/rules/judge.ts';
import { completeExpression } from './completeExpression.ts';
import type { Cursor, KeyCursor, ScalarCursor } from './cursor.ts';
import type { ExpressionContext } from './expressionContext.ts';
import { keyOffers, valueOffers } from './fieldOffers.ts';
import { possibleNames } from './labelOffers.ts';
import { type Completion, noCompletion, type Offer } from './offer.ts';
import { type CursorRequest, expressionContext, type ObjectAt, objectAt, ruleAt, schemaOf } from './request.ts';
import { rulePart } from './rulePart.ts';
import { inStyle } from './scalarStyle.ts';
import { itemSkeletons, objectSkeletons } from './skeletons.ts';
import { completeTemplate } from './templateOffers.ts';
import { cursorInObject } from './valuesCursor.ts';

/** What may be written at an offset of a file; spans are the file's. */
export async function complete(request: CursorRequest): Promise<Completion> {
  const cursor = cursorInObject(request.file, request.offset);
  if (cursor === undefined) return noCompletion;
  const object = objectAt(request.file, cursor);
  if (cursor.kind === 'key') return completeKey(cursor, object, request);
  if (cursor.asKey !== undefined && (object === undefined || cursor.asKey.path.length === object.path.length)) return completeKey({ ...cursor.asKey, document: cursor.document }, object, request);
  if (object === undefined) return completeKindName(cursor, undefined, request);
  const path = cursor.path.slice(object.path.length);
  if (path.length === 1 && (path[0] === 'kind' || path[0] === 'apiVersion')) return completeKindName(cursor, object, request);
  const schema = await schemaOf(object, request);
  if (schema === undefined) return noCompletion;
  if (cursor.asKey !== undefined) {
    const node = schemaAt(schema, cursor.asKey.path.slice(object.path.length));
    if (node?.properties !== undefined || typeof node?.additionalProperties === 'object') return completeKey({ ...cursor.asKey, document: cursor.document }, object, request);
  }
  const rule = object.kind === 'PrometheusRule' ? await completeRulePart(cursor, object, path, request) : undefined;
  if (rule !== undefined) return rule;
  return inScalar(cursor, { span: { start: 0, end: cursor.text.length }, offers: valueOffers(schema, path), incomplete: false });
}

async function completeKey(cursor: KeyCursor & Cursor, object: ObjectAt | undefined, request: CursorRequest): Promise<Completion> {
  const { schemas, operatorVersion } = request;
  const answer = (offers: readonly Offer[]): Completion => ({ span: cursor.span, offers, incomplete: false });
  if (object === undefined) {
    if (cursor.path.length > 0 || cursor.column > 0) return noCompletion;
    const skeletons = cursor.siblings.size === 0 && !cursor.hasColon ? objectSkeletons((name) => schemas.knows(name, operatorVersion)) : [];
    return answer([...skeletons, ...typeKeys(cursor)]);
  }
  const schema = await schemaOf(object, request);
  if (schema === undefined) return object.kind === '' || object.apiVersion === '' ? answer(typeKeys(cursor)) : noCompletion;
  const path = cursor.path.slice(object.path.length);
  const list = object.kind === 'PrometheusRule' && typeof path.at(-1) === 'number' ? path.at(-2) : undefined;
  const skeletons = (list === 'rules' || list === 'groups') && cursor.siblings.size === 0 && !cursor.hasColon ? itemSkeletons(list, ' '.repeat(cursor.column), true) : [];
  const keys = keyOffers(schema, path, cursor.siblings, cursor.column, cursor.hasColon);
  const usable = object.kind === 'PrometheusRule' ? keys.filter(({ label }) => mayStand(label, path, cursor.siblings, request.judges(object.source))) : keys;
  return answer([...skeletons, ...usable, ...usualKeys(object, path, cursor)]);
}

function typeKeys({ siblings, hasColon }: KeyCursor): Offer[] {
  return ['apiVersion', 'kind', 'metadata', 'spec'].filter((name) => !siblings.has(name)).map((name) => {
    const nested = name === 'metadata' || name === 'spec';
    return { kind: 'field', label: name, text: hasColon ? name : nested ? `${name}:\n  ` : `${name}: `, continues: true };
  });
}

/** Fields that the rest of the rule, or the version of a server, rules out. */
function mayStand(name: string, path: Path, siblings: ReadonlySet<string>, judges: readonly RuleJudge[]): boolean {
  const list = path.at(-2);
  const versions = list === 'rules' ? fieldVersions.rule : list === 'groups' ? fieldVersions.group : [];
  const needed = versions.find((row) => row.field === name);
  if (needed !== undefined && !judges.every((judge) => atLeast(judge.version, needed[judge.component]))) return false;
  if (list !== 'rules') return true;
  if (siblings.has('record')) return !['alert', 'for', 'keep_firing_for', 'annotations'].includes(name);
  return name !== 'record' || !['alert', 'for', 'keep_firing_for', 'annotations'].some((field) => siblings.has(field));
}

/** Keys that maps of labels and annotations usually have. */
function usualKeys({ kind }: ObjectAt, path: Path, { siblings, hasColon }: KeyCursor): Offer[] {
  const part = kind === 'PrometheusRule' ? rulePart([...path, '']) : undefined;
  const names = part === 'annotation' ? ['summary', 'description', 'runbook_url', 'dashboard_url'] : part === 'label' ? ['severity', 'team'] : [];
  return names.filter((name) => !siblings.has(name)).map((name) => ({ kind: 'field', label: name, text: hasColon ? name : `${name}: `, continues: true }));
}

function completeKindName(cursor: ScalarCursor & Cursor, object: ObjectAt | undefined, { schemas, operatorVersion }: CursorRequest): Completion {
  const name = cursor.path.at(-1);
  if (name !== 'kind' && name !== 'apiVersion') return noCompletion;
  const kinds = schemas.kinds(operatorVersion);
  const values = name === 'kind'
    ? kinds.filter(({ apiVersion }) => object?.apiVersion === undefined || !object.apiVersion.startsWith('monitoring.coreos.com/') || object.apiVersion === apiVersion).map(({ kind }) => kind)
    : kinds.filter(({ kind }) => object?.kind === undefined || object.kind === '' || !kinds.some((known) => known.kind === object.kind) || kind === object.kind).map(({ apiVersion }) => apiVersion);
  const offers = [...new Set(values)].map((label): Offer => ({ kind: 'value', label, text: label }));
  return inScalar(cursor, { span: { start: 0, end: cursor.text.length }, offers, incomplete: false });
}

/** Expressions, templates and severities of rules; undefined for other fields. */
async function completeRulePart(cursor: ScalarCursor, object: ObjectAt, path: Path, request: CursorRequest): Promise<Completion | undefined> {
  const part = rulePart(path);
  if (part === undefined) return undefined;
  const context = expressionContext(request, object);
  if (part === 'expression') return inScalar(cursor, await completeExpression(cursor.text, cursor.offset, context));
  if (path.at(-1) === 'severity' && part === 'label' && !cursor.text.includes('{')) {
    const offers = usualValues('', 'severity').map((label): Offer => ({ kind: 'value', label, text: label }));
    return inScalar(cursor, { span: { start: 0, end: cursor.text.length }, offers, incomplete: false });
  }
  const rule = ruleAt(object, path);
  if (typeof rule?.['record'] === 'string') return noCompletion;
  const expression = typeof rule?.['expr'] === 'string' ? rule['expr'] : '';
  return inScalar(cursor, await completeTemplate(cursor.text, cursor.offset, {
    labels: () => templateLabels(expression, context),
    expression: (text, offset) => completeExpression(text, offset, context),
  }));
}

/** The labels that `$labels` can have: those that the expression can give. */
export function templateLabels(expression: string, context: ExpressionContext): Promise<string[]> {
  const { root } = parseExpression(expression, everyPromqlOption);
  return possibleNames(root === undefined ? anyLabels : labelsOf(root, context.knowledge), expression, context);
}

/** Offers for a part of a scalar's decoded text, as the scalar writes them. */
function inScalar({ style, source, text }: ScalarCursor, { span, offers, incomplete }: Completion): Completion {
  const atStart = text.slice(0, span.start).trim() === '';
  return { span: source(span), offers: offers.flatMap((offer) => inStyle(offer, style, atStart) ?? []), incomplete };
}
