import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingShared, sharedFolder } from '../shared.ts';

const folder = 'kube-prometheus/manifests';

/** Why there are no {@link ruleTexts}; false when there are. */
export const noRuleTexts = missingShared(folder) ?? false;

/** The rule files of kube-prometheus by name; none where they are not beside the project. */
export function ruleTexts(): Map<string, string> {
  if (noRuleTexts !== false) return new Map();
  const names = readdirSync(join(sharedFolder, folder)).filter((name) => name.endsWith('-prometheusRule.yaml'));
  return new Map(names.map((name) => [name, readFileSync(join(sharedFolder, folder, name), 'utf8')]));
}
