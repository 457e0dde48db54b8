import type { Problem } from '../../finding.ts';
import { missingKey, readKey, type AssetKind } from '../../generate/assets.ts';
import type { Source } from '../../generate/source.ts';
import { rejected, type MonitorScope } from './monitorScope.ts';

/**
 * A reference to a Secret's or ConfigMap's key that the operator cannot follow. It reads them in the object's own namespace,
 * and `optional: true` does not help. Nothing where the object is not known and there may be more than is known.
 */
export function checkReference(selector: Source, kind: AssetKind, scope: MonitorScope): Problem[] {
  if (!selector.exists) return [];
  if (selector.at('name').text === '') {
    return [rejected(selector, 'reference/name-missing', `This names no ${kind}.`, `Write the name of a ${kind} in namespace "${scope.namespace}".`)];
  }
  const missing = missingKey(scope.lookup, kind, selector, scope.namespace);
  if (missing === undefined) return [];
  const isKnown = scope.lookup.get(kind, scope.namespace, selector.at('name').text) !== undefined;
  const remedy = isKnown ? `Write one of the keys that the ${kind} has.` : `${kind}s are read from the object's own namespace, "${scope.namespace}".`;
  return [rejected(selector.at(isKnown ? 'key' : 'name'), isKnown ? 'reference/key-not-found' : 'reference/not-found', `${capitalized(missing)}.`, remedy)];
}

/** The same for a `secretOrConfigMap`, of which the Secret counts first. */
export function checkSecretOrConfigMap(selector: Source, scope: MonitorScope): Problem[] {
  const secret = selector.at('secret');
  return secret.exists ? checkReference(secret, 'Secret', scope) : checkReference(selector.at('configMap'), 'ConfigMap', scope);
}

/** The value that a `secretOrConfigMap` leads to; undefined where it leads nowhere or nobody knows. */
export function readSecretOrConfigMap(selector: Source, scope: MonitorScope): string | undefined {
  const secret = selector.at('secret');
  return secret.exists ? readSecret(secret, scope) : read(selector.at('configMap'), 'ConfigMap', scope);
}

/** The value under a Secret's key; undefined where there is none or nobody knows. */
export function readSecret(selector: Source, scope: MonitorScope): string | undefined {
  return read(selector, 'Secret', scope);
}

function read(selector: Source, kind: AssetKind, { lookup, namespace }: MonitorScope): string | undefined {
  return selector.exists ? readKey(lookup, kind, namespace, selector.at('name').text, selector.at('key').text) : undefined;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
