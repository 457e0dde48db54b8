/** Secrets and ConfigMaps that an AlertmanagerConfig names, as the operator's asset store reads them (pkg/assets/store.go, v0.93.1). */

import { readKey } from '../../generate/assets.ts';
import type { Source } from '../../generate/source.ts';
import { isEncrypted, providerOf } from '../../workspace/links/secrets.ts';
import type { ObjectLookup } from '../objects.ts';
import { keyFixes, misplaced } from '../shared/references.ts';
import type { Verdict } from './verdict.ts';

/** A value, or undefined when nothing is known of the object that should hold it. */
export type KnownValue = string | undefined;

/** Reads references in the namespace of the AlertmanagerConfig and reports those that lead nowhere. */
export class References {
  readonly #lookup: ObjectLookup;
  readonly #namespace: string;
  readonly #verdict: Verdict;

  constructor(lookup: ObjectLookup, namespace: string, verdict: Verdict) {
    this.#lookup = lookup;
    this.#namespace = namespace;
    this.#verdict = verdict;
  }

  /** The value of a Secret's key. `optional` does not help: the operator never asks for it. */
  secret(selector: Source): KnownValue {
    return this.#read('Secret', selector);
  }

  /** The value of a Secret's or ConfigMap's key; empty when the field names neither. */
  secretOrConfigMap(source: Source): KnownValue {
    if (source.at('secret').exists) return this.#read('Secret', source.at('secret'));
    return source.at('configMap').exists ? this.#read('ConfigMap', source.at('configMap')) : '';
  }

  #read(kind: 'Secret' | 'ConfigMap', selector: Source): KnownValue {
    const name = selector.at('name').text;
    const key = selector.at('key').text;
    const value = readKey(this.#lookup, kind, this.#namespace, name, key);
    if (value !== undefined) return value;
    const provider = providerOf(kind, this.#namespace, name, this.#lookup);
    if (provider !== undefined) {
      const isPlain = provider.object.kind === kind && !isEncrypted(provider.object);
      if (!isPlain && (provider.isOpen || provider.keys.includes(key))) return undefined;
      this.#verdict.reject(selector.at('key'), 'secret', `${provider.object.kind} "${provider.object.metadata.name}" in namespace "${this.#namespace}" has no key "${key}"`, undefined, undefined, keyFixes(selector.at('key'), provider));
    } else if (this.#lookup.complete || name === '') {
      const words = name === '' ? `No ${kind} is named here` : `There is no ${kind} "${name}" in namespace "${this.#namespace}"`;
      this.#verdict.reject(selector.at('name'), 'secret', words, `References are read in the namespace of the AlertmanagerConfig.`);
    } else {
      this.#verdict.problems.push(...misplaced(selector, kind, { lookup: this.#lookup, namespace: this.#namespace }));
    }
    return undefined;
  }
}
