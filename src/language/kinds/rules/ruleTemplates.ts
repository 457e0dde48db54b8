import type { Problem } from '../../finding.ts';
import { isRecord } from '../../json.ts';
import { parseExpression } from '../../promql/parse.ts';
import { checkTemplate } from '../../templates/check.ts';
import { promqlOptions, type RuleJudge } from './judge.ts';

/** The Go templates in an alert's labels and annotations, as the rule loader reads them. Paths begin at the rule. */
export function* ruleTemplates(rule: Record<string, unknown>, alert: string, judge: RuleJudge): Generator<Problem> {
  for (const field of ['labels', 'annotations']) {
    const map = rule[field];
    if (!isRecord(map)) continue;
    for (const [name, text] of Object.entries(map)) {
      if (typeof text !== 'string' || !text.includes('{{')) continue;
      const { errors, queries } = checkTemplate(text, { alert });
      for (const error of errors) {
        yield { code: 'template/syntax', severity: 'error', path: [field, name], within: { start: error.start, end: error.end }, message: `The template is not valid: ${error.message}.` };
      }
      for (const query of queries) {
        const [error] = parseExpression(query.expression, promqlOptions(judge)).errors;
        if (error === undefined) continue;
        yield {
          code: 'template/query',
          severity: 'warning',
          path: [field, name],
          within: { start: query.offsets[error.start] ?? query.start, end: query.offsets[error.end] ?? query.end },
          message: `The rule loads, but the text of the alert will be an error message: ${error.message}.`,
        };
      }
    }
  }
}
