import type { Problem } from '../../../finding.ts';
import { checkTemplate } from '../../../templates/check.ts';
import { expandTemplate } from '../../../templates/expand.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** Actions that print a label or the value, which nothing keeps from it: a format that does not fit is part of printf's text. */
const harmless = /\{\{-?\s*(?:\$labels\.[A-Za-z_]\w*|\$value(?:\s*\|\s*humanize(?:1024|Percentage|Duration)?)?|printf\s+"[^"\\{}\n]*"\s+\$(?:value|labels\.[A-Za-z_]\w*))\s*-?\}\}/g;

/**
 * Templates that parse and can never be expanded: Prometheus loads them, for it only parses, and puts
 * `<error expanding template: …>` in their place at every evaluation.
 */
export function* templateFails({ templates, root, labelsOf, alert }: AdvisedRule): Generator<Problem> {
  const risky = templates.filter(({ text }) => text.replace(harmless, '').includes('{{'));
  if (risky.length === 0 || alert === undefined) return;
  const names = [...labelsOf(root).labels].map(([name, { value }]) => [name, value ?? 'a'] as const);
  for (const { field, name, text } of risky) {
    const used = checkTemplate(text, { alert }).references.flatMap(({ of, label }) => (of === 'labels' && label !== undefined ? [[label, 'a'] as const] : []));
    const labels = Object.fromEntries([...used, ...names]);
    const result = expandTemplate(text, { labels, externalLabels: {}, externalURL: '', value: 1, alert, now: 0, query: () => [{ labels, value: 1 }] });
    if (!('error' in result) || !result.error.structural) continue;
    const { start, end, message } = result.error;
    yield {
      code: 'template/fails',
      severity: 'warning',
      path: [field, name],
      within: { start, end },
      message: `The rule loads, but this template fails at every evaluation, and the text of the ${field === 'labels' ? 'label' : 'annotation'} will be an error message: ${message}.`,
    };
  }
}
