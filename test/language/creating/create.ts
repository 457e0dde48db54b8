import assert from 'node:assert/strict';
import { routingKinds } from '../../../src/language/chain/alertJourney.ts';
import { type Creation, creationEdits } from '../../../src/language/creating/creation.ts';
import { creationsAt } from '../../../src/language/creating/creations.ts';
import type { Finding } from '../../../src/language/finding.ts';
import { defaultSettings } from '../../../src/language/settings/settings.ts';
import { applyEdits } from '../../../src/language/workspace/verifiedEdits.ts';
import type { Workspace } from '../../../src/language/workspace/workspace.ts';
import { checkAll, service, workspaceOf } from '../check.ts';

/** What can be created at the `|` of the first of some files. */
export async function offered(files: Readonly<Record<string, string>>): Promise<{ workspace: Workspace; creations: Creation[] }> {
  const [first] = Object.keys(files);
  assert.ok(first !== undefined);
  const marked = files[first] ?? '';
  const offset = marked.indexOf('|');
  assert.ok(offset >= 0, 'no caret');
  const workspace = await workspaceOf({ ...files, [first]: marked.slice(0, offset) + marked.slice(offset + 1) });
  return { workspace, creations: await creationsIn(workspace, first, offset) };
}

/** What can be created at an offset. */
export async function creationsIn(workspace: Workspace, uri: string, offset: number): Promise<Creation[]> {
  const file = workspace.file(uri);
  assert.ok(file !== undefined);
  return creationsAt(file, offset, workspace, await service.surroundings(workspace, defaultSettings.target, routingKinds));
}

/** The files after a creation, and what is then wrong with all of them. */
export async function after(creation: Creation, workspace: Workspace, place: 'file' | 'newFile' = 'file'): Promise<{ files: Record<string, string>; findings: Finding[] }> {
  const made = creationEdits(creation, place, workspace);
  assert.ok(made !== undefined, 'it has no clear place');
  const files = Object.fromEntries([...workspace.files].map(({ uri, text }) => [uri, applyEdits(text, made.edits.get(uri) ?? [])]));
  if (made.newFile !== undefined) files[made.newFile.uri] = made.newFile.text;
  const changed = await workspaceOf(files);
  return { files, findings: checkAll(changed) };
}
