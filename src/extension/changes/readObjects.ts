import type { Uri } from 'vscode';
import { isRecord } from '../../language/json.ts';
import type { ObjectText } from '../clusters/connection.ts';

/** Kinds that are in no namespace, as far as files beside monitoring objects hold them; of all others a file may leave the namespace out. */
const withoutNamespace: ReadonlySet<string> = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'PersistentVolume', 'StorageClass', 'PriorityClass', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService', 'Node']);

/**
 * The objects of a text of YAML, read as the API server reads them.
 * @param namespace of objects that name none
 * @throws Error with a sentence for what cannot be applied: a template, broken YAML, a document that is no object
 */
export async function readObjects(uri: Uri, text: string, namespace: string): Promise<readonly ObjectText[]> {
  const { SourceFile } = await import('../../language/workspace/sourceFile.ts');
  const file = new SourceFile(uri.toString(), text);
  if (file.masked.length > 0) throw new Error('This file is a template: only its tool knows what it makes. Render it first, for example with helm template.');
  const broken = file.documents.flatMap(({ issues }) => issues).find(({ kind }) => kind !== 'ignored');
  if (broken !== undefined) throw new Error(`This is no YAML that the API server reads: ${broken.message}`);
  return file.objects.filter(({ valuesAt }) => valuesAt === undefined).map(({ value }) => {
    const object = value as unknown as ObjectText;
    const { metadata } = object;
    return isRecord(metadata) && metadata.namespace === undefined && !withoutNamespace.has(object.kind) ? { ...object, metadata: { ...metadata, namespace } } : object;
  });
}
