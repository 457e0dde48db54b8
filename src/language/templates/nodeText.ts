/** Nodes as text/template writes them in its messages. */

import type { Operand, PipeNode, CommandNode, TemplateNode, ActionNode } from './ast.ts';
import { quote } from './quoting.ts';
import { decodeUtf8 } from './utf8.ts';

/** An operand, command or action in normal form: one space between words, no trim markers. */
export function nodeText(node: Operand | CommandNode | TemplateNode | ActionNode): string {
  switch (node.kind) {
    case 'identifier': return node.name;
    case 'variable': return [node.name, ...node.fields].join('.');
    case 'field': return node.fields.map((field) => `.${field}`).join('');
    case 'chain': return `${operandText(node.of)}${node.fields.map((field) => `.${field}`).join('')}`;
    case 'dot': return '.';
    case 'nil': return 'nil';
    case 'bool': return String(node.value);
    case 'string': case 'number': return node.source;
    case 'command': return node.args.map(operandText).join(' ');
    case 'action': return `{{${nodeText(node.pipe)}}}`;
    case 'template': return `{{template ${decodeUtf8(quote(node.name))}${node.pipe === undefined ? '' : ` ${nodeText(node.pipe)}`}}}`;
    case 'pipe': return pipeText(node);
  }
}

function operandText(node: Operand): string {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : nodeText(node);
}

function pipeText(pipe: PipeNode): string {
  const declared = pipe.declared.length === 0 ? '' : `${pipe.declared.map(nodeText).join(', ')} ${pipe.assign ? '=' : ':='} `;
  return declared + pipe.commands.map(nodeText).join(' | ');
}
