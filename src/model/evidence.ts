/** What the cluster itself says about whether an object was taken: events of the operator, and `status.bindings`. */

import { isRecord } from '../language/json.ts';
import type { Evidence } from './entities.ts';
import { keyOf, objectKey } from './keys.ts';
import { conditionsOf, type LiveObject, textOf, valueAt } from './liveObject.ts';

/** A Warning `InvalidConfiguration` of the operator about an object. */
export interface RejectionEvent {
  readonly object: string;
  readonly uid: string;
  /** The key of the instance that rejects it; undefined where the event does not say it (before operator 0.93). */
  readonly instance: string | undefined;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An event as such a warning; undefined when it is another one. */
export function rejectionOf(event: LiveObject): RejectionEvent | undefined {
  const at = (...path: string[]): string => textOf(valueAt(event, ...path));
  if (at('type') !== 'Warning' || at('reason') !== 'InvalidConfiguration') return undefined;
  const related = valueAt(event, 'related');
  const times = [at('series', 'lastObservedTime'), at('lastTimestamp'), at('eventTime'), event.metadata.creationTimestamp ?? ''];
  return {
    object: objectKey(at('involvedObject', 'kind'), at('involvedObject', 'namespace'), at('involvedObject', 'name')),
    uid: at('involvedObject', 'uid'),
    instance: isRecord(related) ? objectKey(textOf(related['kind']), textOf(related['namespace']), textOf(related['name'])) : undefined,
    message: at('message'),
    at: Math.max(0, ...times.map((time) => Date.parse(time)).filter(Number.isFinite)),
  };
}

/** What `status.bindings` says of an object and an instance (feature gate StatusForConfigurationResources); undefined when nothing, or of an older generation. */
export function bindingOf(object: LiveObject, instance: LiveObject): { readonly accepted: boolean; readonly evidence: Evidence } | undefined {
  const bindings = valueAt(object.status, 'bindings');
  for (const binding of Array.isArray(bindings) ? (bindings as unknown[]) : []) {
    if (!isRecord(binding) || textOf(binding['name']) !== instance.metadata.name || textOf(binding['namespace']) !== (instance.metadata.namespace ?? '')) continue;
    if (!resourcesOf(instance.kind).includes(textOf(binding['resource']))) continue;
    const accepted = conditionsOf(binding).find(({ type }) => type === 'Accepted');
    if (accepted === undefined || (accepted.observedGeneration ?? 0) < (object.metadata.generation ?? 0)) return undefined;
    const said = accepted.message === '' ? accepted.reason : accepted.message;
    return { accepted: accepted.status === 'True', evidence: { from: 'status', message: accepted.status === 'True' ? 'Its status says that the operator accepted it.' : `Its status says: ${said}` } };
  }
  return undefined;
}

function resourcesOf(kind: string): readonly string[] {
  const lower = kind.toLowerCase();
  return [`${lower}s`, `${lower}es`];
}


/** The events about objects, by object and instance: the newest of each. They expire in the cluster, and with the object that they were about. */
export class Rejections {
  readonly #events = new Map<string, Map<string, RejectionEvent>>();

  /** @returns the key of the object that it is about; undefined when it is no such event */
  set(event: LiveObject): string | undefined {
    const rejection = rejectionOf(event);
    if (rejection === undefined) return undefined;
    this.#events.set(rejection.object, (this.#events.get(rejection.object) ?? new Map<string, RejectionEvent>()).set(keyOf(event), rejection));
    return rejection.object;
  }

  delete(event: LiveObject): string | undefined {
    const rejection = rejectionOf(event);
    if (rejection === undefined) return undefined;
    const ofObject = this.#events.get(rejection.object);
    ofObject?.delete(keyOf(event));
    if (ofObject?.size === 0) this.#events.delete(rejection.object);
    return rejection.object;
  }

  /** The newest event about an object that exists now, from an instance or from nobody in particular. */
  about(object: LiveObject, instance: string | undefined): RejectionEvent | undefined {
    const events = [...(this.#events.get(keyOf(object))?.values() ?? [])];
    return events
      .filter((event) => event.uid === object.metadata.uid && (event.instance === undefined || instance === undefined || event.instance === instance))
      .sort((a, b) => b.at - a.at)[0];
  }
}
