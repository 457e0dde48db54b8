import { Source } from '../generate/source.ts';
import type { Change } from '../finding.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { SourceObject } from '../workspace/sourceFile.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Creation, freeName } from './creation.ts';
import { homeFor } from './home.ts';
import { identifyingLabels } from './identifyingLabels.ts';
import { isServiceScraped } from './scraped.ts';
import { type ScrapePort, scrapePorts } from './scrapePorts.ts';

/** The ServiceMonitors that could scrape what is behind a Service; none for ports that a monitor scrapes already. */
export function serviceMonitorsFor(source: SourceObject, workspace: Workspace): Creation[] {
  const { value: service } = source;
  const root = Source.of(service);
  const home = homeFor('ServiceMonitor', service.metadata.namespace, workspace);
  if (service.kind !== 'Service' || service.apiVersion !== 'v1' || home === undefined || root.at('spec', 'type').text === 'ExternalName') return [];
  const groups = scrapePorts(root.at('spec', 'ports').items, root.at('metadata', 'annotations'), ['targetPort', 'port'])
    .map((ports) => ports.filter((port) => port.nameless !== undefined || !isServiceScraped(service, port.name, workspace)))
    .filter((ports) => ports.length > 0);
  return groups.map((ports) => {
    const { labels, added } = selectingLabels(service, ports, workspace);
    const changes: Change[] = [
      ...Object.entries(added).map(([key, value]): Change => ({ kind: 'set', path: ['metadata', 'labels', key], value })),
      ...ports.flatMap(({ name, nameless }): Change[] => (nameless === undefined ? [] : [{ kind: 'set', path: nameless, value: name }])),
    ];
    const own = service.metadata.namespace ?? defaultNamespace;
    return {
      kind: 'ServiceMonitor',
      title: `Create ServiceMonitor for this Service${groups.length === 1 ? '' : ` (port ${ports.map(({ name }) => name).join(', ')})`}`,
      source,
      changes: changes.length === 0 ? [] : [{ source, changes }],
      objects: [{
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata: {
          name: freeName('ServiceMonitor', home.namespace, service.metadata.name, workspace),
          ...(home.namespace === undefined ? {} : { namespace: home.namespace }),
          ...(Object.keys(home.labels).length === 0 ? {} : { labels: home.labels }),
        },
        spec: {
          ...((home.namespace ?? defaultNamespace) === own ? {} : { namespaceSelector: { matchNames: [own] } }),
          selector: { matchLabels: labels },
          endpoints: ports.map(endpoint),
        },
      }],
    };
  });
}

/** An endpoint as far as something says how its port is scraped. */
export function endpoint({ name, path, scheme }: ScrapePort): Readonly<Record<string, unknown>> {
  return { port: name, ...(path === undefined ? {} : { path }), ...(scheme === undefined ? {} : { scheme }) };
}

/**
 * Labels that pick this Service and no other one with such a port; where its own do not tell it from others, it gets one
 * more, so that no pod is scraped twice.
 */
function selectingLabels(service: KubernetesObject, ports: readonly ScrapePort[], workspace: Workspace): { labels: Record<string, string>; added: Record<string, string> } {
  const others = workspace.list('Service').filter((other) =>
    other !== service && (other.metadata.namespace ?? defaultNamespace) === (service.metadata.namespace ?? defaultNamespace)
    && Source.of(other).at('spec', 'ports').items.some((port) => ports.some(({ name }) => name === port.at('name').text)));
  const labels = identifyingLabels(service.metadata.labels, others.map(({ metadata }) => metadata.labels));
  if (labels !== undefined) return { labels, added: {} };
  const added = { [Source.of(service).at('metadata', 'labels', 'app').exists ? 'app.kubernetes.io/service' : 'app']: service.metadata.name };
  return { labels: added, added };
}
