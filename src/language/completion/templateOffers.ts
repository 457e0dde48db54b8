/** What may be written at a place of a template in an alert's label or annotation. */

import { code, codeBlock } from '../hover/markdown.ts';
import { functions, signature, type TemplateFunction } from '../templates/functions.ts';
import { tokenize, type Token } from '../templates/lexer.ts';
import { type Completion, noCompletion, type Offer } from './offer.ts';

/** What is known of the alert. */
export interface TemplateContext {
  /** Labels that the expression can produce. */
  readonly labels: () => Promise<readonly string[]>;
  /** Completes the PromQL of a `query "…"`. */
  readonly expression: (text: string, offset: number) => Promise<Completion>;
}

/** Completes at an offset of a template; spans are of its text. Nothing outside of `{{ … }}`. */
export async function completeTemplate(text: string, offset: number, context: TemplateContext): Promise<Completion> {
  const tokens = tokenize(text.slice(0, offset)).filter(({ type }) => type !== 'eof' && type !== 'space');
  const opening = tokens.findLastIndex(({ type }) => type === 'leftDelimiter');
  if (opening < 0 || tokens.slice(opening).some(({ type }) => type === 'rightDelimiter')) return noCompletion;
  const action = tokens.slice(opening + 1);
  const last = action.at(-1);
  if (last?.type === 'error' && /["`]/.test(text.charAt(last.start))) return inString(text, offset, action, last, context);
  const before = text.slice(tokens[opening]?.end ?? 0, offset);
  const [word = ''] = /[\p{L}\p{Nd}_]*$/u.exec(before) ?? [];
  const end = offset + (/^[\p{L}\p{Nd}_]*/u.exec(text.slice(offset))?.[0].length ?? 0);
  const head = before.slice(0, before.length - word.length);
  const answer = (offers: readonly Offer[], from = offset - word.length): Completion => ({ span: { start: from, end }, offers, incomplete: false });
  if (/(?:\$labels|(?:^|[\s(|])(?:\$)?\.Labels)\.$/.test(head)) return answer((await context.labels()).filter((name) => /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name)).map(labelOffer));
  if (/\$externalLabels\.$/.test(head)) return answer([]);
  if (/(?:^|[\s(|]|\$)\.$/.test(head)) return answer(fields);
  if (head.endsWith('$')) return answer([...variables, ...declared(tokens)], offset - word.length - 1);
  if (!/(?:^-?|[\s(|=])$/.test(head) || /^\d/.test(word)) return noCompletion;
  const first = /^-?\s*$/.test(head);
  return answer([...(first ? variables : []), ...(first ? blocks(tokens, opening) : []), ...[...functions.values()].filter(({ name }) => name !== 'call').sort(byOrigin).map(functionOffer), ...(first ? [] : variables)]);
}

async function inString(text: string, offset: number, action: readonly Token[], string: Token, context: TemplateContext): Promise<Completion> {
  const previous = action.at(-2);
  const start = string.start + 1;
  const inner = text.slice(start, offset);
  if (previous?.text === 'query' && !inner.includes('\\')) {
    const { span, ...rest } = await context.expression(inner, inner.length);
    const escape = text.charAt(string.start) === '"';
    const offers = rest.offers.map((offer) => (escape ? quoted(offer) : offer));
    return { span: { start: span.start + start, end: span.end + start }, ...rest, offers };
  }
  if (previous?.text === '$labels' && action.at(-3)?.text === 'index') {
    const end = offset + (/^[^"`\s}]*/.exec(text.slice(offset))?.[0].length ?? 0);
    return { span: { start, end }, offers: (await context.labels()).map(labelOffer), incomplete: false };
  }
  return noCompletion;
}

/** PromQL inside a Go string in double quotes. */
function quoted({ snippet, ...offer }: Offer): Offer {
  const escape = (text: string): string => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
  return { ...offer, text: escape(offer.text), ...(snippet === undefined ? {} : { snippet: snippet.replace(/"/g, '\\\\"') }) };
}

function labelOffer(label: string): Offer {
  return { kind: 'label', label, text: label };
}

const fields: readonly Offer[] = [
  { kind: 'variable', label: 'Labels', text: 'Labels', detail: 'the labels of the alert’s series' },
  { kind: 'variable', label: 'Value', text: 'Value', detail: 'the expression’s value' },
  { kind: 'variable', label: 'ExternalLabels', text: 'ExternalLabels', detail: 'Prometheus’ external labels' },
  { kind: 'variable', label: 'ExternalURL', text: 'ExternalURL', detail: 'Prometheus’ external URL' },
];

/** What Prometheus declares in front of every template. */
export const variableDocumentation: Readonly<Record<string, string>> = {
  $labels: 'The labels of the series that the expression gives.',
  $value: 'The value that the expression gives, a floating-point number.',
  $externalLabels: 'The external labels of the Prometheus that evaluates the rule.',
  $externalURL: 'The URL under which Prometheus is reached from outside.',
};

const variables: readonly Offer[] = Object.entries(variableDocumentation).map(([label, detail]) => ({ kind: 'variable', label, text: label, detail }));

/** Variables that the template itself declares. */
function declared(tokens: readonly Token[]): Offer[] {
  const names = tokens.filter(({ type, text }, index) => type === 'variable' && text !== '$' && (tokens[index + 1]?.type === 'declare' || tokens[index + 1]?.text === ',')).map(({ text }) => text);
  return [...new Set(names)].map((label) => ({ kind: 'variable', label, text: label }));
}

/** Keywords: those that end a block only where one is open. */
function blocks(tokens: readonly Token[], opening: number): Offer[] {
  const words = tokens.filter((token, index) => index < opening && token.type === 'keyword' && tokens[index - 1]?.type === 'leftDelimiter').map(({ text }) => text);
  const open = words.filter((word) => ['if', 'range', 'with', 'define', 'block'].includes(word)).length > words.filter((word) => word === 'end').length;
  return [...(open ? ['end', 'else'] : []), 'if', 'range', 'with'].map((word) => ({ kind: 'keyword', label: word, text: word }));
}

/** Prometheus' own functions before Go's. */
function byOrigin(a: TemplateFunction, b: TemplateFunction): number {
  return Number(b.origin === 'prometheus') - Number(a.origin === 'prometheus');
}

function functionOffer(definition: TemplateFunction): Offer {
  const { name } = definition;
  return { kind: 'function', label: name, text: name, detail: signature(definition).slice(name.length), documentation: templateFunctionDocumentation(definition) };
}

/** The markdown that explains a template function. */
export function templateFunctionDocumentation(definition: TemplateFunction): string {
  return `${codeBlock(signature(definition), 'text')}\n${definition.documentation}\n\nFor example ${code(definition.example)}`;
}
