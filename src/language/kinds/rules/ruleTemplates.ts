import type { Problem } from '../../finding.ts';
import { isRecord } from '../../json.ts';
import { parseTemplate } from '../../templates/parser.ts';

/** The Go templates in an alert's labels and annotations, as the rule loader reads them. Paths begin at the rule. */
export function* ruleTemplates(rule: Record<string, unknown>, alert: string): Generator<Problem> {
  for (const field of ['labels', 'annotations']) {
    const map = rule[field];
    if (!isRecord(map)) continue;
    for (const [name, text] of Object.entries(map)) {
      if (typeof text !== 'string') continue;
      const [error] = parseTemplate(text, { alert }).errors;
      if (error === undefined) continue;
      yield { code: 'template/syntax', severity: 'error', path: [field, name], within: { start: error.start, end: error.end }, message: `The template is not valid: ${error.message}.` };
    }
  }
}
