import type { Path, Problem } from '../finding.ts';
import { alertmanagerVersion, generateAlertmanagerConfig, isUnmanaged } from '../generate/alertmanager/generate.ts';
import { judgeGenerated, matcherMode } from '../generate/alertmanager/judge.ts';
import { loadConfigText } from '../routing/config/load.ts';
import { alertmanagerBase } from './alertmanagerConfig.ts';
import { Source } from '../generate/source.ts';
import { parseVersion } from '../version.ts';
import type { KindChecks } from './kindCheck.ts';
import type { KubernetesObject, ObjectLookup } from './objects.ts';
import { adviseServer } from './servers/advice.ts';
import { alertmanagerFlags, checkAdditionalArguments } from './servers/arguments.ts';
import { adviseSelectors, checkSelectors } from './servers/selectors.ts';
import { checkWebTls } from './servers/web.ts';
import { rejected } from './shared/monitorScope.ts';
import { checkTlsSettings, namesAsset } from './shared/tlsConfig.ts';

/**
 * The verdict on an Alertmanager object with its base configuration: a base that the operator or
 * Alertmanager cannot read keeps every AlertmanagerConfig out.
 */
export const alertmanagerServer: KindChecks = {
  kind: 'Alertmanager',
  judges: ['AlertmanagerConfig'],
  check({ object, lookup }): Problem[] {
    const spec = Source.of(object).at('spec');
    const version = parseVersion(alertmanagerVersion(object));
    return [
      ...checkSelectors(object),
      ...configurationProblems(object, lookup),
      ...checkWebTls(spec.at('web', 'tlsConfig')),
      ...checkClusterTls(spec.at('clusterTLS')),
      ...(version === undefined ? [] : [...checkAdditionalArguments(spec.at('additionalArgs'), alertmanagerFlags(spec, version)), ...adviseServer(spec, version)]),
      ...adviseSelectors(object, lookup),
    ];
  },
};

/** The certificates of the protocol between the Alertmanagers (clustertlsconfig.New, v0.93.1). */
function checkClusterTls(clusterTls: Source): Problem[] {
  const client = clusterTls.at('client');
  if (!clusterTls.exists) return [];
  return [
    ...checkWebTls(clusterTls.at('server')),
    ...checkTlsSettings(client),
    ...(namesAsset(client.at('cert')) ? [] : [rejected(client, 'web/tls', 'Invalid client TLS configuration: certificate is required.', 'Name a Secret or ConfigMap in `cert`, and its key in `keySecret`.')]),
  ];
}

function configurationProblems(object: KubernetesObject, lookup: ObjectLookup): Problem[] {
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
}

function unreadable(path: Path, message: string): Problem {
  return { code: 'alertmanager/base', severity: 'error', path, message };
}
