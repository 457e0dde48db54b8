import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../src/language/finding.ts';
import { LanguageService } from '../../src/language/languageService.ts';
import { SchemaStore } from '../../src/language/schemas/schemaStore.ts';
import { defaultSettings, type PathSettings } from '../../src/language/settings/settings.ts';
import { Workspace } from '../../src/language/workspace/workspace.ts';

const schemasFolder = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** A service over the committed schemas. */
export const service = new LanguageService(await SchemaStore.open((path) => readFile(schemasFolder + path, 'utf8')));

/** Texts as a workspace, by name, with every schema loaded. */
export async function workspaceOf(files: Readonly<Record<string, string>>, options: { complete?: boolean; settings?: PathSettings } = {}): Promise<Workspace> {
  const workspace = new Workspace({ complete: options.complete ?? false });
  for (const [name, text] of Object.entries(files)) workspace.set(name, text);
  for (const file of workspace.files) await service.load(file, workspace, (options.settings ?? defaultSettings).target);
  return workspace;
}

/** The findings of one text. */
export async function check(text: string, settings: PathSettings = defaultSettings): Promise<Finding[]> {
  const workspace = await workspaceOf({ 'file.yaml': text }, { settings });
  const file = workspace.file('file.yaml');
  return file === undefined ? [] : service.check(file, workspace, settings);
}

/** The findings of every text of a workspace. */
export function checkAll(workspace: Workspace, settings: PathSettings = defaultSettings): Finding[] {
  return [...workspace.files].flatMap((file) => service.check(file, workspace, settings));
}

/** Each finding as `severity code "text under it"`. */
export function shown(text: string, findings: readonly Finding[]): string[] {
  return findings.map((finding) => `${finding.severity} ${finding.code} ${JSON.stringify(text.slice(finding.span.start, finding.span.end))}`);
}

/** A PrometheusRule around the YAML of rules, which begins at column 0 with `- `. */
export function ruleFile(rules: string, metadata = ''): string {
  return `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: test\n${metadata}spec:\n  groups:\n    - name: group\n      rules:\n${rules.replace(/^(?=.)/gm, '        ')}\n`;
}
