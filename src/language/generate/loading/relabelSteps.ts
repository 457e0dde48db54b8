import { compileAnchoredRe2 } from '../../re2.ts';
import { isLabelName, isLabelNameTemplate, type NameScheme } from '../../relabel/labelNames.ts';
import { relabelActions } from '../../relabel/relabelConfig.ts';
import type { Judged } from './judge.ts';
import { judgeUnsigned } from './values.ts';

const actions: readonly string[] = relabelActions;
const targetActions = new Set(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']);
const equalActions = new Set(['keepequal', 'dropequal']);

/** A relabeling step (relabel.Config of Prometheus 3.13, UnmarshalYAML and Validate). */
export function judgeRelabelStep(step: Judged, scheme: NameScheme): void {
  const action = step.at('action').exists ? step.at('action').text.toLowerCase() : 'replace';
  if (!step.at('action').expect(actions.includes(action), `unknown relabel action ${JSON.stringify(step.at('action').text)}`)) return;
  for (const label of step.at('source_labels').items) label.expect(isLabelName(label.text, 'utf8'), `${JSON.stringify(label.text)} is not a valid label name`);
  const regex = step.at('regex');
  if (regex.exists) {
    const compiled = compileAnchoredRe2(regex.text);
    if ('error' in compiled) regex.refuse(compiled.error);
  }
  judgeUnsigned(step.at('modulus'));
  step.at('modulus').expect(action !== 'hashmod' || !isZero(step.at('modulus')), 'relabel configuration for hashmod requires non-zero modulus');
  judgeNames(step, action, scheme);
  judgeSuperfluous(step, action);
}

function judgeNames(step: Judged, action: string, scheme: NameScheme): void {
  const target = step.at('target_label');
  if (targetActions.has(action) && target.expect(target.text !== '', `relabel configuration for ${action} action requires 'target_label' value`)) {
    // Only replace puts groups of the regex into the name.
    const isValid = action === 'replace' && target.text.includes('$') ? isLabelNameTemplate(target.text, scheme) : isLabelName(target.text, scheme);
    target.expect(isValid, `${JSON.stringify(target.text)} is invalid 'target_label' for ${action} action`);
  }
  const replacement = step.at('replacement');
  const text = replacement.exists ? replacement.text : '$1';
  if (action === 'labelmap') replacement.expect(isLabelNameTemplate(text, scheme), `${JSON.stringify(text)} is invalid 'replacement' for labelmap action`);
  if (action === 'lowercase' || action === 'uppercase') replacement.expect(text === '$1', `'replacement' can not be set for ${action} action`);
}

/** Fields that an action does not take. Prometheus compares a written regex by identity, so that even `(.*)` counts. */
function judgeSuperfluous(step: Judged, action: string): void {
  const isEqual = equalActions.has(action);
  if (!isEqual && action !== 'labeldrop' && action !== 'labelkeep') return;
  const message = isEqual ? `${action} action requires only 'source_labels' and \`target_label\`, and no other fields` : `${action} action requires only 'regex', and no other fields`;
  const differs = (name: string, usual: string): boolean => step.at(name).exists && step.at(name).text !== usual;
  const superfluous = [
    ...(isEqual ? [step.at('regex').exists ? 'regex' : ''] : [step.at('source_labels').exists ? 'source_labels' : '', differs('target_label', '') ? 'target_label' : '']),
    isZero(step.at('modulus')) ? '' : 'modulus',
    differs('separator', ';') ? 'separator' : '',
    differs('replacement', '$1') ? 'replacement' : '',
  ].filter((name) => name !== '');
  for (const name of superfluous) step.at(name).refuse(message);
}

function isZero(number: Judged): boolean {
  return !number.exists || number.text === '0';
}
