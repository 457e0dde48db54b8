import type { Problem } from '../../finding.ts';
import { missingKey, readKey, referencesIn } from '../../generate/assets.ts';
import type { Source } from '../../generate/source.ts';
import { YamlDocument } from '../../yaml/document.ts';
import { readGrammar } from '../../yaml/grammarReader.ts';
import { isRejection } from '../../yaml/node.ts';
import { rejected, type MonitorScope } from '../shared/monitorScope.ts';
import { checkReference } from '../shared/references.ts';
import { checkRelabelLists } from '../shared/relabelLists.ts';
import { checkTlsConfig } from '../shared/tlsConfig.ts';
import { checkLogins, checkOneLogin } from './credentials.ts';

/** What the operator refuses about the Alertmanagers of a Prometheus (validateAlertmanagerEndpoints and addAlertmanagerEndpointsToStore, v0.93.1). */
export function checkAlerting(spec: Source, scope: MonitorScope): Problem[] {
  return [
    ...spec.at('alerting', 'alertmanagers').items.flatMap((endpoint) => checkEndpoint(endpoint, scope)),
    ...['additionalAlertRelabelConfigs', 'additionalAlertManagerConfigs'].flatMap((name) => checkAdditional(spec.at(name), scope)),
  ];
}

function checkEndpoint(endpoint: Source, scope: MonitorScope): Problem[] {
  return [
    ...checkOneLogin(endpoint, ['bearerTokenFile', 'basicAuth', 'authorization', 'sigv4']),
    ...checkRelabelLists([endpoint.at('relabelings'), endpoint.at('alertRelabelings')], scope),
    ...checkLogins(endpoint, scope),
    ...checkTlsConfig(endpoint.at('tlsConfig'), scope),
    // The proxy's other settings are not looked at here.
    ...[...referencesIn(endpoint.at('proxyConnectHeader'))].flatMap(({ selector }) => checkReference(selector, 'Secret', scope)),
  ];
}

/** A list in a Secret that is taken over as it is. */
function checkAdditional(selector: Source, scope: MonitorScope): Problem[] {
  if (!selector.exists) return [];
  const text = readKey(scope.lookup, 'Secret', scope.namespace, selector.at('name').text, selector.at('key').text);
  if (text === undefined) {
    const missing = selector.at('optional').isTrue ? undefined : missingKey(scope.lookup, 'Secret', selector, scope.namespace);
    return missing === undefined ? [] : checkReference(selector, 'Secret', scope);
  }
  const document = new YamlDocument(0, readGrammar(text));
  const fault = document.issues.find(isRejection)?.message ?? (isListOfMaps(document.toJS()) ? undefined : 'it is no list of maps');
  return fault === undefined ? [] : [rejected(selector, 'prometheus/additional-config', `What this Secret holds cannot be read: ${fault}.`, 'Put a list there as it stands in prometheus.yml.')];
}

function isListOfMaps(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.every((item) => item === null || (typeof item === 'object' && !Array.isArray(item))));
}
