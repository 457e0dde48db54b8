/** The signature of the call at the cursor, in PromQL and in templates. */

import { cursorIn } from '../completion/cursor.ts';
import { expressionPlace } from '../completion/expressionPlace.ts';
import { type CursorRequest, objectAt } from '../completion/request.ts';
import { rulePart } from '../completion/rulePart.ts';
import { functionSignature, parameterText } from '../completion/wordOffers.ts';
import { aggregations } from '../promql/aggregations.ts';
import { lookUpFunction } from '../promql/functions.ts';
import { functions, signature } from '../templates/functions.ts';
import { tokenize, type Token } from '../templates/lexer.ts';

/** One call with the argument that is being written. */
export interface SignatureHelp {
  readonly label: string;
  /** Parts of the label, in order. */
  readonly parameters: readonly string[];
  /** Which of them; beyond the last where there are too many arguments. */
  readonly active: number;
  readonly documentation: string;
}

/** The innermost call around an offset of a file; undefined outside of calls. */
export function signatureHelp({ file, offset }: Pick<CursorRequest, 'file' | 'offset'>): SignatureHelp | undefined {
  const cursor = cursorIn(file, offset);
  if (cursor?.kind !== 'scalar') return undefined;
  const object = objectAt(file, cursor);
  if (object?.kind !== 'PrometheusRule') return undefined;
  const part = rulePart(cursor.path.slice(object.path.length));
  if (part === undefined) return undefined;
  return part === 'expression' ? expressionSignature(cursor.text, cursor.offset) : templateSignature(cursor.text, cursor.offset);
}

/** The signature of the innermost PromQL call at an offset. */
export function expressionSignature(text: string, offset: number): SignatureHelp | undefined {
  const call = expressionPlace(text, offset)?.open.findLast(({ kind }) => kind === 'call' || kind === 'aggregation');
  if (call === undefined) return undefined;
  if (call.kind === 'aggregation') {
    const definition = aggregations.get(call.name.toLowerCase());
    if (definition === undefined) return undefined;
    const parameters = [...(definition.parameter === undefined ? [] : [`parameter: ${definition.parameter}`]), 'v: instant vector'];
    return { label: `${definition.name}(${parameters.join(', ')})`, parameters, active: call.commas, documentation: definition.documentation };
  }
  const definition = lookUpFunction(call.name);
  if (definition === undefined) return undefined;
  const { parameters, variadic, documentation } = definition;
  const active = variadic !== 0 && call.commas >= parameters.length ? parameters.length - 1 : call.commas;
  return { label: functionSignature(definition), parameters: parameters.map(parameterText), active, documentation };
}

/** The signature of the template function whose arguments are written at an offset. */
export function templateSignature(text: string, offset: number): SignatureHelp | undefined {
  const tokens = tokenize(text.slice(0, offset));
  const opening = tokens.findLastIndex(({ type }) => type === 'leftDelimiter');
  if (opening < 0 || tokens.slice(opening).some(({ type }) => type === 'rightDelimiter')) return undefined;
  const command = lastCommand(tokens.slice(opening + 1));
  const at = command.findIndex(({ type }) => type !== 'space' && type !== 'keyword');
  const definition = command[at]?.type === 'identifier' ? functions.get(command[at].text) : undefined;
  if (definition === undefined) return undefined;
  const blanks = command.slice(at + 1).filter(({ type }) => type === 'space').length;
  if (blanks === 0) return undefined;
  const { parameters, variadic, documentation } = definition;
  const shown = parameters.map(({ name, type }, index) => `${name} ${variadic && index === parameters.length - 1 ? '...' : ''}${type}`);
  return { label: signature(definition), parameters: shown, active: variadic ? Math.min(blanks - 1, shown.length - 1) : blanks - 1, documentation };
}

/** The tokens behind the last pipe or open parenthesis; closed parentheses count as one operand. */
function lastCommand(tokens: readonly Token[]): Token[] {
  const open: Token[][] = [[]];
  for (const token of tokens) {
    const current = open.at(-1);
    if (token.type === 'leftParenthesis') open.push([]);
    else if (token.type === 'rightParenthesis' && open.length > 1) open.pop();
    else if (token.type === 'pipe' || token.type === 'declare' || token.type === 'assign') open[open.length - 1] = [];
    else if (token.type !== 'error' && token.type !== 'eof') current?.push(token);
  }
  return open.at(-1) ?? [];
}
