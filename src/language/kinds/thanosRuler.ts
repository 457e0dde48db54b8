import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { atLeast, type Version } from '../version.ts';
import type { KindChecks } from './kindCheck.ts';
import { thanosVersion } from './scrapeServer.ts';
import { adviseServer } from './servers/advice.ts';
import { checkAdditionalArguments, rulerFlags } from './servers/arguments.ts';
import { checkRemoteWrite } from './servers/remoteStorage.ts';
import { adviseSelectors, checkSelectors } from './servers/selectors.ts';
import { checkWebTls } from './servers/web.ts';
import { rejected, warning } from './shared/monitorScope.ts';

/** The verdict on a ThanosRuler: what keeps the operator from running it (pkg/thanos/operator.go and statefulset.go, v0.93.1), and advice. */
export const thanosRuler: KindChecks = {
  kind: 'ThanosRuler',
  judges: ['PrometheusRule'],
  check({ object, lookup }): Problem[] {
    const spec = Source.of(object).at('spec');
    const version = thanosVersion(spec.at('version'));
    if (version === undefined) return [rejected(spec.at('version'), 'server/version', `"${spec.at('version').text}" is no version of Thanos.`, `Write for example ${operatorRelease().thanos}.`)];
    // The operator checks the remote writes without regard to any version.
    const scope = { namespace: object.metadata.namespace ?? 'default', lookup, version: newest, prometheus: spec };
    return [
      ...checkSelectors(object),
      ...checkQuery(spec),
      ...checkRemoteWriteVersion(spec.at('remoteWrite'), version),
      ...checkRemoteWrite(spec.at('remoteWrite'), scope),
      ...checkWebTls(spec.at('web', 'tlsConfig')),
      ...checkAdditionalArguments(spec.at('additionalArgs'), rulerFlags(spec, version)),
      ...adviseServer(spec, version),
      ...overruled.flatMap(([winner, loser]) => adviseOverruled(spec.at(winner), spec.at(loser))),
      ...adviseSelectors(object, lookup),
    ];
  },
};

const newest: Version = { major: 9999, minor: 0, patch: 0, preRelease: [] };

function checkQuery(spec: Source): Problem[] {
  if (spec.at('queryConfig').exists || spec.at('queryEndpoints').isFilled) return [];
  return [rejected(spec, 'thanosruler/query', 'A ThanosRuler requires a query config or at least one query endpoint to be specified.', 'Write the address of a Thanos Querier into `queryEndpoints`.', { on: 'key' })];
}

function checkRemoteWriteVersion(list: Source, version: Version): Problem[] {
  if (!list.isFilled) return [];
  if (!atLeast(version, '0.24.0')) return [rejected(list, 'thanosruler/remote-write', 'Thanos remote-write configuration requires at least version "0.24.0".', 'Use a newer Thanos, or remove it.', { on: 'key' })];
  if (atLeast(version, '0.40.0')) return [];
  return list.items.map((entry) => entry.at('azureAd', 'managedIdentity')).filter((identity) => identity.exists && identity.at('clientId').text === '').map((identity) =>
    rejected(identity, 'remote-write/azure', 'azureAD.managedIdentity.clientId is required with Thanos < 0.40.0.', 'Write the clientId.'));
}

/** Fields of which the first counts. */
const overruled = [
  ['queryConfig', 'queryEndpoints'], ['alertmanagersConfig', 'alertmanagersUrl'], ['objectStorageConfigFile', 'objectStorageConfig'], ['tracingConfigFile', 'tracingConfig'], ['alertRelabelConfigFile', 'alertRelabelConfigs'],
] as const;

function adviseOverruled(winner: Source, loser: Source): Problem[] {
  if (!winner.isFilled || !loser.isFilled) return [];
  return [warning(loser, 'thanosruler/overruled', `${String(winner.path.at(-1))} counts, and this is ignored. Keep one of the two.`, { on: 'key' })];
}
