/** How a Prometheus or ThanosRuler logs in elsewhere: remote write and read, Alertmanagers. */

import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { checkAuthorization, checkBasicAuth } from '../shared/httpClient.ts';
import { rejected, removal, type MonitorScope } from '../shared/monitorScope.ts';
import { checkReference } from '../shared/references.ts';

/** More than one way to log in, of those that exclude each other (validateRemoteWriteSpec and validateAlertmanagerEndpoints, v0.93.1). */
export function checkOneLogin(place: Source, names: readonly string[]): Problem[] {
  // A token file counts once it names one; the others count by being there.
  const given = names.map((name) => place.at(name)).filter((login) => (login.path.at(-1) === 'bearerTokenFile' ? login.text !== '' : login.exists));
  const [first, ...others] = given;
  if (first === undefined) return [];
  return others.map((other) =>
    rejected(other, 'http/conflicting-logins', `"${String(first.path.at(-1))}" and "${String(other.path.at(-1))}" can't be set at the same time, at most one of them must be defined.`, 'Keep one of the two.', { on: 'key', fixes: [removal(other)] }));
}

/** The logins that are read from Secrets. */
export function checkLogins(place: Source, scope: MonitorScope): Problem[] {
  return [...checkBasicAuth(place.at('basicAuth'), scope), ...checkServerAuthorization(place.at('authorization'), scope), ...checkSigV4(place.at('sigv4'), scope)];
}

/** An authorization that may name a file instead of a Secret; without a Secret the operator does not look at the rest. */
export function checkServerAuthorization(authorization: Source, scope: MonitorScope): Problem[] {
  const file = authorization.at('credentialsFile');
  if (!authorization.at('credentials').exists) return [];
  return [
    ...(file.text === '' ? [] : [rejected(file, 'http/conflicting-logins', 'authorization can not specify both "credentials" and "credentialsFile".', 'Keep one of the two.', { on: 'key', fixes: [removal(file)] })]),
    ...checkAuthorization(authorization, scope),
  ];
}

/** Both keys or none, each in a Secret. */
function checkSigV4(sigv4: Source, scope: MonitorScope): Problem[] {
  const [access, secret] = [sigv4.at('accessKey'), sigv4.at('secretKey')];
  if (access.exists === secret.exists) return [...checkReference(access, 'Secret', scope), ...checkReference(secret, 'Secret', scope)];
  return [rejected(access.exists ? access : secret, 'http/sigv4-incomplete', 'Both accessKey and secretKey should be provided.', 'Add the other one, or remove both to use the credentials of the environment.', { on: 'key' })];
}
