import type { Discovery, ServedKind } from './discovery.ts';
import { ClusterError } from './errors.ts';
import type { Answer, RequestOptions } from './exchange.ts';
import { withQuery } from './list.ts';
import { collectionPath, type KubernetesObject, objectPath, type Resource } from './resources.ts';
import type { Transport } from './transport.ts';

/** The name under which what we wrote stands in managedFields. */
export const fieldManager = 'kubeprom';

/** What is asked of an object to be written; the rest of it is whatever its kind has. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface WriteOptions {
  /** The server does all but store it. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** What happens to fields that the schema does not know; Strict, as kubectl, when not given. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Milliseconds until the answer begins. */
  readonly timeout?: number;
}

export interface ApplyOptions extends WriteOptions {
  /** Take over fields that others manage; without it that is an {@link ApplyConflict}. */
  readonly force?: boolean;
  /** Another field manager than {@link fieldManager}, for the fixes that keep to theirs. */
  readonly manager?: string;
  /** The manifest's own YAML or JSON, sent instead: of a large one only the name need be known here. */
  readonly text?: string;
}

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** What becomes of what it owns; Background when not given. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Only this very object; otherwise a conflict. */
  readonly uid?: string;
  /** Only as it was then; otherwise a conflict. */
  readonly resourceVersion?: string;
}

/** One object; `namespace` is left out of kinds that have none. */
export interface ObjectPlace {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

/** What the server made of it. */
export interface Written<T = KubernetesObject> {
  readonly object: T;
  readonly created: boolean;
  /** The server's Warning headers. */
  readonly warnings: readonly string[];
}

export type PatchKind = 'merge' | 'json' | 'strategic';

const patchTypes: Readonly<Record<PatchKind, string>> = { merge: 'application/merge-patch+json', json: 'application/json-patch+json', strategic: 'application/strategic-merge-patch+json' };

/** All that changes a cluster. Whoever calls has shown what and asked. Everything rejects with a ClusterError or the signal's reason. */
export class Writes {
  readonly #transport: Transport;
  readonly #discovery: Discovery;

  constructor(transport: Transport, discovery: Discovery) {
    this.#transport = transport;
    this.#discovery = discovery;
  }

  /** Server-side apply: makes the object, or changes the fields that the manifest has and removes those that we set before and it no longer has. */
  async apply<T extends KubernetesObject>(manifest: Manifest, options: ApplyOptions = {}): Promise<Written<T>> {
    const { resource, namespace, name } = await this.placeOf(manifest, options.signal);
    const query = writeQuery(options, options.manager ?? fieldManager);
    if (options.force === true) query.set('force', 'true');
    return this.#written(withQuery(objectPath(resource, namespace, name), query), {
      method: 'PATCH', body: options.text ?? manifest, headers: { 'content-type': 'application/apply-patch+yaml' }, idempotent: true, ...passed(options),
    });
  }

  /** Makes an object that is not there yet; a conflict where it is. */
  async create<T extends KubernetesObject>(manifest: Manifest, options: WriteOptions = {}): Promise<Written<T>> {
    const { resource, namespace } = await this.placeOf(manifest, options.signal);
    return this.#written(withQuery(collectionPath(resource, namespace), writeQuery(options)), { method: 'POST', body: manifest, idempotent: options.dryRun === true, ...passed(options) });
  }

  /** Writes the whole object; with metadata.resourceVersion only over that very state, otherwise a conflict. */
  async replace<T extends KubernetesObject>(manifest: Manifest, options: WriteOptions = {}): Promise<Written<T>> {
    const { resource, namespace, name } = await this.placeOf(manifest, options.signal);
    return this.#written(withQuery(objectPath(resource, namespace, name), writeQuery(options)), { method: 'PUT', body: manifest, ...passed(options) });
  }

  /** @param change of a `json` patch a list of operations, otherwise part of an object @param subresource for example `status` */
  async patch<T extends KubernetesObject>(place: ObjectPlace, kind: PatchKind, change: unknown, options: WriteOptions & { readonly subresource?: string } = {}): Promise<Written<T>> {
    return this.#written(withQuery(pathOf(place, options.subresource), writeQuery(options)), { method: 'PATCH', body: JSON.stringify(change), headers: { 'content-type': patchTypes[kind] }, ...passed(options) });
  }

  /** Sets the number of replicas by the subresource `scale`, whatever field the kind keeps it in. */
  async scale(place: ObjectPlace, replicas: number, options: WriteOptions = {}): Promise<void> {
    await this.patch(place, 'merge', { spec: { replicas } }, { ...options, subresource: 'scale' });
  }

  /** Whether it was there. It may stay for a while, marked, until its finalizers are done. */
  async delete(place: ObjectPlace, options: DeleteOptions = {}): Promise<boolean> {
    const { propagation = 'Background', uid, resourceVersion, dryRun, signal } = options;
    const preconditions = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
    try {
      const answer = await this.#transport.request(pathOf(place), {
        method: 'DELETE', idempotent: true, ...(signal === undefined ? {} : { signal }),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation, preconditions, ...(dryRun === true ? { dryRun: ['All'] } : {}) },
      });
      await answer.text();
      return true;
    } catch (error) {
      if (error instanceof ClusterError && error.hop === 'not-found') return false;
      throw error;
    }
  }

  /** Where an object belongs. Rejects with `not-found` where the cluster does not serve its kind. @throws ClusterError `invalid` without a name, or without a namespace that its kind needs */
  async placeOf({ apiVersion, kind, metadata }: Manifest, signal?: AbortSignal): Promise<ObjectPlace & { readonly resource: ServedKind }> {
    const resource = await this.#discovery.kindOf(apiVersion, kind, signal);
    if (resource === undefined) throw new ClusterError('not-found', `This cluster does not serve ${kind} (${apiVersion}).`, { resource: kind, nextStep: 'Install its CustomResourceDefinition first, or look at the apiVersion.' });
    if (resource.namespaced && metadata.namespace === undefined) throw new ClusterError('invalid', `${kind} ${metadata.name} names no namespace.`, { resource: resource.plural, nextStep: 'Add metadata.namespace.' });
    return { resource, name: metadata.name, ...(resource.namespaced && metadata.namespace !== undefined ? { namespace: metadata.namespace } : {}) };
  }

  async #written<T>(path: string, options: RequestOptions): Promise<Written<T>> {
    const answer = await this.#transport.request(path, options);
    return { object: await answer.json<T>(), created: answer.status === 201, warnings: warningsOf(answer) };
  }
}

function pathOf({ resource, namespace, name }: ObjectPlace, subresource?: string): string {
  return `${objectPath(resource, namespace, name)}${subresource === undefined ? '' : `/${subresource}`}`;
}

function writeQuery({ dryRun, fieldValidation = 'Strict' }: WriteOptions, manager = fieldManager): URLSearchParams {
  return new URLSearchParams({ fieldManager: manager, fieldValidation, ...(dryRun === true ? { dryRun: 'All' } : {}) });
}

const passed = ({ signal, timeout }: WriteOptions) => ({ ...(signal === undefined ? {} : { signal }), ...(timeout === undefined ? {} : { timeout }) });

/** `299 - "unknown field \"spec.x\""` (RFC 7234, 5.5) */
function warningsOf({ headers }: Answer): string[] {
  const said = headers['warning'];
  const text = Array.isArray(said) ? said.join(', ') : said ?? '';
  return [...text.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) => one.replace(/\\(.)/g, '$1'));
}
