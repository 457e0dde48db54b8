import type { Fix, Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import { operatorRelease } from '../../operatorRelease.ts';
import { parseVersion, type Version } from '../../version.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';

/** Which Prometheus selects an object, and what else is there. */
export interface MonitorContext {
  /** The Prometheus or PrometheusAgent after its CRD's defaults; undefined when nobody knows it, so that what depends on it is left open. */
  readonly prometheus?: KubernetesObject;
  /** Where the Prometheus names no version; the default of the operator's release without it. */
  readonly prometheusVersion?: string;
  readonly lookup: ObjectLookup;
}

/** What the verdict on a ServiceMonitor, PodMonitor, Probe or ScrapeConfig depends on besides the object. */
export interface MonitorScope {
  /** The object's own, where its Secrets and ConfigMaps are. */
  readonly namespace: string;
  readonly lookup: ObjectLookup;
  readonly version: Version;
  /** The spec of the Prometheus; a place that does not exist where it is not known. */
  readonly prometheus: Source;
}

/** The scope of an object under check. A version that cannot be read counts as the default: it is the Prometheus' own fault. */
export function monitorScope(object: KubernetesObject, { prometheus, prometheusVersion, lookup }: MonitorContext): MonitorScope {
  const spec = prometheus === undefined ? Source.nowhere(object) : Source.of(prometheus).at('spec');
  const texts = [spec.at('version').text, prometheusVersion ?? ''];
  const version = texts.map(parseVersion).find((parsed) => parsed !== undefined) ?? newestVersion;
  return { namespace: object.metadata.namespace ?? 'default', lookup, version, prometheus: spec };
}

const newestVersion: Version = parseVersion(operatorRelease().prometheus) ?? { major: 3, minor: 0, patch: 0, preRelease: [] };

const serverKinds: ReadonlySet<string> = new Set(['Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager']);

/** What the operator does with an object at fault. A server it goes on running as it was. */
function consequence({ kind }: KubernetesObject): string {
  return serverKinds.has(kind) ? `The operator stops here, and nothing of this ${kind} is generated or updated any more.` : `The operator rejects the whole ${kind}.`;
}

/**
 * An error for which the operator rejects the whole object, or stops reconciling a server.
 * @param fault what is wrong, a sentence
 * @param remedy what to write instead, a sentence
 */
export function rejected(place: Source, code: string, fault: string, remedy: string, more: { readonly on?: 'key' | 'value'; readonly fixes?: readonly Fix[] } = {}): Problem {
  return { code, severity: 'error', message: `${fault} ${consequence(place.object)} ${remedy}`, path: place.path, ...more };
}

/** What the operator accepts, although it will not do what its author means. */
export function warning(place: Source, code: string, message: string, more: { readonly on?: 'key' | 'value'; readonly fixes?: readonly Fix[] } = {}): Problem {
  return { code, severity: 'warning', message, path: place.path, ...more };
}

/** What is as it may be, and worth knowing. */
export function information(place: Source, code: string, message: string, more: { readonly on?: 'key' | 'value'; readonly fixes?: readonly Fix[] } = {}): Problem {
  return { ...warning(place, code, message, more), severity: 'information' };
}

/** The fix that removes a field. */
export function removal(place: Source): Fix {
  return { title: `Remove "${String(place.path.at(-1))}"`, changes: [{ kind: 'remove', path: place.path }] };
}
