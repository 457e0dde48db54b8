import type { Path, Problem } from '../finding.ts';
import { alertmanagerVersion, generateAlertmanagerConfig, isUnmanaged } from '../generate/alertmanager/generate.ts';
import { judgeGenerated, matcherMode } from '../generate/alertmanager/judge.ts';
import { loadConfigText } from '../routing/config/load.ts';
import { alertmanagerBase } from './alertmanagerConfig.ts';
import type { KindChecks } from './kindCheck.ts';

/**
 * The verdict on an Alertmanager object with its base configuration: a base that the operator or
 * Alertmanager cannot read keeps every AlertmanagerConfig out.
 */
export const alertmanagerServer: KindChecks = {
  kind: 'Alertmanager',
  judges: [],
  check({ object, lookup }): Problem[] {
    const base = alertmanagerBase(object, object, lookup);
    const mode = matcherMode(alertmanagerVersion(object));
    if (isUnmanaged(object)) {
      // The operator hands the Secret over as it is.
      return loadConfigText(base, mode).faults.slice(0, 1).map(({ message }) => unreadable(['spec', 'configSecret'], `${message}: Alertmanager does not load its configuration.`));
    }
    const generated = generateAlertmanagerConfig(object, [], lookup, base);
    if (generated.failure !== undefined) {
      const { origin, message } = generated.failure;
      return [unreadable(origin?.object === object ? origin.path : ['spec', 'configSecret'], `${message}: the operator writes no configuration, and no AlertmanagerConfig has any effect.`)];
    }
    if (generated.root === undefined) return [];
    return judgeGenerated(generated.root, mode).faults.slice(0, 1).map(({ message }) => unreadable(['spec', 'configSecret'], `${message}: Alertmanager does not load its configuration.`));
  },
};

function unreadable(path: Path, message: string): Problem {
  return { code: 'alertmanager/base', severity: 'error', path, message };
}
