import type { TextDocument } from 'vscode';
import { textOf, valueAt } from '../../model/liveObject.ts';

/** An object of a file and the line on which it begins, from 0. */
export interface PlacedObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly line: number;
  /** The rules of a PrometheusRule, in its order. */
  readonly rules: readonly PlacedRule[];
}

/** A rule of a file and the line of its name, from 0. */
export interface PlacedRule {
  /** Of its group. */
  readonly group: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  readonly name: string;
  readonly line: number;
}

/** The objects of a file of YAML, in its order. The reader is loaded with the first file that is asked about. */
export async function objectsIn(document: TextDocument): Promise<readonly PlacedObject[]> {
  const { SourceFile } = await import('../../language/workspace/sourceFile.ts');
  return new SourceFile(document.uri.toString(), document.getText()).objects.flatMap(({ document: yaml, path, value }) => {
    const placed = yaml.nodeAt(path);
    const { namespace, name } = value.metadata;
    const lineOf = (found: NonNullable<typeof placed>): number => document.positionAt(found.base + found.node.start).line;
    const rules = (value.kind === 'PrometheusRule' ? rulesOf(value) : []).flatMap(({ at, ...rule }) => {
      const place = yaml.nodeAt([...path, ...at]);
      return place === undefined ? [] : [{ ...rule, line: lineOf(place) }];
    });
    return placed === undefined || name === '' ? [] : [{ kind: value.kind, namespace, name, line: lineOf(placed), rules }];
  });
}

function rulesOf(object: object): (Omit<PlacedRule, 'line'> & { readonly at: readonly (string | number)[] })[] {
  return listAt(object, 'spec', 'groups').flatMap((group, groupIndex) => listAt(group, 'rules').flatMap((rule, index) => {
    const field = textOf(valueAt(rule, 'alert')) === '' ? 'record' : 'alert';
    const name = textOf(valueAt(rule, field));
    return name === '' ? [] : [{ group: textOf(valueAt(group, 'name')), index, name, at: ['spec', 'groups', groupIndex, 'rules', index, field] }];
  }));
}

function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = valueAt(value, ...path);
  return Array.isArray(list) ? (list as unknown[]) : [];
}
