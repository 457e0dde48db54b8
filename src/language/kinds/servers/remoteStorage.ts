import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { checkOAuth2, checkProxy } from '../shared/httpClient.ts';
import type { MonitorScope } from '../shared/monitorScope.ts';
import { checkTlsConfig } from '../shared/tlsConfig.ts';
import { checkAzureAd } from './azure.ts';
import { checkLogins, checkOneLogin } from './credentials.ts';

/** What the operator refuses in a list of remote writes (AddRemoteWriteToStore, v0.93.1). Of the relabel rules it looks at none. */
export function checkRemoteWrite(list: Source, scope: MonitorScope): Problem[] {
  return list.items.flatMap((entry) => [
    ...checkOneLogin(entry, ['basicAuth', 'oauth2', 'authorization', 'sigv4', 'azureAd']),
    ...checkAzureAd(entry.at('azureAd'), scope),
    ...checkAccess(entry, scope),
  ]);
}

/** What the operator refuses in a list of remote reads (AddRemoteReadsToStore, v0.93.1); several logins pass it. */
export function checkRemoteRead(list: Source, scope: MonitorScope): Problem[] {
  return list.items.flatMap((entry) => checkAccess(entry, scope));
}

function checkAccess(entry: Source, scope: MonitorScope): Problem[] {
  return [...checkLogins(entry, scope), ...checkOAuth2(entry.at('oauth2'), scope), ...checkTlsConfig(entry.at('tlsConfig'), scope), ...checkProxy(entry, scope)];
}
