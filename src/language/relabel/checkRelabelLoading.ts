/** What Prometheus refuses to load of the relabel rules that the operator lets through (relabel.Config.Validate of 3.13). */

import type { Path, Problem } from '../finding.ts';
import { isLabelName, isLabelNameTemplate, type NameScheme } from './labelNames.ts';
import { completeRelabelConfig, readRelabelConfig, type RelabelConfig } from './relabelConfig.ts';

/**
 * The rules of a list that make Prometheus refuse its whole configuration, although the operator accepts them.
 * `scheme` is the one that the configuration names (nameValidationScheme), `utf8` where it names none.
 */
export function checkRelabelLoading(value: unknown, path: Path, scheme: NameScheme = 'utf8'): Problem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index) => {
    const config = readRelabelConfig(item);
    const at = [...path, index];
    return [...checkSourceLabels(config, at), ...checkExplicitRegex(config, at), ...checkModulus(config, at), ...checkNames(config, at, scheme)];
  });
}

/** What follows from any of these: the operator notices nothing, so this is the only place to see it. */
const consequence = 'Prometheus refuses its whole configuration: every reload fails from then on, and a restarted pod does not start.';

function checkSourceLabels({ sourceLabels = [] }: RelabelConfig, path: Path): Problem[] {
  return sourceLabels.flatMap((name, index) => isLabelName(name, 'utf8') ? [] : [
    problem('relabel/source-label-invalid', `${JSON.stringify(name)} is not a valid label name. ${consequence} Name a label or remove it.`, [...path, 'sourceLabels', index]),
  ]);
}

/** Prometheus compares the compiled pattern with its default by identity, so that even the default one counts when it is written out. */
function checkExplicitRegex(config: RelabelConfig, path: Path): Problem[] {
  const { action } = completeRelabelConfig(config);
  if ((action !== 'keepequal' && action !== 'dropequal') || config.regex === undefined || config.regex === '') return [];
  return [{
    ...problem('relabel/explicit-regex', `${action} action requires only 'source_labels' and 'target_label', and no other fields; even the default regex must not be written out. ${consequence} Remove the regex.`, [...path, 'regex']),
    fixes: [{ title: 'Remove "regex"', changes: [{ kind: 'remove', path: [...path, 'regex'] }] }],
  }];
}

function checkModulus(config: RelabelConfig, path: Path): Problem[] {
  if (completeRelabelConfig(config).modulus >= 0n) return [];
  return [problem('relabel/modulus-negative', `A modulus must not be negative. ${consequence}`, [...path, 'modulus'])];
}

function checkNames(config: RelabelConfig, path: Path, scheme: NameScheme): Problem[] {
  const { action, targetLabel, replacement } = completeRelabelConfig(config);
  const legacy = 'With the legacy scheme a name has only ASCII letters, digits and underscores, and no digit first.';
  if (action === 'labelmap' && !isLabelNameTemplate(replacement, scheme)) {
    return [problem('relabel/replacement-invalid', `${JSON.stringify(replacement)} is invalid 'replacement' for labelmap action. ${consequence} ${legacy}`, [...path, 'replacement'])];
  }
  const isTemplate = action === 'replace' && targetLabel.includes('$');
  const writes = isTemplate || ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'].includes(action);
  if (!writes || targetLabel === '' || (isTemplate ? isLabelNameTemplate(targetLabel, scheme) : isLabelName(targetLabel, scheme))) return [];
  return [problem('relabel/target-label-invalid', `${JSON.stringify(targetLabel)} is invalid 'target_label' for ${action} action. ${consequence} ${legacy}`, [...path, 'targetLabel'])];
}

function problem(code: string, message: string, path: Path): Problem {
  return { code, severity: 'error', message, path };
}
