import type { Problem } from '../finding.ts';
import type { CheckContext } from '../kinds/kindCheck.ts';
import type { KubernetesObject } from '../kinds/objects.ts';

/** What is around an object: the other objects, what the API server makes of them, and by which versions they are judged. */
export interface Surroundings extends Omit<CheckContext, 'object'> {
  /** Why the API server refuses an object; undefined when it takes it. */
  readonly refusal: (object: KubernetesObject) => Problem | undefined;
}
