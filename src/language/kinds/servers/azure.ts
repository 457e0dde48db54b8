import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast } from '../../version.ts';
import { rejected, type MonitorScope } from '../shared/monitorScope.ts';
import { checkReference } from '../shared/references.ts';

/** The ways to log in to Azure with the first Prometheus that has them. */
const methods = [
  { name: 'managedIdentity', since: undefined },
  { name: 'oauth', since: '2.48.0' },
  { name: 'sdk', since: '2.52.0' },
  { name: 'workloadIdentity', since: '3.7.0' },
] as const;

/** Azure AD of a remote write: one method that the version has, with identifiers that are UUIDs (validateRemoteWriteSpec, v0.93.1). */
export function checkAzureAd(azure: Source, scope: MonitorScope): Problem[] {
  if (!azure.exists) return [];
  const given = methods.filter(({ name }) => azure.at(name).exists);
  const [first, ...others] = given;
  if (first === undefined) return [rejected(azure, 'remote-write/azure', 'Must provide Azure Managed Identity, Azure OAuth, Azure SDK, or Azure Workload Identity in the Azure AD config.', `Add one of ${methods.map(({ name }) => name).join(', ')}.`)];
  return [
    ...others.map(({ name }) => rejected(azure.at(name), 'remote-write/azure', `Cannot provide both ${first.name} and ${name} in the Azure AD config.`, 'Keep one of the two.', { on: 'key' })),
    ...given.flatMap(({ name, since }) => since === undefined || atLeast(scope.version, since) ? [] : [rejected(azure.at(name), 'remote-write/azure', `azureAd.${name} requires Prometheus >= v${since}.`, 'Use another way to log in, or a newer Prometheus.', { on: 'key' })]),
    ...checkManagedIdentity(azure.at('managedIdentity'), scope),
    ...[azure.at('oauth', 'clientId'), azure.at('workloadIdentity', 'clientId'), azure.at('workloadIdentity', 'tenantId')].flatMap(checkUuid),
    ...(azure.at('oauth').exists ? checkReference(azure.at('oauth', 'clientSecret'), 'Secret', scope) : []),
  ];
}

function checkManagedIdentity(identity: Source, { version }: MonitorScope): Problem[] {
  if (!identity.exists || identity.at('clientId').text !== '' || atLeast(version, '3.5.0')) return [];
  return [rejected(identity, 'remote-write/azure', 'managedIdentity: clientId is required with Prometheus < 3.5.0.', 'Write the clientId.')];
}

/** As google/uuid reads them: with hyphens, in braces, as an URN, or 32 digits alone. */
const uuid = /^(?:(?:urn:uuid:|.)?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}.?|[\da-f]{32})$/i;

function checkUuid(id: Source): Problem[] {
  if (!id.exists || uuid.test(id.text)) return [];
  return [rejected(id, 'remote-write/azure', `The provided Azure ${String(id.path.at(-1))} is invalid: it is no UUID.`, 'Write it as 00000000-0000-0000-0000-000000000000.')];
}
