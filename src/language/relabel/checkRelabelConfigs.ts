/** What the operator refuses in relabel rules, action by action (LabelConfigValidator of prometheus-operator v0.93.1). */

import type { Fix, Path, Problem } from '../finding.ts';
import { compileAnchoredRe2 } from '../re2.ts';
import { atLeast, type Version } from '../version.ts';
import { isLabelName, isLabelNameTemplate, nameSchemeOf, type NameScheme } from './labelNames.ts';
import { completeRelabelConfig, defaultRegex, defaultReplacement, defaultSeparator, readRelabelConfig, type RelabelConfig } from './relabelConfig.ts';

/** Actions that came after Prometheus 2.0. */
const minimumVersions: Readonly<Record<string, string>> = { lowercase: '2.36.0', uppercase: '2.36.0', keepequal: '2.41.0', dropequal: '2.41.0' };

/** Actions that write a label or compare with one. */
const targetActions = new Set(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']);
const fixedReplacementActions = new Set(['lowercase', 'uppercase', 'keepequal', 'dropequal']);

/**
 * The rules of a list that make the operator reject the whole object, for Prometheus of the given version.
 * `value` is the list of the object after the CRD's defaults; what the schema refuses is not told here again.
 */
export function checkRelabelConfigs(value: unknown, path: Path, prometheus: Version): Problem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) => checkRelabelConfig(readRelabelConfig(item), [...path, index], prometheus));
}

function checkRelabelConfig(config: RelabelConfig, path: Path, prometheus: Version): Problem[] {
  const scheme = nameSchemeOf(prometheus);
  return [
    ...checkVersion(config, path, prometheus),
    ...checkRegex(config, path),
    ...checkTargetLabel(config, path, scheme),
    ...checkModulus(config, path),
    ...checkReplacement(config, path, scheme),
    ...checkSuperfluousFields(config, path),
  ];
}

function checkVersion(config: RelabelConfig, path: Path, prometheus: Version): Problem[] {
  const { action } = completeRelabelConfig(config);
  const minimum = minimumVersions[action];
  if (minimum === undefined || atLeast(prometheus, minimum)) return [];
  return [error('relabel/action-version', `The ${action} action needs Prometheus ${minimum} or newer, so that the operator rejects the whole object. Use a newer Prometheus or another action.`, [...path, 'action'])];
}

function checkRegex({ regex = '' }: RelabelConfig, path: Path): Problem[] {
  const compiled = compileAnchoredRe2(regex);
  if (!('error' in compiled)) return [];
  return [error('relabel/regex', `${compiled.error}. The operator rejects the whole object; the pattern has to be a regular expression of RE2, without lookarounds and backreferences.`, [...path, 'regex'])];
}

function checkTargetLabel(config: RelabelConfig, path: Path, scheme: NameScheme): Problem[] {
  const { action, targetLabel } = completeRelabelConfig(config);
  if (!targetActions.has(action)) return [];
  if (targetLabel === '') return [error('relabel/target-label-missing', `The ${action} action needs a targetLabel. The operator rejects the whole object without one.`, [...path, config.targetLabel === undefined ? 'action' : 'targetLabel'])];
  // The operator does not take `$1_total` before 3.0 even for replace, although Prometheus would.
  if (isLabelName(targetLabel, scheme)) return [];
  return [error('relabel/target-label-invalid', `${JSON.stringify(targetLabel)} is no valid targetLabel for the ${action} action, so that the operator rejects the whole object. ${nameRule(scheme)}`, [...path, 'targetLabel'])];
}

function checkModulus(config: RelabelConfig, path: Path): Problem[] {
  const { action, modulus } = completeRelabelConfig(config);
  if (action !== 'hashmod' || modulus !== 0n) return [];
  return [error('relabel/modulus-missing', 'The hashmod action needs a modulus of at least 1, commonly the number of shards. The operator rejects the whole object without one.', [...path, config.modulus === undefined ? 'action' : 'modulus'])];
}

function checkReplacement(config: RelabelConfig, path: Path, scheme: NameScheme): Problem[] {
  const { action, replacement } = completeRelabelConfig(config);
  const at = [...path, 'replacement'];
  if (fixedReplacementActions.has(action) && replacement !== defaultReplacement) {
    return [error('relabel/superfluous-field', `'replacement' can not be set for the ${action} action. The operator rejects the whole object; remove the replacement.`, at, [remove('replacement', path)])];
  }
  if (action !== 'labelmap' || isLabelNameTemplate(replacement, scheme)) return [];
  return [error('relabel/replacement-invalid', `${JSON.stringify(replacement)} is no valid replacement for the labelmap action, which makes a label's name of it, so that the operator rejects the whole object. ${nameRule(scheme)}`, at)];
}

/** keepequal and dropequal compare labels and nothing else; labeldrop and labelkeep look at names only. */
function checkSuperfluousFields(config: RelabelConfig, path: Path): Problem[] {
  const { action, sourceLabels, separator, targetLabel, regex, modulus, replacement } = completeRelabelConfig(config);
  const isEqualAction = action === 'keepequal' || action === 'dropequal';
  const isNameAction = action === 'labeldrop' || action === 'labelkeep';
  if (!isEqualAction && !isNameAction) return [];
  const superfluous = [
    ['sourceLabels', isNameAction && sourceLabels.length > 0],
    ['targetLabel', isNameAction && targetLabel !== ''],
    ['regex', isEqualAction && regex !== defaultRegex],
    ['modulus', modulus !== 0n],
    ['separator', separator !== defaultSeparator],
    ['replacement', isNameAction && replacement !== defaultReplacement],
  ] as const;
  const needed = isEqualAction ? "'sourceLabels' and 'targetLabel'" : "'regex'";
  return superfluous.filter(([, isThere]) => isThere).map(([name]) =>
    error('relabel/superfluous-field', `The ${action} action takes only ${needed}, and no other fields. The operator rejects the whole object; remove the ${name}.`, [...path, name], [remove(name, path)], 'key'));
}

function nameRule(scheme: NameScheme): string {
  return scheme === 'utf8' ? 'It must not be empty.' : 'Before Prometheus 3.0 a name has only ASCII letters, digits and underscores, and no digit first.';
}

function remove(name: string, path: Path): Fix {
  return { title: `Remove "${name}"`, changes: [{ kind: 'remove', path: [...path, name] }] };
}

function error(code: string, message: string, path: Path, fixes?: readonly Fix[], on?: 'key'): Problem {
  return { code, severity: 'error', message, path, ...(fixes === undefined ? {} : { fixes }), ...(on === undefined ? {} : { on }) };
}
