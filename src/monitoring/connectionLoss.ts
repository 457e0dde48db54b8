/** A connection to a cluster that is lost, told from everything else that can go wrong. */

/** Why a cluster as a whole is out of reach, or refuses this user. */
export interface ConnectionLoss {
  /** @see Hop of cluster/errors.ts */
  readonly hop: string;
  /** A sentence. */
  readonly message: string;
  /** What the user can do about it, as a sentence. */
  readonly nextStep: string | undefined;
}

/** Something that cannot be seen, and what the user can do about it; both whole sentences. */
export interface Unseen {
  readonly message: string;
  readonly nextStep?: string | undefined;
}

/** How much is known of a kind of object, as far as it counts here: see CollectionState. */
interface Collection {
  readonly resource: string;
  readonly state: string;
  readonly reason: string | undefined;
  readonly nextStep?: string | undefined;
  readonly hop?: string | undefined;
}

/** A failed reading, as far as it counts here. */
interface Failed {
  readonly message: string;
  readonly loss?: ConnectionLoss | undefined;
}

/** The stations of a request, in its order: what fails there fails for every request. */
const stations: readonly string[] = ['kubeconfig', 'exec', 'dns', 'proxy', 'connect', 'time-out', 'tls', 'auth'];
/** Where what stands behind the API server may have failed as well. */
const ambiguous: ReadonlySet<string> = new Set(['proxy', 'time-out']);

/** The loss that an error tells of, it or its causes; undefined where it is about less than the whole connection. */
export function lossIn(error: unknown): ConnectionLoss | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { hop, nextStep } = at as { readonly hop?: unknown; readonly nextStep?: unknown };
    if (typeof hop === 'string') return stations.includes(hop) && !ambiguous.has(hop) ? { hop, message: at.message, nextStep: typeof nextStep === 'string' ? nextStep : undefined } : undefined;
  }
  return undefined;
}

/**
 * What cannot be seen of a cluster, one line a cause. All that a lost connection keeps from being read is one line: of the request
 * that came farthest, as that one knows most.
 */
export function unseenOf(collections: readonly Collection[], faults: readonly Failed[]): Unseen[] {
  const unavailable = collections.filter(({ state }) => state === 'unavailable');
  const isCaused = ({ hop }: Collection): boolean => hop !== undefined && stations.includes(hop);
  const losses = [
    ...unavailable.filter(isCaused).map(({ hop = '', reason = '', nextStep }): ConnectionLoss => ({ hop, message: reason, nextStep })),
    ...faults.flatMap(({ loss }) => loss ?? []),
  ].sort((a, b) => stations.indexOf(b.hop) - stations.indexOf(a.hop));
  const unserved = unavailable.filter(({ hop }) => hop === 'not-found');
  const missing = unserved.length === 0 ? [] : [{
    message: `The cluster does not know ${unserved.length === 1 ? unserved[0]?.resource ?? '' : `${String(unserved.length)} kinds of the Prometheus Operator`}.`,
    nextStep: 'Install the operator\'s CustomResourceDefinitions; they appear here by themselves.',
  }];
  const others = unavailable.filter((state) => !isCaused(state) && !unserved.includes(state)).map(({ reason = '', nextStep }) => ({ message: reason, nextStep }));
  // Whatever servers failed with before, they cannot be asked now.
  const isOver = losses.length > 0 && unavailable.length > 0 && unavailable.length === collections.length;
  const failed = isOver ? [] : faults.filter((fault) => fault.loss === undefined);
  const lost = losses.slice(0, 1).map(({ message, nextStep }) => ({ message, nextStep }));
  const lines = [...lost, ...missing, ...others, ...failed.map(({ message }) => ({ message }))];
  return [...new Map(lines.map((line): [string, Unseen] => [line.message, line])).values()];
}
