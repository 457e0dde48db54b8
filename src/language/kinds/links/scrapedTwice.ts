import type { Fix, Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { instanceName } from '../shared/instances.ts';
import { type MonitorScope, warning } from '../shared/monitorScope.ts';
import { isSelectedKind, selects } from '../shared/selection.ts';
import { monitorsLookingAt } from '../../workspace/links/monitors.ts';
import { namespacesOf } from '../../workspace/links/scope.ts';
import { type MonitorTarget, targetsOf } from '../../workspace/links/targets.ts';

const kinds = ['ServiceMonitor', 'PodMonitor'];

/** Endpoints by which one Prometheus scrapes the same port of the same pods a second time: every series is there twice. */
export function adviseScrapedTwice(spec: Source, scope: MonitorScope): Problem[] {
  const own = scrapesOf(spec.object, scope);
  if (own.length === 0) return [];
  const seen = new Map<string, Scrape>();
  for (const other of rivals(spec.object, scope)) for (const scrape of scrapesOf(other, scope)) if (!seen.has(scrape.key)) seen.set(scrape.key, scrape);
  const problems = new Map<string, Problem>();
  for (const scrape of own) {
    const first = seen.get(scrape.key);
    const place = String(scrape.target.endpoint.path.at(-1));
    if (first === undefined) seen.set(scrape.key, scrape);
    else if (!problems.has(place)) problems.set(place, problemOf(scrape, first));
  }
  return [...problems.values()];
}

/** A target with what is asked of it: the same key is the same scrape. */
interface Scrape {
  readonly key: string;
  readonly target: MonitorTarget;
}

function scrapesOf(monitor: KubernetesObject, { prometheus, lookup }: MonitorScope): Scrape[] {
  return targetsOf(monitor, prometheus, lookup).filter(({ endpoint }) => isWhole(endpoint)).map((target) => {
    const { endpoint, pod, port, service, servicePort } = target;
    const where = pod === undefined ? `service ${service === undefined ? '' : instanceName(service)} ${String(servicePort?.path.at(-1))}` : `${instanceName(pod)} ${String(port)}`;
    const asked = [endpoint.at('path').text || '/metrics', endpoint.at('scheme').text.toLowerCase() || 'http', endpoint.at('params').value ?? {}];
    return { key: `${where} ${JSON.stringify(asked)}`, target };
  });
}

/** Whether an endpoint scrapes all of its targets as they are: steps that drop some, or change where it goes, may tell two apart. */
function isWhole(endpoint: Source): boolean {
  const steps = [...endpoint.at('relabelings').items, ...endpoint.at('metricRelabelings').items];
  return steps.every((step) => !/^(?:keep|drop|hashmod)/i.test(step.at('action').text) && !step.at('targetLabel').text.startsWith('__') && !/labelmap/i.test(step.at('action').text));
}

/** The monitors before this one that the same Prometheus selects; where none is known, those with the very same labels. */
function rivals(monitor: KubernetesObject, { prometheus, lookup }: MonitorScope): KubernetesObject[] {
  const namespaces = namespacesOf(Source.of(monitor).at('spec'), prometheus, lookup) ?? [undefined];
  const near = new Set(kinds.flatMap((kind) => namespaces.flatMap((namespace) => monitorsLookingAt(kind, namespace, lookup))));
  return [...near].filter((other) => {
    if (!isBefore(other, monitor) || !isSelectedKind(other.kind)) return false;
    if (!prometheus.exists) return other.kind === monitor.kind && other.metadata.namespace === monitor.metadata.namespace && sameLabels(other, monitor);
    return selects(prometheus.object, other, other.kind, namespaceOf(other, lookup)).verdict === 'selected';
  });
}

function namespaceOf({ metadata }: KubernetesObject, lookup: ObjectLookup): KubernetesObject | undefined {
  return lookup.get('Namespace', 'default', metadata.namespace ?? 'default');
}

/** One of two is told: ServiceMonitors before PodMonitors, then by name. */
function isBefore(a: KubernetesObject, b: KubernetesObject): boolean {
  const rank = ({ kind, metadata }: KubernetesObject): string => `${String(kinds.indexOf(kind))} ${metadata.namespace ?? ''}/${metadata.name}`;
  return rank(a) < rank(b);
}

function sameLabels(a: KubernetesObject, b: KubernetesObject): boolean {
  const text = ({ metadata }: KubernetesObject): string => JSON.stringify(Object.entries(metadata.labels ?? {}).sort());
  return text(a) === text(b);
}

function problemOf({ target }: Scrape, first: Scrape): Problem {
  const { endpoint } = target;
  const other = first.target.endpoint.object;
  const isOwn = other === endpoint.object;
  const isSameEndpoint = isOwn && first.target.endpoint.path.at(-1) === endpoint.path.at(-1);
  const what = target.pod === undefined ? `the Service "${target.service?.metadata.name ?? ''}"` : `the pods of ${instanceName(target.pod)}`;
  if (isSameEndpoint) {
    const names = [first.target.service, target.service].map((service) => `"${service?.metadata.name ?? ''}"`).join(' and ');
    return {
      ...warning(Source.of(endpoint.object).at('spec', 'selector'), 'monitor/scraped-twice', `The Services ${names} are both selected, and lead to the same port of ${what}: each pod is scraped twice. Select a label that only one of them has.`, { on: 'key', fixes: distinguishing(endpoint.object, first.target.service, target.service) }),
      related: [first.target.service, target.service].flatMap((object) => (object === undefined ? [] : [{ object, path: ['metadata', 'name'], message: 'is selected' }])),
    };
  }
  const siblings = Source.of(endpoint.object).at(...endpoint.path.slice(0, -1)).items.length;
  const fix: Fix = siblings > 1
    ? { title: 'Remove this endpoint', changes: [{ kind: 'remove', path: endpoint.path }] }
    : { title: `Remove this ${endpoint.object.kind}`, changes: [], removesObject: true };
  return {
    ...warning(endpoint.at('port').exists ? endpoint.at('port') : endpoint, 'monitor/scraped-twice', `${isOwn ? 'Another endpoint of this monitor' : instanceName(other)} scrapes the same port and path of ${what}: every series is stored twice, and sums count double. Keep one of the two.`, { fixes: [fix] }),
    related: [{ ...(isOwn ? {} : { object: other }), path: first.target.endpoint.path, message: 'the other one' }],
  };
}

/** A label that only the first Service has. */
function distinguishing(monitor: KubernetesObject, first: KubernetesObject | undefined, second: KubernetesObject | undefined): Fix[] {
  const others = second?.metadata.labels ?? {};
  const label = Object.entries(first?.metadata.labels ?? {}).find(([key, value]) => typeof value === 'string' && others[key] !== value);
  if (label === undefined || first === undefined) return [];
  const selector = Source.of(monitor).at('spec', 'selector', 'matchLabels');
  return [{ title: `Select "${first.metadata.name}" only, by ${label[0]}=${label[1]}`, changes: [{ kind: 'set', path: [...selector.path, label[0]], value: label[1] }] }];
}
