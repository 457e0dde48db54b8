import type { Path } from '../finding.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { list, map, scalar, type Node, type Origin, type ScalarNode } from './node.ts';

/**
 * A place in an object, there or not, whose value is read without trust in its shape. What is
 * copied from it into the generated configuration remembers the place as its {@link Origin}.
 */
export class Source {
  readonly object: KubernetesObject;
  readonly path: Path;
  /** Undefined where the object has no such field. */
  readonly value: unknown;

  private constructor(object: KubernetesObject, path: Path, value: unknown) {
    this.object = object;
    this.path = path;
    this.value = value;
  }

  /** The whole object. */
  static of(object: KubernetesObject): Source {
    return new Source(object, [], object);
  }

  /** A place that is not there. */
  static nowhere(object: KubernetesObject): Source {
    return new Source(object, [], undefined);
  }

  get origin(): Origin {
    return { object: this.object, path: this.path };
  }

  /** Whether the field is there; null is as good as absent, as for the pointers of the operator. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  at(...keys: readonly (string | number)[]): Source {
    let value = this.value;
    for (const key of keys) {
      value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
    }
    return new Source(this.object, [...this.path, ...keys], value);
  }

  /** The same place, read as another value: where the operator decodes a field in its own way. */
  readAs(value: unknown): Source {
    return new Source(this.object, this.path, value);
  }

  /** The string, or an empty one where there is none. */
  get text(): string {
    return typeof this.value === 'string' ? this.value : '';
  }

  /** The number, or zero where there is none. */
  get number(): number {
    return typeof this.value === 'number' ? this.value : 0;
  }

  /** Whether the value is `true`. */
  get isTrue(): boolean {
    return this.value === true;
  }

  /** The items of a list; none where there is no list. */
  get items(): Source[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.at(index)) : [];
  }

  /** The strings of a list of strings. */
  get texts(): string[] {
    return this.items.map((item) => item.text);
  }

  /** The fields of a map, sorted by their keys, as the operator writes maps. */
  get fields(): (readonly [string, Source])[] {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) return [];
    return Object.keys(this.value).sort().map((key) => [key, this.at(key)]);
  }

  /** Whether it holds anything: a non-empty string, list or map, or any number or boolean. */
  get isFilled(): boolean {
    if (typeof this.value === 'string' || Array.isArray(this.value)) return this.value.length > 0;
    if (typeof this.value === 'object' && this.value !== null) return Object.keys(this.value).length > 0;
    return this.exists;
  }

  /** A scalar that comes from here. */
  scalar(value: ScalarNode['value']): ScalarNode {
    return scalar(value, this.origin);
  }

  /** The value as it is; undefined where there is none. */
  copy(): Node | undefined {
    return this.exists ? this.#copied() : undefined;
  }

  #copied(): Node {
    const { value } = this;
    if (Array.isArray(value)) return list(this.items.map((item) => item.#copied()), this.origin);
    if (typeof value === 'object' && value !== null) return map(this.fields.map(([key, field]) => [key, field.#copied()]), this.origin);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return this.scalar(value);
    return this.scalar(null);
  }
}
