import type { Fix, Problem } from '../../finding.ts';
import { isSameJson } from '../../yaml/applyChange.ts';
import type { SourceObject } from '../sourceFile.ts';
import type { Workspace } from '../workspace.ts';
import { instanceName } from '../../kinds/shared/instances.ts';

/**
 * An object that stands a second time in its file or folder: whoever applies them keeps the last. Copies of other folders are
 * those of other clusters, and patches of a kustomization belong to what they patch.
 */
export function duplicateProblems(source: SourceObject, workspace: Workspace): Problem[] {
  const { file, value } = source;
  if (value.metadata.name === '' || file.masked.length > 0) return [];
  const same = workspace.namesakes(value).filter((other) => other.value.apiVersion.split('/')[0] === value.apiVersion.split('/')[0] && other.value.metadata.namespace === value.metadata.namespace && isTogether(source, other, workspace));
  const [first] = same;
  if (first === undefined || first === source || first.value === value) return [];
  const fix: Fix = isSameJson(first.value, value)
    ? { title: 'Remove the second one', changes: [], removesObject: true }
    : { title: `Name it "${value.metadata.name}-2"`, changes: [{ kind: 'set', path: ['metadata', 'name'], value: `${value.metadata.name}-2` }] };
  const where = first.file === file ? 'in this file' : `in ${first.file.uri.slice(first.file.uri.lastIndexOf('/') + 1)}`;
  return [{
    code: 'object/duplicate',
    severity: 'warning',
    path: ['metadata', 'name'],
    message: `${instanceName(value)} stands ${where}, too: of the two, the cluster keeps what is applied last.`,
    related: [{ object: first.value, path: ['metadata', 'name'], message: 'the first one' }],
    fixes: [fix],
  }];
}

function isTogether(a: SourceObject, b: SourceObject, workspace: Workspace): boolean {
  if (a.file === b.file || workspace.complete) return true;
  const folder = folderOf(a.file.uri);
  return folder === folderOf(b.file.uri) && b.file.masked.length === 0 && !['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some((name) => workspace.file(folder + name) !== undefined);
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}
