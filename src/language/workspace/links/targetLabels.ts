import type { Source } from '../../generate/source.ts';
import { isRecord } from '../../json.ts';
import { unmetRequirements } from '../../kinds/shared/labelSelector.ts';

/**
 * The parts of a monitor's selector that the labels of a Service or pod do not meet. The operator makes relabel steps of a
 * selector: names are sanitized, and a dot of a value stands for any character; with the mechanism RoleSelector the API server compares.
 */
export function unmetByTarget(selector: Source, labels: unknown, mechanism: Source): Source[] {
  if (mechanism.text === 'RoleSelector') return unmetRequirements(selector, labels);
  const sanitized = new Map(isRecord(labels) ? Object.entries(labels).map(([name, value]) => [sanitize(name), typeof value === 'string' ? value : '']) : []);
  const has = (key: string): boolean => sanitized.has(sanitize(key));
  const meets = (key: string, wanted: string): boolean => matchesDots(wanted, sanitized.get(sanitize(key)) ?? '');
  return [
    ...selector.at('matchLabels').fields.filter(([key, value]) => !has(key) || !meets(key, value.text)).map(([, value]) => value),
    ...selector.at('matchExpressions').items.filter((expression) => {
      const key = expression.at('key').text;
      const isListed = expression.at('values').texts.some((value) => meets(key, value));
      switch (expression.at('operator').text) {
        case 'In': return !has(key) || !isListed;
        case 'NotIn': return isListed;
        case 'Exists': return !has(key);
        default: return has(key);
      }
    }),
  ];
}

/** A label's name as Prometheus writes it behind `__meta_kubernetes_…_label_`. */
function sanitize(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

/** Values of labels have no other character of regular expressions than the dot. */
function matchesDots(pattern: string, value: string): boolean {
  return pattern === value || (pattern.length === value.length && [...pattern].every((character, index) => character === '.' || character === value.charAt(index)));
}
