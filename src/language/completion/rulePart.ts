import type { Path } from '../finding.ts';

/** What a value of a PrometheusRule holds: PromQL, or the text of an alert's label or annotation. */
export type RulePart = 'expression' | 'label' | 'annotation';

/** What stands at a path of a PrometheusRule; undefined for everything else. */
export function rulePart(path: Path): RulePart | undefined {
  const [spec, groups, , rules, , field, name] = path;
  if (spec !== 'spec' || groups !== 'groups' || rules !== 'rules') return undefined;
  if (field === 'expr' && path.length === 6) return 'expression';
  if (name === undefined || path.length !== 7) return undefined;
  return field === 'labels' ? 'label' : field === 'annotations' ? 'annotation' : undefined;
}
