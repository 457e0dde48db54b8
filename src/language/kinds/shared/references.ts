import type { Fix, Problem } from '../../finding.ts';
import { missingKey, readKey, type AssetKind } from '../../generate/assets.ts';
import type { Source } from '../../generate/source.ts';
import { nearestName } from '../../nearestName.ts';
import { type Keys, providerOf } from '../../workspace/links/secrets.ts';
import type { KubernetesObject } from '../objects.ts';
import { rejected, type MonitorScope, warning } from './monitorScope.ts';

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
  if (missing === undefined) return misplaced(selector, kind, scope);
  const [name, key] = [selector.at('name'), selector.at('key')];
  const provider = providerOf(kind, scope.namespace, name.text, scope.lookup);
  if (provider === undefined) {
    const fixes = copies(selector, kind, scope);
    return [rejected(name, 'reference/not-found', `${capitalized(missing)}.`, `${kind}s are read from the object's own namespace, "${scope.namespace}".`, fixes.length === 0 ? {} : { fixes })];
  }
  const has = provider.keys.length === 0 ? 'It has none.' : `Write one of the keys that the ${provider.object.kind} has: ${provider.keys.map((one) => `"${one}"`).join(', ')}.`;
  return [rejected(key, 'reference/key-not-found', `${capitalized(missing)}.`, has, { fixes: keyFixes(key, provider) })];
}

/** The fixes of a key that is not there. */
export function keyFixes(key: Source, { keys }: Keys): Fix[] {
  const likely = nearestName(key.text, keys);
  return [...new Set([...(likely === undefined ? [] : [likely]), ...keys])].slice(0, 4).map((one) => ({ title: `Change to "${one}"`, changes: [{ kind: 'set', path: key.path, value: one }] }));
}

/** A Secret that nothing provides in the object's namespace, while one of its name stands in another. */
export function misplaced(selector: Source, kind: AssetKind, scope: Pick<MonitorScope, 'lookup' | 'namespace'>): Problem[] {
  const name = selector.at('name');
  // A namespace that no file names may be any.
  if (selector.object.metadata.namespace === undefined || providerOf(kind, scope.namespace, name.text, scope.lookup) !== undefined) return [];
  const elsewhere = namedElsewhere(name.text, kind, scope);
  const [first] = elsewhere;
  if (first === undefined) return [];
  return [{
    ...warning(name, 'reference/not-found', `${kind}s are read from the object's own namespace, "${scope.namespace}", and among the files "${name.text}" is only in "${first.metadata.namespace ?? 'default'}". Without it the operator rejects the whole ${selector.object.kind}.`, { fixes: copies(selector, kind, scope) }),
    related: elsewhere.slice(0, 5).map((object) => ({ object, path: ['metadata', 'name'], message: 'the one of the other namespace' })),
  }];
}

function namedElsewhere(name: string, kind: AssetKind, { lookup, namespace }: Pick<MonitorScope, 'lookup' | 'namespace'>): KubernetesObject[] {
  const found = lookup.list(kind).filter(({ metadata }) => metadata.name === name);
  // One that any namespace may get, this one among them, is no mistake.
  return found.some(({ metadata }) => (metadata.namespace ?? namespace) === namespace) ? [] : found;
}

/** A copy in the object's namespace, beside the one in another. */
function copies(selector: Source, kind: AssetKind, scope: Pick<MonitorScope, 'lookup' | 'namespace'>): Fix[] {
  const [object] = namedElsewhere(selector.at('name').text, kind, scope);
  if (object === undefined) return [];
  const added = { ...object, metadata: { ...object.metadata, namespace: scope.namespace } };
  return [{ title: `Copy ${kind} "${object.metadata.name}" to namespace "${scope.namespace}"`, object, changes: [], added: [added] }];
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
