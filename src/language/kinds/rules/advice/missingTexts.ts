import type { Problem } from '../../../finding.ts';
import { isRecord } from '../../../json.ts';
import type { AdvisedRule } from './advisedRule.ts';

/** What those who are woken by an alert look for first. */
export function* missingTexts({ rule, alert, groupLabels }: AdvisedRule): Generator<Problem> {
  if (alert === undefined) return;
  if (!has(rule['labels'], 'severity') && !has(groupLabels, 'severity')) {
    yield {
      code: 'rule/severity-missing',
      severity: 'information',
      path: ['alert'],
      message: 'The alert has no label "severity", by which routes and people tell a page from a note. Add one, for example "severity: warning".',
    };
  }
  if (!has(rule['annotations'], 'summary')) {
    yield {
      code: 'rule/summary-missing',
      severity: 'information',
      path: ['alert'],
      message: 'The alert has no annotation "summary". Say in a sentence what is wrong, for those who get the notification.',
    };
  }
}

function has(map: unknown, name: string): boolean {
  return isRecord(map) && map[name] !== undefined && map[name] !== '';
}

/** Whether a text seems to be missing only because the field that holds it is unknown: misspelt or misplaced. */
export function isMisplaced(problem: Problem, ofSchema: readonly Problem[]): boolean {
  if (problem.code !== 'rule/summary-missing' && problem.code !== 'rule/severity-missing') return false;
  const rule = problem.path.slice(0, -1);
  return ofSchema.some(({ code, path }) => code === 'schema/unknown-field' && rule.every((step, index) => step === path[index]));
}
