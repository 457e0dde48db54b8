import { ClusterError } from './errors.ts';
import { collectionPath, type KubernetesObject, type Resource } from './resources.ts';
import type { Transport } from './transport.ts';

export interface Selection {
  /** One namespace; all of them when not given. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only `metadata` of each object: what a tree needs of large objects. */
  readonly metadataOnly?: boolean;
}

export interface ListOptions extends Selection {
  readonly signal?: AbortSignal;
  /** Objects an answer; 500 as kubectl when not given. */
  readonly pageSize?: number;
}

export interface ObjectList<T> {
  readonly items: readonly T[];
  /** From where a watch sees all that came later; empty where several lists were put together. */
  readonly resourceVersion: string;
}

interface Page<T> {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

/** How often a list is begun anew whose continuation the server has forgotten; the last time it is asked for as a whole. */
const beginnings = 3;

/** All objects of a collection, page by page. Rejects with a ClusterError. */
export async function listObjects<T extends KubernetesObject>(transport: Transport, resource: Resource, options: ListOptions = {}): Promise<ObjectList<T>> {
  for (let beginning = 1; ; beginning++) {
    try {
      return await readPages(transport, resource, options, beginning < beginnings ? options.pageSize ?? 500 : 0);
    } catch (error) {
      if (!(error instanceof ClusterError && error.hop === 'gone') || beginning === beginnings) throw error;
    }
  }
}

async function readPages<T extends KubernetesObject>(transport: Transport, resource: Resource, options: ListOptions, limit: number): Promise<ObjectList<T>> {
  const items: T[] = [];
  let next: string | undefined;
  for (;;) {
    const query = selectionQuery(options);
    if (limit > 0) query.set('limit', String(limit));
    if (next !== undefined) query.set('continue', next);
    const answer = await transport.request(withQuery(collectionPath(resource, options.namespace), query), {
      headers: acceptHeader(options, 'PartialObjectMetadataList'), ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const page = await answer.json<Page<T>>();
    for (const item of page.items ?? []) items.push(trimmed(named(item, page)));
    next = page.metadata?.continue;
    if (next === undefined || next === '') return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}

export function selectionQuery({ labelSelector, fieldSelector }: Selection): URLSearchParams {
  return new URLSearchParams({ ...(labelSelector === undefined ? {} : { labelSelector }), ...(fieldSelector === undefined ? {} : { fieldSelector }) });
}

export const withQuery = (path: string, query: URLSearchParams): string => (query.size === 0 ? path : `${path}?${query.toString()}`);

/** The header that asks for metadata alone, from a server that can (all since Kubernetes 1.15). */
export function acceptHeader({ metadataOnly }: Selection, kind: string): Record<string, string> {
  return metadataOnly === true ? { accept: `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json` } : {};
}

/** With the kind that items of a list leave to it, and events of a watch do not. */
function named<T extends KubernetesObject>(item: T, { apiVersion, kind }: Page<T>): T {
  return item.kind !== undefined || kind === undefined ? item : Object.assign(item, { apiVersion, kind: kind.replace(/List$/, '') });
}

/** Without the record of who wrote which field, often the largest part of an object. */
export function trimmed<T extends KubernetesObject>(object: T): T {
  delete (object.metadata as { managedFields?: unknown }).managedFields;
  return object;
}
