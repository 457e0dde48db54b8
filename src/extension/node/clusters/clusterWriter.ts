import type { Cluster } from '../../../cluster/cluster.ts';
import { fieldManager, type Manifest } from '../../../cluster/writes.ts';
import type { ChangeOutcome, ManagedField, ObjectChange, ObjectName, ObjectText, ObjectWriter } from '../../clusters/connection.ts';

/** Writes to a real cluster. */
export class ClusterWriter implements ObjectWriter {
  readonly manager = fieldManager;
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async read({ apiVersion, kind, namespace, name }: ObjectName): Promise<ObjectText | undefined> {
    const { resource, ...place } = await this.#cluster.writes.placeOf({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } });
    const { ClusterError } = await import('../../../cluster/errors.ts');
    try {
      // Items of lists lack them, single objects have them; both are written down here.
      return { ...await this.#cluster.object(resource, place.namespace, name), apiVersion, kind } as unknown as ObjectText;
    } catch (error) {
      if (error instanceof ClusterError && error.hop === 'not-found') return undefined;
      throw told(error);
    }
  }

  async tryOut(change: ObjectChange): Promise<ChangeOutcome> {
    const { ApplyConflict } = await import('../../../cluster/errors.ts');
    try {
      return await this.#send(change, { dryRun: true, force: false, conflicts: [] });
    } catch (error) {
      if (!(error instanceof ApplyConflict)) throw told(error);
      return this.#send(change, { dryRun: true, force: true, conflicts: error.conflicts }).catch((second: unknown) => { throw told(second); });
    }
  }

  async write(change: ObjectChange, { force }: { readonly force: boolean }): Promise<ChangeOutcome> {
    return this.#send(change, { dryRun: false, force, conflicts: [] }).catch((error: unknown) => { throw told(error); });
  }

  async #send(change: ObjectChange, { dryRun, force, conflicts }: { dryRun: boolean; force: boolean; conflicts: readonly ManagedField[] }): Promise<ChangeOutcome> {
    const { writes } = this.#cluster;
    const manifest: Manifest = change.object;
    switch (change.action) {
      case 'apply': return outcome(await writes.apply(manifest, { dryRun, force }), conflicts);
      case 'replace': return outcome(await writes.replace(manifest, { dryRun }), conflicts);
      case 'create': return outcome(await writes.create(manifest, { dryRun }), conflicts);
      case 'delete': {
        const { uid } = manifest.metadata;
        await writes.delete(await writes.placeOf(manifest), { dryRun, ...(typeof uid === 'string' ? { uid } : {}) });
        return { after: undefined, conflicts, warnings: [] };
      }
    }
  }
}

function outcome({ object, warnings }: { readonly object: unknown; readonly warnings: readonly string[] }, conflicts: readonly ManagedField[]): ChangeOutcome {
  return { after: object as ObjectText, conflicts, warnings };
}

/** With what the user can do about it. */
export function told(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { nextStep } = error as { readonly nextStep?: unknown };
  return typeof nextStep === 'string' && !error.message.includes(nextStep) ? new Error(`${error.message} ${nextStep}`, { cause: error }) : error;
}
