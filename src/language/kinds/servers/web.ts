import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { rejected } from '../shared/monitorScope.ts';
import { checkOneSource, namesAsset } from '../shared/tlsConfig.ts';

/** What the operator refuses of a TLS server's settings (WebTLSConfig.Validate, v0.93.1). It reads none of the Secrets. */
export function checkWebTls(tls: Source): Problem[] {
  if (!tls.exists) return [];
  const [cert, clientCa, key] = [tls.at('cert'), tls.at('client_ca'), tls.at('keySecret')];
  const hasKey = key.at('name').text !== '' || key.at('key').text !== '' || key.at('optional').exists;
  const missing = (what: string, remedy: string): Problem => rejected(tls, 'web/tls', `${what} must be defined.`, remedy);
  return [
    ...both(namesAsset(clientCa), tls.at('clientCAFile'), 'client_ca'),
    ...checkOneSource(clientCa),
    ...both(namesAsset(cert), tls.at('certFile'), 'cert'),
    ...checkOneSource(cert),
    ...both(hasKey, tls.at('keyFile'), 'keySecret'),
    ...(hasKey || tls.at('keyFile').text !== '' ? [] : [missing('TLS private key', 'Name a Secret in `keySecret`.')]),
    ...(namesAsset(cert) || tls.at('certFile').text !== '' ? [] : [missing('TLS certificate', 'Name a Secret or ConfigMap in `cert`.')]),
  ];
}

function both(hasReference: boolean, file: Source, name: string): Problem[] {
  if (!hasReference || file.text === '') return [];
  return [rejected(file, 'tls/file-and-reference', `Cannot specify both ${name} and ${String(file.path.at(-1))}.`, 'Keep one of the two.', { on: 'key' })];
}
