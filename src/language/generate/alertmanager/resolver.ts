import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';
import { missingKey, readKey } from '../assets.ts';
import { namespaceOf } from '../generation.ts';
import { trimSpace } from '../../routing/goText.ts';
import { maskedSecret, scalar, type ScalarNode } from '../node.ts';
import type { Source } from '../source.ts';
import { GenerationFault } from './draft.ts';

/** The values that one object's references lead to. References are read in the object's own namespace. */
export class Resolver {
  readonly namespace: string;
  readonly name: string;
  readonly #lookup: ObjectLookup;

  constructor(object: KubernetesObject, lookup: ObjectLookup) {
    this.namespace = namespaceOf(object);
    this.name = object.metadata.name;
    this.#lookup = lookup;
  }

  /** The name of a receiver or time interval as the operator makes it unique; undefined for an empty one. */
  prefixed(name: string): string | undefined {
    return name === '' ? undefined : `${this.namespace}/${this.name}/${name}`;
  }

  /** The value of a Secret's key. Where nothing is known of the Secret, a stand-in that Alertmanager takes for any secret. */
  secret(selector: Source): ScalarNode {
    return this.#read('Secret', selector);
  }

  /** The same without spaces and line breaks around it. */
  trimmedSecret(selector: Source): ScalarNode {
    const node = this.secret(selector);
    return typeof node.value === 'string' ? { ...node, value: trimSpace(node.value) } : node;
  }

  /** The value of a Secret's or ConfigMap's key; empty when the field names neither. */
  secretOrConfigMap(source: Source): ScalarNode {
    if (source.at('secret').exists) return this.#read('Secret', source.at('secret'));
    return source.at('configMap').exists ? this.#read('ConfigMap', source.at('configMap')) : source.scalar('');
  }

  /** The file that the operator puts a certificate or key into. */
  tlsAsset(source: Source): ScalarNode | undefined {
    for (const [key, number] of [['secret', 0], ['configMap', 1]] as const) {
      const selector = source.at(key);
      if (selector.exists) return this.#asset(selector, number);
    }
    return undefined;
  }

  /** The file of a key, which is always in a Secret. */
  tlsKey(selector: Source): ScalarNode | undefined {
    return selector.exists ? this.#asset(selector, 0) : undefined;
  }

  #asset(selector: Source, number: number): ScalarNode {
    return selector.scalar(`/etc/alertmanager/certs/${number}_${this.namespace}_${selector.at('name').text}_${selector.at('key').text}`);
  }

  #read(kind: 'Secret' | 'ConfigMap', selector: Source): ScalarNode {
    const name = selector.at('name').text;
    const value = readKey(this.#lookup, kind, this.namespace, name, selector.at('key').text);
    if (value !== undefined) return scalar(value, selector.origin, kind === 'Secret' ? 'secret' : undefined);
    if ((this.#lookup.complete || this.#lookup.get(kind, this.namespace, name) !== undefined) && missingKey(this.#lookup, kind, selector, this.namespace) !== undefined) {
      throw new GenerationFault(`there is no ${kind} "${name}" with the key "${selector.at('key').text}" in namespace "${this.namespace}"`, selector.origin);
    }
    return scalar(maskedSecret, selector.origin, 'unknown');
  }
}
