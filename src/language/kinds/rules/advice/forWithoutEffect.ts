import { parseDuration } from '../../../duration.ts';
import type { Problem } from '../../../finding.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** A duration of nothing is what Prometheus assumes anyway. */
export function* forWithoutEffect({ rule, alert }: AdvisedRule): Generator<Problem> {
  if (alert === undefined) return;
  for (const field of ['for', 'keep_firing_for']) {
    const value = rule[field];
    if (typeof value !== 'string' || value === '' || parseDuration(value) !== 0) continue;
    yield {
      code: 'rule/for-without-effect',
      severity: 'information',
      path: [field],
      on: 'key',
      message: `"${field}: ${value}" says what Prometheus does without it: nothing is waited for.`,
      fixes: [{ title: `Remove "${field}"`, changes: [{ kind: 'remove', path: [field] }] }],
    };
  }
}
