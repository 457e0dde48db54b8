import type { RecordedMetrics } from '../completion/recordedMetrics.ts';
import type { Problem } from '../finding.ts';
import type { Target } from '../settings/settings.ts';
import type { KubernetesObject, ObjectLookup } from './objects.ts';

/** An object under check with what the verdict depends on. */
export interface CheckContext {
  /** As the API server keeps it: unknown fields pruned, defaults of the CRD set. */
  readonly object: KubernetesObject;
  readonly lookup: ObjectLookup;
  readonly target: Target;
  /** The form that the API server keeps, for another object (a Prometheus that the lookup gave). */
  readonly stored: (object: KubernetesObject) => KubernetesObject;
  /** What the recording rules of all files compute. */
  readonly recorded: () => RecordedMetrics;
}

/** The checks of a kind beyond its schema. */
export interface KindChecks {
  readonly kind: string;
  /** Kinds whose schemas the check needs for objects that it looks up. */
  readonly judges: readonly string[];
  /** Never throws, whatever the object holds. */
  readonly check: (context: CheckContext) => Problem[];
}
