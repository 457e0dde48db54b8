/** Where the keys of Secrets and ConfigMaps come from: not every Secret stands in the files as one. */

import { isRecord } from '../../json.ts';
import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';

/** What the files tell of the keys of a Secret or ConfigMap. */
export interface Keys {
  /** The object itself, or what will make it in the cluster. */
  readonly object: KubernetesObject;
  readonly keys: readonly string[];
  /** Whether there may be others, which only the cluster knows. */
  readonly isOpen: boolean;
}

/** Whether a Secret was encrypted by SOPS: its keys can be read, and its values cannot. */
export function isEncrypted(object: KubernetesObject): boolean {
  return Source.of(object).at('sops').exists;
}

/** What provides a Secret or ConfigMap of a namespace; undefined where nothing among the files does. */
export function providerOf(kind: 'Secret' | 'ConfigMap', namespace: string, name: string, lookup: ObjectLookup): Keys | undefined {
  const object = lookup.get(kind, namespace, name);
  if (object !== undefined) return { object, keys: keysOf(object), isOpen: false };
  if (kind === 'ConfigMap') return undefined;
  const sealed = made('SealedSecret', namespace, name, ['spec', 'template', 'metadata', 'name'], lookup);
  if (sealed !== undefined) return { object: sealed, keys: fieldNames(sealed, ['spec', 'encryptedData'], ['spec', 'template', 'data']), isOpen: false };
  const external = made('ExternalSecret', namespace, name, ['spec', 'target', 'name'], lookup);
  if (external !== undefined) return externalKeys(external);
  const cluster = lookup.list('ClusterExternalSecret').find((one) => Source.of(one).at('spec', 'externalSecretSpec', 'target', 'name').text === name || Source.of(one).at('spec', 'externalSecretName').text === name);
  if (cluster !== undefined) return { object: cluster, keys: [], isOpen: true };
  const certificate = lookup.list('Certificate').find((one) => (one.metadata.namespace ?? 'default') === namespace && Source.of(one).at('spec', 'secretName').text === name);
  return certificate === undefined ? undefined : { object: certificate, keys: ['tls.crt', 'tls.key', 'ca.crt'], isOpen: true };
}

/** The object of a kind that makes the Secret: its name is the Secret's, unless a field says another one. */
function made(kind: string, namespace: string, name: string, field: readonly string[], lookup: ObjectLookup): KubernetesObject | undefined {
  return lookup.list(kind).find((object) => {
    const given = Source.of(object).at(...field).text;
    return (object.metadata.namespace ?? 'default') === namespace && (given === '' ? object.metadata.name : given) === name;
  });
}

function externalKeys(object: KubernetesObject): Keys {
  const spec = Source.of(object).at('spec');
  const template = spec.at('target', 'template');
  const keys = [...spec.at('data').items.map((item) => item.at('secretKey').text), ...template.at('data').fields.map(([key]) => key)];
  // With `dataFrom` or a template from elsewhere the store decides; with these policies there is a Secret of somebody else.
  const isMerged = ['Merge', 'None'].includes(spec.at('target', 'creationPolicy').text);
  return { object, keys, isOpen: isMerged || spec.at('dataFrom').isFilled || template.at('templateFrom').isFilled };
}

function keysOf(object: KubernetesObject): string[] {
  return fieldNames(object, ['data'], ['stringData'], ['binaryData']);
}

function fieldNames(object: KubernetesObject, ...paths: readonly (readonly string[])[]): string[] {
  return [...new Set(paths.flatMap((path) => {
    const { value } = Source.of(object).at(...path);
    return isRecord(value) ? Object.keys(value) : [];
  }))];
}
