/** A kind as the API server serves it. */
export interface Resource {
  /** The API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The name in paths: lower case, plural. */
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string; readonly controller?: boolean }[];
}

/** An object of the API server. What else is in it is as the server sent it, and is checked by whoever reads it. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** The group and version part of paths. */
function basePath({ group, version }: Resource): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** The path of a collection, in one namespace or (without one) in all of them. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const scope = namespace === undefined || !resource.namespaced ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${basePath(resource)}${scope}/${resource.plural}`;
}

/** The path of one object. */
export function objectPath(resource: Resource, namespace: string | undefined, name: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** The name that kubectl and error messages use: `servicemonitors.monitoring.coreos.com`. */
export function resourceName({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** What a path of the API server asks for, as authorization sees it. */
export interface RequestInfo {
  readonly verb: string;
  /** With its group: `pods`, `pods/portforward`, `prometheuses.monitoring.coreos.com`; none for paths such as /version. */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Reads a path as the API server's RequestInfoFactory does, as far as messages need it. */
export function requestInfo(method: string, path: string): RequestInfo {
  const url = new URL(path, 'http://cluster');
  const [root, ...parts] = url.pathname.split('/').filter((part) => part !== '').map(decode);
  const group = root === 'apis' ? parts.shift() ?? '' : '';
  const version = root === 'api' || root === 'apis' ? parts.shift() : undefined;
  if (version === undefined || parts.length === 0) return { verb: verbs[method] ?? method.toLowerCase() };
  const namespace = parts[0] === 'namespaces' && parts.length > 2 ? parts[1] : undefined;
  const [plural = '', name, subresource] = namespace === undefined ? parts : parts.slice(2);
  const reading = name !== undefined ? 'get' : url.searchParams.has('watch') ? 'watch' : 'list';
  const resource = resourceName({ group, plural: subresource === undefined ? plural : `${plural}/${subresource}` });
  return {
    verb: verbs[method] ?? reading, resource,
    ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
