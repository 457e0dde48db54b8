/** Whether other alerts silence an alert (inhibit/inhibit.go of Alertmanager 0.33). */

import type { AlertmanagerConfig, InhibitRule } from './config/load.ts';
import { firstMismatch, labelOf, type LabelSet } from './matcher.ts';

/** An alert that silences another one, and the rule by which it does. */
export interface Inhibition {
  readonly rule: InhibitRule;
  readonly source: LabelSet;
}

/**
 * The first rule and firing alert that inhibit notifications for an alert; undefined when it is not inhibited.
 * An absent label equals an empty one. An alert that matches both sides of a rule is not inhibited by another one of which the same is true, so never by itself.
 */
export function isInhibited(config: AlertmanagerConfig, alert: LabelSet, firing: readonly LabelSet[]): Inhibition | undefined {
  for (const rule of config.inhibitRules) {
    if (firstMismatch(rule.targetMatchers, alert) !== undefined) continue;
    const bothSides = firstMismatch(rule.sourceMatchers, alert) === undefined;
    const source = firing.find((other) => firstMismatch(rule.sourceMatchers, other) === undefined
      && rule.equal.every((name) => labelOf(other, name) === labelOf(alert, name))
      && !(bothSides && firstMismatch(rule.targetMatchers, other) === undefined));
    if (source !== undefined) return { rule, source };
  }
  return undefined;
}
