import type { TextDocument } from 'vscode';

/** An object of a file and the line on which it begins, from 0. */
export interface PlacedObject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly line: number;
}

/** The objects of a file of YAML, in its order. The reader is loaded with the first file that is asked about. */
export async function objectsIn(document: TextDocument): Promise<readonly PlacedObject[]> {
  const { SourceFile } = await import('../../language/workspace/sourceFile.ts');
  return new SourceFile(document.uri.toString(), document.getText()).objects.flatMap(({ document: yaml, path, value }) => {
    const placed = yaml.nodeAt(path);
    const { namespace, name } = value.metadata;
    return placed === undefined || name === '' ? [] : [{ kind: value.kind, namespace, name, line: document.positionAt(placed.base + placed.node.start).line }];
  });
}
