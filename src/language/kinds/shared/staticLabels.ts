import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { isLabelName, nameSchemeOf } from '../../relabel/labelNames.ts';
import { rejected, type MonitorScope } from './monitorScope.ts';

/** Names that the labels of static targets may not have. */
export function checkStaticLabels(labels: Source, { version }: MonitorScope): Problem[] {
  const scheme = nameSchemeOf(version);
  const rule = scheme === 'utf8' ? 'Write a name that is not empty.' : 'Before Prometheus 3.0 a name has only ASCII letters, digits and underscores, and no digit first.';
  return labels.fields.filter(([name]) => !isLabelName(name, scheme)).map(([name, value]) =>
    rejected(value, 'scrape/label-name', `Invalid label "${name}".`, rule, { on: 'key' }));
}
