/** Go templates in Alertmanager configurations, as far as the operator and Alertmanager's loader look at them: text/template's parser. */

import { parseTemplate, ruleVariables } from '../templates/parser.ts';

/** Go's own functions: neither the operator nor the loader knows those that Alertmanager adds when it notifies. */
const builtins = new Set([
  'and', 'break', 'call', 'continue', 'html', 'index', 'slice', 'js', 'len', 'not', 'or', 'print', 'printf', 'println', 'urlquery',
  'eq', 'ge', 'gt', 'le', 'lt', 'ne',
]);

/** Why `template.New("").Parse` refuses a text; undefined when it takes it, as it takes every text without `{{`. */
export function templateFault(text: string): string | undefined {
  const { errors, template } = parseTemplate(text);
  const [error] = errors;
  if (error !== undefined) return error.message;
  return template === undefined ? undefined : undefinedName(template, text);
}

/** The parser of rule templates knows more functions and variables than there are here. */
function undefinedName(tree: unknown, text: string): string | undefined {
  const open: unknown[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node instanceof Map) open.push(...node.values());
    else if (Array.isArray(node)) open.push(...node as unknown[]);
    if (typeof node !== 'object' || node === null) continue;
    const { kind, name } = node as { readonly kind?: unknown; readonly name?: unknown };
    if (kind === 'identifier' && typeof name === 'string' && !builtins.has(name)) return `function ${JSON.stringify(name)} not defined`;
    if (kind === 'variable' && isUndeclared(name, text)) return `undefined variable ${JSON.stringify(name)}`;
    if (!(node instanceof Map) && !Array.isArray(node)) open.push(...Object.values(node));
  }
  return undefined;
}

/** A variable that only rule templates have, and that the text does not declare itself. */
function isUndeclared(name: unknown, text: string): boolean {
  return ruleVariables.some((variable) => variable === name && !new RegExp(`\\${variable}\\s*(?:,|:=)`).test(text));
}
