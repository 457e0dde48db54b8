import { ClusterError } from './errors.ts';
import type { Resource } from './resources.ts';
import type { Transport } from './transport.ts';

/** A kind that the API server serves: where its objects are, and what may be asked of them. */
export interface ServedKind extends Resource {
  readonly kind: string;
  readonly verbs: readonly string[];
  /** For example `status`, `scale`. */
  readonly subresources: readonly string[];
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs?: readonly string[];
}

interface GroupList {
  readonly groups?: readonly { readonly versions?: readonly { readonly groupVersion: string }[] }[];
}

/** What the API server serves, asked for one group and version at a time and remembered. */
export class Discovery {
  readonly #transport: Transport;
  readonly #known = new Map<string, Promise<readonly ServedKind[]>>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The kind that an object names; undefined where the cluster does not serve it. What is not served is asked for again
   * each time: a CRD may have come since. Rejects with a ClusterError when the cluster does not say.
   * @param apiVersion `v1`, `apps/v1`
   */
  async kindOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ServedKind | undefined> {
    const find = async () => (await this.#kindsOf(apiVersion, signal)).find((one) => one.kind === kind);
    const known = this.#known.has(apiVersion);
    const found = await find();
    if (found !== undefined || !known) {
      if (found === undefined) this.#known.delete(apiVersion);
      return found;
    }
    this.#known.delete(apiVersion);
    return find();
  }

  /** All kinds in all versions; groups whose server is away are left out. */
  async kinds(signal?: AbortSignal): Promise<readonly ServedKind[]> {
    const answer = await this.#transport.request('/apis', signal === undefined ? {} : { signal });
    const { groups = [] } = await answer.json<GroupList>();
    const versions = ['v1', ...groups.flatMap(({ versions: some = [] }) => some.map(({ groupVersion }) => groupVersion))];
    return (await Promise.all(versions.map((version) => this.#kindsOf(version, signal).catch((error: unknown) => {
      // An aggregated API without its backend (503) must not hide all others.
      if (error instanceof ClusterError && error.status !== undefined) return [];
      throw error;
    })))).flat();
  }

  /** The next question goes to the cluster: after CRDs or APIServices have come or gone. */
  forget(): void {
    this.#known.clear();
  }

  #kindsOf(apiVersion: string, signal: AbortSignal | undefined): Promise<readonly ServedKind[]> {
    const known = this.#known.get(apiVersion);
    if (known !== undefined) return known;
    const kinds = readKinds(this.#transport, apiVersion, signal);
    this.#known.set(apiVersion, kinds);
    kinds.catch(() => this.#known.delete(apiVersion));
    return kinds;
  }
}

async function readKinds(transport: Transport, apiVersion: string, signal: AbortSignal | undefined): Promise<readonly ServedKind[]> {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) as [string, string] : ['', apiVersion];
  const base = group === '' ? `/api/${encodeURIComponent(version)}` : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
  let resources: readonly ApiResource[];
  try {
    const answer = await transport.request(base, signal === undefined ? {} : { signal });
    resources = (await answer.json<{ resources?: readonly ApiResource[] | null }>()).resources ?? [];
  } catch (error) {
    if (error instanceof ClusterError && error.hop === 'not-found') return [];
    throw error;
  }
  return resources.filter(({ name }) => !name.includes('/')).map(({ name, kind, namespaced, verbs = [] }) => ({
    group, version, plural: name, namespaced, kind, verbs,
    subresources: resources.filter((one) => one.name.startsWith(`${name}/`)).map((one) => one.name.slice(name.length + 1)),
  }));
}
