import type { Problem } from '../finding.ts';
import { alertmanagerVersion, type GeneratedConfig, generateAlertmanagerConfig, isUnmanaged } from '../generate/alertmanager/generate.ts';
import { type GeneratedFault, judgeGenerated, matcherMode } from '../generate/alertmanager/judge.ts';
import { alertmanagerBase, assumedAlertmanager, withAlertmanagerVersion } from '../kinds/alertmanagerConfig.ts';
import type { CheckContext } from '../kinds/kindCheck.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { selects } from '../kinds/shared/selection.ts';
import { type AlertmanagerConfig, loadConfigText } from '../routing/config/load.ts';

/** The configuration that an Alertmanager will run with. */
export interface AlertRouting {
  readonly alertmanager: KubernetesObject;
  readonly generated: GeneratedConfig;
  /** Undefined when the operator writes none, or Alertmanager does not load it. */
  readonly config: AlertmanagerConfig | undefined;
  readonly faults: readonly GeneratedFault[];
  /** The AlertmanagerConfigs that are left out, with the reasons. */
  readonly rejected: readonly { readonly object: KubernetesObject; readonly problems: readonly Problem[] }[];
}

/** What the operator makes of an Alertmanager and the AlertmanagerConfigs that it selects; without one, of all of them. */
export function alertRouting(server: KubernetesObject | undefined, context: Omit<CheckContext, 'object'>): AlertRouting {
  const { lookup, stored, target } = context;
  const alertmanager = server === undefined ? assumedAlertmanager(undefined, target) : withAlertmanagerVersion(stored(server), target);
  const base = alertmanagerBase(server, alertmanager, lookup);
  const mode = matcherMode(alertmanagerVersion(alertmanager));
  if (isUnmanaged(alertmanager)) {
    // The operator hands the Secret over as it is.
    const { config, faults } = loadConfigText(base, mode);
    const generated = { root: undefined, failure: undefined, rejected: new Map<string, never>(), dropped: [] };
    return { alertmanager, generated, config, faults: faults.map((fault) => ({ ...fault, origin: undefined })), rejected: [] };
  }
  const configs = lookup.list('AlertmanagerConfig').map(stored).filter((config) => server === undefined || isSelected(alertmanager, config, context));
  const generated = generateAlertmanagerConfig(alertmanager, configs, lookup, base);
  const rejected = configs.flatMap((object) => {
    const problems = generated.rejected.get(`${object.metadata.namespace ?? 'default'}/${object.metadata.name}`);
    return problems === undefined ? [] : [{ object, problems }];
  });
  if (generated.root === undefined) return { alertmanager, generated, config: undefined, faults: [], rejected };
  const judgement = judgeGenerated(generated.root, mode);
  return { alertmanager, generated, config: judgement.config, faults: judgement.faults, rejected };
}

function isSelected(alertmanager: KubernetesObject, config: KubernetesObject, { lookup }: Omit<CheckContext, 'object'>): boolean {
  const namespace = lookup.get('Namespace', 'default', config.metadata.namespace ?? 'default');
  return selects(alertmanager, config, 'AlertmanagerConfig', namespace).verdict !== 'not selected';
}
