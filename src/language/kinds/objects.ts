/** Kubernetes objects as the checks see them: decoded YAML of unknown shape, with the names of things around them. */

/** A decoded object whose apiVersion, kind and metadata.name are known to be strings. Everything else is unchecked. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
  readonly data?: unknown;
  readonly stringData?: unknown;
}

/** The other objects that a check may look up: those of the given files, of the workspace or of a cluster. */
export interface ObjectLookup {
  /** Every object of a kind, for example `Secret`, in a stable order. */
  list(kind: string): readonly KubernetesObject[];
  /** Those of a kind in a namespace, in the same order; undefined stands for the objects whose file names none. For lookups with an index. */
  in?(kind: string, namespace: string | undefined): readonly KubernetesObject[];
  /** The object of that kind, namespace and name; the namespace is `default` where a file does not say it. */
  get(kind: string, namespace: string, name: string): KubernetesObject | undefined;
  /** True when nothing exists but what the lookup knows, so that a missing Secret is an error (`--complete`). */
  readonly complete: boolean;
}
