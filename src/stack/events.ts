import type { KubernetesObject } from '../cluster/resources.ts';
import { isRecord } from '../language/json.ts';

/** When it was seen last; ISO 8601. */
export const timeOf = (event: KubernetesObject): string => textOf(event['lastTimestamp']) || textOf(event['eventTime']) || (event.metadata.creationTimestamp ?? '');

/**
 * Events of one component as lines, in their order: what says the same, of one pod or of several, is one line that counts.
 * Of an image that cannot be pulled the kubelet tells why, and beside it, without a name, that it failed and that it waits.
 */
export function eventLines(events: readonly KubernetesObject[]): string[] {
  const images = events.filter((event) => imageOf(event) !== undefined);
  const told = images.length === 0 ? events : events.filter((event) => !isUnnamedImage(event));
  return [...Map.groupBy(told, (event) => imageOf(event) ?? (isUnnamedImage(event) ? 'image' : lineOf(event))).values()].map((same) => {
    const times = same.reduce((sum, event) => sum + timesOf(event), 0);
    return `${lineOf(same[0])}${times > 1 ? ` (${times.toLocaleString('en')} times)` : ''}`;
  });
}

/** The image that could not be pulled. The rest of such a message may be another each time: an address, a request's number. */
function imageOf({ message }: KubernetesObject): string | undefined {
  return /^Failed to pull image "([^"]+)"/.exec(textOf(message))?.[1];
}

function isUnnamedImage({ message }: KubernetesObject): boolean {
  return /^Error: (?:ErrImagePull|ImagePullBackOff)$/.test(textOf(message));
}

const lineOf = (event: KubernetesObject | undefined): string => `${textOf(event?.['reason'])}: ${textOf(event?.['message'])}`;

/** `count` of the core API, `series.count` of events.k8s.io. */
function timesOf({ count, series }: KubernetesObject): number {
  const told: unknown = isRecord(series) ? series['count'] : count;
  return typeof told === 'number' && told > 0 ? told : 1;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
