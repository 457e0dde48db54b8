import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './processes.ts';
import { projectFolder } from './workbench.ts';

/** What the suites are told about their host, as settings of the workspace, which every host reads. */
export interface SuiteSettings {
  /** The version that `vscode.version` must answer. */
  readonly version?: string;
  readonly host: 'node' | 'web';
  /** A regular expression that titles must match; empty for all. */
  readonly filter?: string;
}

/** A copy of the sample workspace, which the suites may change. */
export function suiteWorkspace(settings: SuiteSettings): string {
  const folder = temporaryFolder('workspace');
  cpSync(join(projectFolder, 'samples'), folder, { recursive: true });
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  const named = Object.entries(settings).map(([name, value]) => [`kubepromTests.${name}`, value]);
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(Object.fromEntries(named)));
  return folder;
}
