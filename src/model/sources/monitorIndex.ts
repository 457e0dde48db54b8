import { picks } from '../../language/creating/scraped.ts';
import { Source } from '../../language/generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../language/kinds/objects.ts';
import type { PodFacts } from './sourceFacts.ts';

const kinds = ['ServiceMonitor', 'PodMonitor'] as const;
const anywhere = '*';

/** The monitors of a cluster by the namespaces that they look into. */
export class MonitorIndex {
  readonly #objects: ObjectLookup;
  #byNamespace: ReadonlyMap<string, readonly KubernetesObject[]> | undefined;

  constructor(objects: ObjectLookup) {
    this.#objects = objects;
  }

  /** Monitors have changed. */
  forget(): void {
    this.#byNamespace = undefined;
  }

  /** Whether a monitor picks a pod, or one of the Services that lead to it, whatever port it is about. */
  selects({ namespace, labels }: PodFacts, services: readonly KubernetesObject[]): boolean {
    const index = (this.#byNamespace ??= this.#make());
    return [...index.get(namespace) ?? [], ...index.get(anywhere) ?? []].some((monitor) => (monitor.kind === 'PodMonitor' ? picks(monitor, namespace, labels) : services.some((service) => picks(monitor, namespace, service.metadata.labels))));
  }

  #make(): ReadonlyMap<string, readonly KubernetesObject[]> {
    const found = new Map<string, KubernetesObject[]>();
    for (const monitor of kinds.flatMap((kind) => this.#objects.list(kind))) {
      const selector = Source.of(monitor).at('spec', 'namespaceSelector');
      const names = selector.at('matchNames').texts;
      for (const namespace of selector.at('any').isTrue ? [anywhere] : names.length > 0 ? new Set(names) : [monitor.metadata.namespace ?? 'default']) {
        const there = found.get(namespace);
        if (there === undefined) found.set(namespace, [monitor]);
        else there.push(monitor);
      }
    }
    return found;
  }
}
