import type { Problem } from '../../../finding.ts';
import { mayHave } from '../../../labels/labelSet.ts';
import { checkTemplate } from '../../../templates/check.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** Labels that a template shows and the expression drops: Prometheus puts nothing in their place (a template's missing key). */
export function* templateLabels({ templates, root, labelsOf }: AdvisedRule): Generator<Problem> {
  if (templates.length === 0) return;
  const labels = labelsOf(root);
  if (labels.open && labels.lacking.size === 0) return;
  for (const { field, name, text } of templates) {
    const told = new Set<string>();
    for (const { of, label, start, end } of checkTemplate(text).references) {
      if (of !== 'labels' || label === undefined || label === '__name__' || mayHave(labels, label) || told.has(label)) continue;
      told.add(label);
      const kept = [...labels.labels.keys()];
      const has = labels.open ? '' : kept.length === 0 ? ' It has no labels at all.' : ` It has ${kept.map((key) => `"${key}"`).join(', ')}.`;
      yield {
        code: 'template/label-gone',
        severity: 'warning',
        path: [field, name],
        within: { start, end },
        message: `The result of the expression has no label "${label}", so that nothing will stand here.${has} Keep the label in the expression, for example by (…, ${label}).`,
      };
    }
  }
}
