import { Source } from '../generate/source.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { isSelectedKind, selects } from '../kinds/shared/selection.ts';
import { monitorsLookingAt } from '../workspace/links/monitors.ts';
import { podsIn } from '../workspace/links/pods.ts';
import { namespacesOf } from '../workspace/links/scope.ts';
import { picks, servicesIn } from '../workspace/links/services.ts';
import { targetsOf } from '../workspace/links/targets.ts';
import type { Surroundings } from './surroundings.ts';

type Around = Pick<Surroundings, 'lookup' | 'stored'>;

/** The links of an object in a few words: `scraped by Prometheus k8s · 2 Services · 3 ports`; undefined where nothing is known. */
export function linkSummary(object: KubernetesObject, { lookup, stored }: Around): string | undefined {
  if (object.kind === 'Service') {
    const monitors = monitorsLookingAt('ServiceMonitor', object.metadata.namespace, lookup).filter((monitor) => picks(Source.of(monitor).at('spec'), object));
    return monitors.length === 0 ? undefined : `selected by ServiceMonitor ${monitors.map(({ metadata }) => metadata.name).join(', ')}`;
  }
  if (!isSelectedKind(object.kind)) return undefined;
  const { kind } = object;
  const verb = kind === 'PrometheusRule' ? 'evaluated' : kind === 'AlertmanagerConfig' ? 'used' : 'scraped';
  const servers = (serversOf[kind] ?? ['Prometheus', 'PrometheusAgent']).flatMap((one) => lookup.list(one));
  const namespace = lookup.get('Namespace', 'default', object.metadata.namespace ?? 'default');
  const selecting = servers.filter((server) => selects(stored(server), object, kind, namespace).verdict === 'selected');
  const by = servers.length === 0 ? undefined : selecting.length === 0 ? `selected by no ${(serversOf[kind] ?? ['Prometheus'])[0] ?? ''}` : `${verb} by ${selecting.map((server) => `${server.kind} ${server.metadata.name}`).join(', ')}`;
  const found = targetSummary(object, selecting[0] === undefined ? Source.nowhere(object) : Source.of(stored(selecting[0])).at('spec'), lookup);
  const parts = [by, found].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}

const serversOf: Readonly<Record<string, readonly string[]>> = { PrometheusRule: ['Prometheus', 'ThanosRuler'], AlertmanagerConfig: ['Alertmanager'] };

function targetSummary(object: KubernetesObject, prometheus: Source, lookup: Around['lookup']): string | undefined {
  if (object.kind !== 'ServiceMonitor' && object.kind !== 'PodMonitor') return undefined;
  const targets = targetsOf(object, prometheus, lookup);
  if (targets.length === 0) {
    const namespaces = namespacesOf(Source.of(object).at('spec'), prometheus, lookup);
    const isKnown = object.kind === 'ServiceMonitor' ? servicesIn(lookup, namespaces).length > 0 : podsIn(lookup, namespaces).length > 0;
    return isKnown || lookup.complete ? 'selects nothing among the files' : undefined;
  }
  const services = new Set(targets.flatMap(({ service }) => service ?? []));
  const pods = new Set(targets.flatMap(({ pod }) => pod ?? []));
  const ports = new Set(targets.map(({ service, servicePort, pod, port }) => `${(service ?? pod)?.metadata.name ?? ''} ${servicePort?.path.at(-1) ?? ''} ${service === undefined ? port : ''}`));
  const first = object.kind === 'ServiceMonitor' ? counted(services.size, 'Service') : counted(pods.size, 'workload');
  return `${first} · ${counted(ports.size, 'port')}`;
}

/** `1 Service`, `2 Services`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
