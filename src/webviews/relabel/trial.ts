import type { NameScheme } from '../../language/relabel/labelNames.ts';
import { relabel } from '../../language/relabel/relabel.ts';
import { completeRelabelConfig, readRelabelConfigs, type RelabelConfig } from '../../language/relabel/relabelConfig.ts';
import type { Labels } from '../protocol.ts';

/** What became of one label. */
export interface LabelChange {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** One step of a list, and what it did. */
export interface TrialStep {
  /** The rule in one line, without what is default. */
  readonly rule: string;
  readonly action: string;
  readonly outcome: 'kept' | 'dropped' | 'unreached';
  readonly changes: readonly LabelChange[];
}

/** What a list makes of labels. */
export interface Trial {
  readonly steps: readonly TrialStep[];
  /** Undefined when the labels are kept; else the index of the step that drops them. */
  readonly droppedBy: number | undefined;
  readonly labels: Labels;
}

/** Applies a list, in the operator's spelling, to labels as Prometheus does. */
export function tryRelabeling(list: readonly unknown[], labels: Labels, scheme: NameScheme): Trial {
  const configs = readRelabelConfigs(list);
  const result = relabel(configs, labels, scheme);
  let before: Labels = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
  const steps = configs.map((config, index): TrialStep => {
    const step = result.steps[index];
    const base = { rule: describeRule(config), action: completeRelabelConfig(config).action };
    if (step === undefined) return { ...base, outcome: 'unreached', changes: [] };
    const changes = changesBetween(before, step.labels);
    before = step.labels;
    return { ...base, outcome: step.kept ? 'kept' : 'dropped', changes };
  });
  const droppedBy = steps.findIndex(({ outcome }) => outcome === 'dropped');
  return { steps, droppedBy: droppedBy < 0 ? undefined : droppedBy, labels: result.labels };
}

/** The labels of a target's series after relabeling: those with two underscores go, and `instance` is the address where nothing else is. */
export function targetLabels(labels: Labels): Labels {
  const address = labels['__address__'] ?? '';
  const shown = Object.entries(labels).filter(([name]) => !name.startsWith('__'));
  return { ...(address === '' ? {} : { instance: address }), ...Object.fromEntries(shown) };
}

function changesBetween(before: Labels, after: Labels): LabelChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): LabelChange[] => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    return [{ kind: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed', name, before: old ?? '', after: now ?? '' }];
  });
}

function describeRule(config: RelabelConfig): string {
  const { sourceLabels, separator, regex, targetLabel, replacement, modulus } = config;
  return [
    ...(sourceLabels === undefined || sourceLabels.length === 0 ? [] : [`[${sourceLabels.join(', ')}]`]),
    ...(separator === undefined ? [] : [`joined by ${JSON.stringify(separator)}`]),
    ...(regex === undefined ? [] : [`matches ${regex}`]),
    ...(modulus === undefined ? [] : [`modulus ${String(modulus)}`]),
    ...(targetLabel === undefined ? [] : [`→ ${targetLabel}`]),
    ...(replacement === undefined ? [] : [`= ${replacement === '' ? '(empty)' : replacement}`]),
  ].join(' ');
}
