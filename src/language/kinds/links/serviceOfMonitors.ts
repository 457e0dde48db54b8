import type { Fix, Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import { isNear, nearestName } from '../../nearestName.ts';
import { monitorsLookingAt } from '../../workspace/links/monitors.ts';
import { podsIn, podsOfService, type PodTemplate } from '../../workspace/links/pods.ts';
import { picks, portsOf } from '../../workspace/links/services.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { warning } from '../shared/monitorScope.ts';

/** A Service that a monitor selects and that leads to no pod, or to a port that its pods do not have. */
export function checkServiceOfMonitors(service: KubernetesObject, lookup: ObjectLookup): Problem[] {
  if (service.apiVersion !== 'v1' || service.kind !== 'Service') return [];
  const monitor = monitorsLookingAt('ServiceMonitor', service.metadata.namespace, lookup).find((one) => picks(Source.of(one).at('spec'), service));
  const selector = Source.of(service).at('spec', 'selector');
  if (monitor === undefined || !selector.isFilled) return [];
  const pods = podsOfService(service, lookup);
  const scraped = { object: monitor, path: ['spec', 'selector'], message: 'selects this Service' };
  return pods.length === 0 ? adviseSelector(service, selector, lookup, scraped) : portsOf(service).flatMap((port) => advisePort(port, pods, scraped));
}

type Related = NonNullable<Problem['related']>[number];

/** Pods may come from elsewhere: this is said only where some among the files are nearly selected, or have the Service's name and port. */
function adviseSelector(service: KubernetesObject, selector: Source, lookup: ObjectLookup, related: Related): Problem[] {
  const { namespace, name } = service.metadata;
  const meant = podsIn(lookup, namespace === undefined ? undefined : [namespace]).find(({ object, labels }) => {
    const unmet = selector.fields.filter(([key, value]) => labels[key] !== value.text);
    return object.metadata.name === name || unmet.every(([key, value]) => isNear(String(labels[key] ?? ''), value.text));
  });
  if (meant === undefined) return [];
  const unmet = selector.fields.filter(([key, value]) => meant.labels[key] !== value.text);
  const [first] = unmet;
  const changes = unmet.map(([key, value]) => (typeof meant.labels[key] === 'string' ? { kind: 'set' as const, path: value.path, value: meant.labels[key] } : { kind: 'remove' as const, path: value.path }));
  const fixes: Fix[] = changes.every(({ kind }) => kind === 'remove') && changes.length === selector.fields.length
    ? [{ title: `Select all labels of ${meant.object.kind} "${meant.object.metadata.name}"`, changes: [{ kind: 'set', path: selector.path, value: meant.labels }] }]
    : [{ title: `Select the pods of ${meant.object.kind} "${meant.object.metadata.name}"`, changes }];
  return [{
    ...warning(first?.[1] ?? selector, 'service/selects-nothing', `No pod among the files has the labels ${selector.fields.map(([key, value]) => `${key}=${value.text}`).join(',')}, so that ServiceMonitors find no target behind this Service. The pods of ${meant.object.kind} "${meant.object.metadata.name}" have ${Object.entries(meant.labels).map(([key, value]) => `${key}=${String(value)}`).join(', ') || 'no labels'}.`, { fixes }),
    related: [{ object: meant.object, path: [...meant.place.path, 'metadata', 'labels'], message: 'the labels of its pods' }, related],
  }];
}

/** The name of a port that the pods do not have. */
function advisePort(port: Source, pods: readonly PodTemplate[], related: Related): Problem[] {
  const target = port.at('targetPort');
  const ports = pods.flatMap((pod) => pod.ports);
  const names = [...new Set(ports.map(({ name }) => name).filter((name) => name !== ''))];
  if (target.text === '' || /^[0-9]+$/.test(target.text) || names.includes(target.text)) return [];
  const near = nearestName(target.text, names) ?? names[0];
  const value = near ?? ports[0]?.number;
  const fixes: Fix[] = value === undefined ? [] : [{ title: `Change to ${typeof value === 'string' ? `"${value}"` : String(value)}`, changes: [{ kind: 'set', path: target.path, value }] }];
  const declared = names.length === 0 ? 'They name none' : `They have ${names.map((name) => `"${name}"`).join(', ')}`;
  return [{
    ...warning(target, 'service/port-not-found', `No container of the selected pods has a port with the name "${target.text}", so that the Service has no endpoint there. ${declared}.`, { fixes }),
    related: [...pods.slice(0, 3).map(({ object, place }) => ({ object, path: [...place.path, 'spec', 'containers'], message: 'the containers' })), related],
  }];
}
