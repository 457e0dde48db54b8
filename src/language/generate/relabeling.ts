import { filled, lowerCase, mapOf, type Fields } from './fields.ts';
import { namespaceOf, type Generation } from './generation.ts';
import { list, type MapNode, type Node, type Origin } from './node.ts';
import type { Source } from './source.ts';

/** Relabeling steps in the order in which Prometheus takes them. */
export type Steps = readonly MapNode[];

/** A step of the operator's own; what it comes from is told where the step depends on a field. */
export function step(fields: Fields, origin?: Origin): MapNode {
  return mapOf(fields, origin);
}

/** Keeps the job's name, before relabeling changes `job`. */
export const rememberJobName: MapNode = step({ source_labels: ['job'], target_label: '__tmp_prometheus_job_name' });

/** The user's steps, in Prometheus' spelling. */
export function userSteps(relabelings: Source): Steps {
  return relabelings.items.map((item) => {
    const action = item.at('action');
    return mapOf({
      source_labels: filled(item.at('sourceLabels')),
      separator: item.at('separator'),
      target_label: filled(item.at('targetLabel')),
      regex: filled(item.at('regex')),
      modulus: item.at('modulus').value === 0 ? undefined : item.at('modulus'),
      replacement: item.at('replacement'),
      action: action.text === '' ? undefined : lowerCase(action),
    }, item.origin);
  });
}

/** The user's steps, and the namespace label behind them that the Prometheus enforces. */
export function enforcedSteps(generation: Generation, monitor: Source, relabelings: Source): Steps {
  const label = generation.spec.at('enforcedNamespaceLabel');
  if (label.text === '' || isExcluded(generation, monitor)) return userSteps(relabelings);
  return [...userSteps(relabelings), step({ target_label: label, replacement: namespaceOf(monitor.object) }, label.origin)];
}

const kinds: Readonly<Record<string, string>> = { servicemonitors: 'ServiceMonitor', podmonitors: 'PodMonitor', probes: 'Probe', scrapeconfigs: 'ScrapeConfig' };

function isExcluded(generation: Generation, { object }: Source): boolean {
  return generation.spec.at('excludedFromEnforcement').items.some((excluded) =>
    kinds[excluded.at('resource').text] === object.kind
    && excluded.at('namespace').text === namespaceOf(object)
    && (excluded.at('name').text === '' || excluded.at('name').text === object.metadata.name));
}

/** `metric_relabel_configs`: those of the scrape class, then the object's; left out when there are none. */
export function metricSteps(generation: Generation, monitor: Source, relabelings: Source, scrapeClass: Source): Fields {
  const steps = [...userSteps(scrapeClass.at('metricRelabelings')), ...enforcedSteps(generation, monitor, relabelings)];
  return { metric_relabel_configs: steps.length === 0 ? undefined : list(steps, relabelings.exists ? relabelings.origin : undefined) };
}

/** The name of a Kubernetes label in Prometheus' discovery labels. */
export function sanitized(label: string): string {
  return label.replace(/[^a-zA-Z0-9_]/gu, '_');
}

/**
 * Keeps the targets that a label selector picks, by the discovery's labels (`prefix` is for example `__meta_kubernetes_pod_`).
 * The values become regular expressions as they are.
 */
export function selectorSteps(selector: Source, prefix: string): Steps {
  const byValue = (action: string, key: string, regex: string, origin: Origin): MapNode =>
    step({ action, source_labels: [`${prefix}label_${sanitized(key)}`, `${prefix}labelpresent_${sanitized(key)}`], regex: `(${regex});true` }, origin);
  const byPresence = (action: string, key: string, origin: Origin): MapNode =>
    step({ action, source_labels: [`${prefix}labelpresent_${sanitized(key)}`], regex: 'true' }, origin);
  const expressions = selector.at('matchExpressions').items.flatMap((expression) => {
    const key = expression.at('key').text;
    const values = expression.at('values').texts.join('|');
    switch (expression.at('operator').value) {
      case 'In': return [byValue('keep', key, values, expression.origin)];
      case 'NotIn': return [byValue('drop', key, values, expression.origin)];
      case 'Exists': return [byPresence('keep', key, expression.origin)];
      case 'DoesNotExist': return [byPresence('drop', key, expression.origin)];
      default: return [];
    }
  });
  return [...selector.at('matchLabels').fields.map(([key, value]) => byValue('keep', key, value.text, value.origin)), ...expressions];
}

/** Copies labels of a Service or pod onto the target, for each name in a list. */
export function targetLabelSteps(labels: Source, prefix: string): Steps {
  return labels.items.map((label) => step({
    source_labels: [`${prefix}label_${sanitized(label.text)}`],
    target_label: sanitized(label.text),
    regex: '(.+)',
    replacement: '${1}',
  }, label.origin));
}

/** Takes `job` from a label of the Service or pod that has one. */
export function jobLabelSteps(jobLabel: Source, prefix: string): Steps {
  if (jobLabel.text === '') return [];
  return [step({ source_labels: [`${prefix}label_${sanitized(jobLabel.text)}`], target_label: 'job', regex: '(.+)', replacement: '${1}' }, jobLabel.origin)];
}

/** Pods that have ended are not scraped, unless the endpoint says filterRunning: false. */
export function runningSteps(filterRunning: Source): Steps {
  if (filterRunning.value === false) return [];
  return [step({ action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)' }, filterRunning.exists ? filterRunning.origin : undefined)];
}

/** Copies one discovery label. */
export function copyLabel(from: string, to: string): MapNode {
  return step({ source_labels: [from], target_label: to });
}

/** A label with a fixed value. */
export function fixedLabel(label: string, value: string, source: Source): MapNode {
  return step({ target_label: label, replacement: source.scalar(value) }, source.origin);
}

/** Keeps targets by one discovery label; the value is a regular expression. */
export function keepBy(label: string, regex: Node, origin: Origin): MapNode {
  return step({ action: 'keep', source_labels: [label], regex }, origin);
}
