import type { Problem } from '../../../finding.ts';
import type { AdvisedRule } from './advisedRule.ts';
import { printedValues } from './printedValues.ts';

/** An alert is known by its labels: one that prints its value is another alert whenever the value changes. */
export function* valueInLabel({ templates, rule }: AdvisedRule): Generator<Problem> {
  const waits = typeof rule['for'] === 'string' && rule['for'] !== '' && rule['for'] !== '0s';
  for (const { field, name, tree } of templates) {
    if (field !== 'labels') continue;
    for (const { start, end } of printedValues(tree)) {
      yield {
        code: 'template/value-in-label',
        severity: 'warning',
        path: [field, name],
        within: { start, end },
        message: `An alert is known by its labels: with its value among them it is a new alert at every change of the value, and is notified anew${waits ? ', or never fires, since "for" begins anew too' : ''}. Put the value in an annotation.`,
      };
    }
  }
}
