import type { Span } from '../../../finding.ts';
import type { ActionNode, ListNode, Operand, PipeNode, TemplateTree } from '../../../templates/ast.ts';

/** A place where a template prints the alert's value. */
export interface PrintedValue extends Span {
  /** The functions that it goes through, innermost first; empty for `{{ $value }}`. */
  readonly functions: readonly string[];
  /** The text right behind the action, up to the next one. */
  readonly behind: string;
}

/** Where a template prints `$value`; a value that only decides between texts is not printed. */
export function printedValues({ root }: TemplateTree): PrintedValue[] {
  const found: PrintedValue[] = [];
  collect(root, true, found);
  return found;
}

/** `dot`: whether `.` is the alert's data there. */
function collect({ nodes }: ListNode, dot: boolean, found: PrintedValue[]): void {
  for (const [index, node] of nodes.entries()) {
    if (node.kind === 'action') {
      const functions = printed(node, dot);
      const next = nodes[index + 1];
      if (functions !== undefined) found.push({ start: node.start, end: node.end, functions, behind: next?.kind === 'text' ? next.text : '' });
    } else if (node.kind === 'if' || node.kind === 'with' || node.kind === 'range') {
      collect(node.list, dot && node.kind === 'if', found);
      if (node.elseList !== undefined) collect(node.elseList, dot, found);
    }
  }
}

function printed({ pipe }: ActionNode, dot: boolean): string[] | undefined {
  return pipe.declared.length > 0 ? undefined : throughPipe(pipe, dot);
}

function throughPipe({ commands }: PipeNode, dot: boolean): string[] | undefined {
  let functions: string[] | undefined;
  for (const { args } of commands) {
    const [first, ...others] = args;
    const inner = [first, ...others].map((operand) => fromOperand(operand, dot)).find((names) => names !== undefined);
    const called = first.kind === 'identifier' ? [first.name] : [];
    if (functions !== undefined) functions = [...functions, ...called];
    else if (inner !== undefined) functions = [...inner, ...called];
  }
  return functions;
}

function fromOperand(node: Operand, dot: boolean): string[] | undefined {
  if (node.kind === 'variable') return node.name === '$value' || (node.name === '$' && node.fields[0] === 'Value') ? [] : undefined;
  if (node.kind === 'field') return dot && node.fields[0] === 'Value' ? [] : undefined;
  return node.kind === 'pipe' ? throughPipe(node, dot) : undefined;
}
