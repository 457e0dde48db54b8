/** What is shown over a place of a file. */

import type { Cursor } from '../completion/cursor.ts';
import { type CursorRequest, expressionContext, type ObjectAt, objectAt, ruleAt, schemaOf } from '../completion/request.ts';
import { rulePart } from '../completion/rulePart.ts';
import { cursorInObject } from '../completion/valuesCursor.ts';
import { templateFunctionDocumentation, variableDocumentation } from '../completion/templateOffers.ts';
import type { ExpressionContext } from '../completion/expressionContext.ts';
import { readDuration } from '../duration.ts';
import type { Path } from '../finding.ts';
import { isRecord } from '../json.ts';
import { factOf } from '../labels/labelSet.ts';
import { labelsOf } from '../labels/provenance.ts';
import { everyPromqlOption } from '../promql/options.ts';
import { parseExpression } from '../promql/parse.ts';
import { describe } from '../schemas/complete.ts';
import { expandTemplate } from '../templates/expand.ts';
import { checkTemplate } from '../templates/check.ts';
import { functions } from '../templates/functions.ts';
import { tokenize } from '../templates/lexer.ts';
import { fieldHelp } from './fieldHelp.ts';
import { durationInWords } from './inWords.ts';
import { explainExpression, type Hover, hoverExpression } from './hoverExpression.ts';
import { code, codeBlock, plain } from './markdown.ts';

/** Explains what stands at an offset of a file; the span is the file's. */
export async function hover(request: CursorRequest): Promise<Hover | undefined> {
  const cursor = cursorInObject(request.file, request.offset);
  if (cursor === undefined) return undefined;
  const object = objectAt(request.file, cursor);
  const schema = object === undefined ? undefined : await schemaOf(object, request);
  if (object === undefined || schema === undefined) return undefined;
  if (cursor.kind === 'key') {
    const name = request.file.text.slice(cursor.span.start, cursor.span.end).trim().replace(/^(["'])(.*)\1$/, '$2');
    const path = [...cursor.path.slice(object.path.length), name];
    const field = describe(schema, path);
    if (!cursor.hasColon || field === undefined) return undefined;
    const value = rulePart(path) === 'expression' ? ruleAt(object, path)?.['expr'] : undefined;
    const sentence = typeof value === 'string' ? explainExpression(value, expressionContext(request, object)) : undefined;
    const help = `${code(name)}: ${fieldHelp(field)}`;
    const shown = sentence ?? previewOf(object, path, expressionContext(request, object));
    return { span: cursor.span, markdown: shown === undefined ? help : `${help}\n\n---\n\n${shown}` };
  }
  const path = cursor.path.slice(object.path.length);
  const part = object.kind === 'PrometheusRule' ? rulePart(path) : undefined;
  const whole = { start: 0, end: cursor.text.length };
  let found: Hover | undefined;
  if (part === 'expression') found = await hoverExpression(cursor.text, cursor.offset, expressionContext(request, object));
  else if (part !== undefined) found = templateHover(cursor, object, path, expressionContext(request, object));
  else if (path.length === 1 && path[0] === 'kind' && schema.description !== undefined) found = { span: whole, markdown: plain(schema.description.replace(/\s*\n\s*/g, ' ')) };
  else {
    const duration = describe(schema, path)?.schema.pattern?.includes('(([0-9]+)m)?') === true ? readDuration(cursor.text) : undefined;
    if (duration !== undefined && 'milliseconds' in duration) found = { span: whole, markdown: plain(durationInWords(duration.milliseconds / 1000)) };
  }
  return found === undefined ? undefined : { span: cursor.source(found.span), markdown: found.markdown };
}

/** A function or variable of a template; elsewhere in it, what it may look like. */
function templateHover(cursor: Cursor & { readonly kind: 'scalar' }, object: ObjectAt, path: Path, context: ExpressionContext): Hover | undefined {
  const { text, offset } = cursor;
  const rule = ruleAt(object, path);
  if (!text.includes('{{') || typeof rule?.['alert'] !== 'string') return undefined;
  const token = tokenize(text).find(({ start, end }) => start <= offset && offset < end);
  if (token?.type === 'identifier') {
    const definition = functions.get(token.text);
    if (definition !== undefined) return { span: { start: token.start, end: token.end }, markdown: templateFunctionDocumentation(definition) };
  }
  if (token?.type === 'variable' && Object.hasOwn(variableDocumentation, token.text)) return { span: { start: token.start, end: token.end }, markdown: plain(variableDocumentation[token.text] ?? '') };
  const expression = typeof rule['expr'] === 'string' ? rule['expr'] : '';
  return { span: { start: 0, end: text.length }, markdown: preview(text, rule['alert'], expression, context) };
}

/** What the template of a label or annotation may look like, asked for by its key; undefined where there is none. */
function previewOf(object: ObjectAt, path: Path, context: ExpressionContext): string | undefined {
  const part = object.kind === 'PrometheusRule' ? rulePart(path) : undefined;
  const rule = part === 'label' || part === 'annotation' ? ruleAt(object, path) : undefined;
  const texts = rule?.[part === 'label' ? 'labels' : 'annotations'];
  const text = isRecord(texts) ? texts[String(path.at(-1))] : undefined;
  if (typeof text !== 'string' || !text.includes('{{') || typeof rule?.['alert'] !== 'string') return undefined;
  return preview(text, rule['alert'], typeof rule['expr'] === 'string' ? rule['expr'] : '', context);
}

/** A label's or annotation's text for one alert, made of example values. */
function preview(text: string, alert: string, expression: string, { knowledge }: ExpressionContext): string {
  const { root } = parseExpression(expression, everyPromqlOption);
  const set = root === undefined ? undefined : labelsOf(root, knowledge);
  const names = new Set([...(set?.labels.keys() ?? []), ...checkTemplate(text).references.flatMap(({ of, label }) => (of === 'labels' && label !== undefined ? [label] : []))]);
  const labels: Record<string, string> = {};
  for (const name of names) {
    const fact = set === undefined ? { always: false } : factOf(set, name);
    if (fact !== undefined) labels[name] = fact.value ?? sampleLabels[name] ?? `some-${name}`;
  }
  const expanded = expandTemplate(text, { labels, externalLabels: { cluster: 'example' }, value: sampleValue, alert, externalURL: 'https://prometheus.example.com', query: () => [{ labels, value: sampleValue }], now: sampleTime });
  if ('error' in expanded) return `With example values this fails: ${plain(expanded.error.message)}`;
  const missing = [...names].filter((name) => !Object.hasOwn(labels, name));
  const warning = missing.length === 0 ? '' : `\n\nThe expression never gives ${missing.map(code).join(' ')}.`;
  return `${codeBlock(expanded.text, 'text')}\nExample: value ${sampleValue}${Object.keys(labels).length === 0 ? '' : `, ${Object.entries(labels).map(([name, value]) => code(`${name}=${value}`)).join(' ')}`}.${warning}`;
}

const sampleValue = 0.42;
const sampleTime = 1_767_225_600_000;
const sampleLabels: Readonly<Record<string, string>> = { instance: '10.0.0.1:9100', job: 'example', namespace: 'default', pod: 'example-0', node: 'node-1', severity: 'warning' };
