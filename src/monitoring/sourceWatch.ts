import type { LiveModel } from '../model/liveModel.ts';
import { DataSources } from '../model/sources/dataSources.ts';
import type { ClusterSource } from './clusterSource.ts';

/** Watches nodes, pods and Services while somebody looks at what is monitored, and at no other time: they are many. */
export class SourceWatch {
  readonly sources: DataSources;
  readonly #source: ClusterSource;
  readonly #problems = new Map<string, string>();
  #end: (() => void) | undefined;
  #isOpen = false;
  #isVisible = false;

  constructor(source: ClusterSource, model: LiveModel) {
    this.#source = source;
    this.sources = new DataSources(model);
  }

  /** What may not be seen, a sentence each. */
  get problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  /** Whether its list is unfolded, wherever that is. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#follow();
  }

  /** Whether the view that it is in is seen. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#follow();
  }

  #follow(): void {
    const isWanted = this.#isOpen && this.#isVisible;
    if (isWanted === (this.#end !== undefined)) return;
    this.#end?.();
    this.#end = undefined;
    if (!isWanted) {
      this.sources.close();
      return;
    }
    const loading = new Set<string>();
    this.sources.open();
    this.#end = this.#source.watchSources({
      objects: (events) => { this.sources.applyObjects(events); },
      state: ({ resource, state, namespaces, reason, nextStep = '' }) => {
        const problem = reason !== undefined ? `${reason} ${nextStep}`.trim() : namespaces === undefined ? undefined : partText(resource, namespaces);
        if (problem === undefined) this.#problems.delete(resource);
        else this.#problems.set(resource, problem);
        if (state === 'loading') {
          loading.add(resource);
          return;
        }
        loading.delete(resource);
        if (loading.size === 0) this.sources.read();
      },
    });
  }
}

/** What is seen of a kind by somebody with rights in some namespaces. */
function partText(resource: string, namespaces: readonly string[]): string {
  return `Only the ${resource} of ${namespaces.length === 1 ? 'the namespace' : 'the namespaces'} ${namespaces.join(', ')} are seen. To see the others, ask for the right to list ${resource} in the whole cluster.`;
}
