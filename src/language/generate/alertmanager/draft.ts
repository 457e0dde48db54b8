import type { Path } from '../../finding.ts';
import { atLeast, type Version } from '../../version.ts';
import { map, type MapNode, type Node, type Origin } from '../node.ts';

/** Why the operator writes no Alertmanager configuration at all: one fault stops the generation for every object. */
export class GenerationFault extends Error {
  readonly origin: Origin | undefined;

  constructor(message: string, origin?: Origin) {
    super(message);
    this.origin = origin;
  }
}

/** A field that the operator leaves out of the configuration, without rejecting anything. */
export interface DroppedField {
  /** Undefined for a field of the base configuration. */
  readonly origin: Origin | undefined;
  /** In the generated configuration. */
  readonly path: Path;
  /** The first Alertmanager that takes the field; undefined when another field takes its place. */
  readonly minimumVersion: string | undefined;
}

/** A map of the configuration while the operator fits it to a version of Alertmanager (the sanitize functions of v0.93.1). */
export class Draft {
  readonly version: Version;
  readonly path: Path;
  readonly dropped: DroppedField[];
  readonly #fields: Map<string, Node>;
  readonly #origin: Origin | undefined;

  constructor(node: MapNode, version: Version, path: Path, dropped: DroppedField[]) {
    this.version = version;
    this.path = path;
    this.dropped = dropped;
    this.#fields = new Map(node.entries);
    this.#origin = node.origin;
  }

  atLeast(minimum: string): boolean {
    return atLeast(this.version, minimum);
  }

  /** Whether the field stands in the configuration. */
  has(key: string): boolean {
    return this.#fields.has(key);
  }

  /** The text of a field; empty where there is none. */
  text(key: string): string {
    const node = this.#fields.get(key);
    return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  }

  isTrue(key: string): boolean {
    const node = this.#fields.get(key);
    return node?.kind === 'scalar' && node.value === true;
  }

  /** Whether the field's value is known: not that of a Secret that nothing is known of. */
  known(key: string): boolean {
    const node = this.#fields.get(key);
    return node?.kind !== 'scalar' || node.content !== 'unknown';
  }

  get(key: string): Node | undefined {
    return this.#fields.get(key);
  }

  set(key: string, node: Node): void {
    this.#fields.set(key, node);
  }

  /** Leaves a field out. */
  drop(key: string, minimumVersion?: string): void {
    const node = this.#fields.get(key);
    if (!this.#fields.delete(key)) return;
    this.dropped.push({ origin: node?.origin ?? this.#origin, path: [...this.path, key], minimumVersion });
  }

  /** Leaves those fields out that the Alertmanager is too old for. */
  dropBefore(fields: Readonly<Record<string, string>>): void {
    for (const [key, minimum] of Object.entries(fields)) if (this.has(key) && !this.atLeast(minimum)) this.drop(key, minimum);
  }

  /** Of a value and the file that may hold it instead, the value counts. */
  prefer(key: string, fileKey: string): void {
    if (this.text(key) !== '' && this.text(fileKey) !== '') this.drop(fileKey);
  }

  fail(message: string, key?: string): never {
    const at = key === undefined ? undefined : this.#fields.get(key);
    throw new GenerationFault(message, at?.origin ?? this.#origin);
  }

  /** Fails where the Alertmanager is older than the whole integration. */
  requireVersion(minimum: string, what: string): void {
    if (!this.atLeast(minimum)) this.fail(`${what} needs Alertmanager ${minimum} or newer`);
  }

  /** Fits a map below this one. */
  nested(key: string, fit: (draft: Draft) => void): void {
    const node = this.#fields.get(key);
    if (node?.kind !== 'map') return;
    const draft = new Draft(node, this.version, [...this.path, key], this.dropped);
    fit(draft);
    this.#fields.set(key, draft.node());
  }

  /** Fits every map of a list. */
  each(key: string, fit: (draft: Draft) => void): void {
    const node = this.#fields.get(key);
    if (node?.kind !== 'list') return;
    const items = node.items.map((item, index) => {
      if (item.kind !== 'map') return item;
      const draft = new Draft(item, this.version, [...this.path, key, index], this.dropped);
      fit(draft);
      return draft.node();
    });
    this.#fields.set(key, { ...node, items });
  }

  node(): MapNode {
    return map([...this.#fields], this.#origin);
  }
}
