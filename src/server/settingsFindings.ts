import type { Finding } from '../language/finding.ts';
import { placeProblem } from '../language/placeProblem.ts';
import { settingsFileName, type SettingsFile } from '../language/settings/settingsFile.ts';
import { readYaml } from '../language/yaml/reader.ts';

/** What is wrong with a `.kubeprom.yaml`, in its text; empty for every other file. */
export function settingsFindings(text: string, file: SettingsFile | undefined): Finding[] {
  if (file === undefined) return [];
  const [document] = readYaml(text);
  if (document === undefined) return [];
  const reference = { apiVersion: '', kind: '', name: settingsFileName };
  return file.problems.map((problem) => placeProblem(problem, { file: { uri: '', text }, document, path: [], reference }));
}
