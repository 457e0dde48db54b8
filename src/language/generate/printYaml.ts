import { maskedSecret, type Node, type Origin, type ScalarNode } from './node.ts';

/** A configuration as text, and for each of its lines the field that the line comes from. */
export interface PrintedYaml {
  readonly text: string;
  /** By line, from zero; undefined where nothing is known. */
  readonly origins: readonly (Origin | undefined)[];
}

export interface PrintOptions {
  /** Whether the values of Secrets are left out of the text. */
  readonly maskSecrets?: boolean;
}

/** Prints a configuration as YAML in the operator's layout: two spaces of indentation, list items below their key's column. */
export function printYaml(node: Node, options: PrintOptions = {}): PrintedYaml {
  const printer = new Printer(options.maskSecrets === true);
  printer.print(node, 0, '', node.origin);
  return { text: printer.lines.map((line) => `${line}\n`).join(''), origins: printer.origins };
}

class Printer {
  readonly lines: string[] = [];
  readonly origins: (Origin | undefined)[] = [];
  readonly #maskSecrets: boolean;

  constructor(maskSecrets: boolean) {
    this.#maskSecrets = maskSecrets;
  }

  /** Prints a value whose first line begins with `lead` and whose other lines are indented. */
  print(node: Node, indentation: number, lead: string, inherited: Origin | undefined): void {
    const origin = node.origin ?? inherited;
    if (node.kind === 'scalar') {
      this.#line(lead + this.#scalar(node), origin);
    } else if (node.kind === 'list') {
      if (node.items.length === 0) this.#line(`${lead}[]`, origin);
      for (const [index, item] of node.items.entries()) {
        this.print(item, indentation + 2, `${index === 0 ? lead : ' '.repeat(indentation)}- `, origin);
      }
    } else {
      if (node.entries.length === 0) this.#line(`${lead}{}`, origin);
      for (const [index, [key, value]] of node.entries.entries()) {
        this.#entry(value, indentation, `${index === 0 ? lead : ' '.repeat(indentation)}${quoted(key)}:`, origin);
      }
    }
  }

  #entry(value: Node, indentation: number, lead: string, inherited: Origin | undefined): void {
    const isEmpty = value.kind === 'scalar' || (value.kind === 'list' ? value.items : value.entries).length === 0;
    if (isEmpty) {
      this.print(value, indentation, `${lead} `, inherited);
      return;
    }
    const origin = value.origin ?? inherited;
    this.#line(lead, origin);
    const inner = value.kind === 'map' ? indentation + 2 : indentation;
    this.print(value, inner, ' '.repeat(inner), origin);
  }

  #scalar(node: ScalarNode): string {
    if (node.content === 'secret' && this.#maskSecrets) return maskedSecret;
    return typeof node.value === 'string' ? quoted(node.value) : String(node.value);
  }

  #line(text: string, origin: Origin | undefined): void {
    this.lines.push(text);
    this.origins.push(origin);
  }
}

/** Words and numbers that YAML 1.1 or 1.2 reads as something else than a string. */
const otherType = /^(?:[-+]?(?:[\d._,:+-]*|0[box][\da-f_]*|[\d.][\d._]*e[-+]?\d+|\.(?:inf|nan))|\d{4}-\d\d?-\d\d?[t ].*|null|~|true|false|yes|no|on|off|y|n|<<|=)$/i;

/** A string as a YAML scalar: plain where every reader takes it for that string, else in double quotes. */
function quoted(text: string): string {
  const isPlain = /^[A-Za-z0-9_./$(^+\\<;][\x20-\x7e]*$/.test(text) && !/: |:$| #| $/.test(text) && !otherType.test(text);
  return isPlain ? text : JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
