import type { Change } from '../finding.ts';
import { Source } from '../generate/source.ts';
import type { SourceObject } from '../workspace/sourceFile.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Creation, freeName } from './creation.ts';
import { homeFor } from './home.ts';
import { isPodScraped } from './scraped.ts';
import { scrapePorts } from './scrapePorts.ts';
import { endpoint } from './serviceMonitor.ts';

/** The kinds that run pods for long, as a monitor wants them. */
export const workloadKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The PodMonitors that could scrape a workload's pods; none for ports that a PodMonitor scrapes already. */
export function podMonitorsFor(source: SourceObject, workspace: Workspace): Creation[] {
  const { value: workload } = source;
  const { namespace, name } = workload.metadata;
  const home = homeFor('PodMonitor', namespace, workspace);
  if (!workloadKinds.has(workload.kind) || !workload.apiVersion.startsWith('apps/') || home === undefined) return [];
  const template = Source.of(workload).at('spec', 'template');
  // These cannot change, and no other workload's pods may have them.
  const selector = Source.of(workload).at('spec', 'selector', 'matchLabels').fields;
  const labels = Object.fromEntries(selector.map(([key, value]) => [key, value.text]));
  if (selector.length === 0) return [];
  const containers = template.at('spec', 'containers').items.flatMap((container) => container.at('ports').items);
  const groups = scrapePorts(containers, template.at('metadata', 'annotations'), ['containerPort'])
    .map((ports) => ports.filter((port) => port.nameless !== undefined || !isPodScraped(namespace, template.at('metadata', 'labels').value, port.name, workspace)))
    .filter((ports) => ports.length > 0);
  return groups.map((ports) => {
    const changes = ports.flatMap(({ name: port, nameless }): Change[] => (nameless === undefined ? [] : [{ kind: 'set', path: nameless, value: port }]));
    return {
      kind: 'PodMonitor',
      title: `Create PodMonitor for this ${workload.kind}${groups.length === 1 ? '' : ` (port ${ports.map((port) => port.name).join(', ')})`}`,
      source,
      changes: changes.length === 0 ? [] : [{ source, changes }],
      objects: [{
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: {
          name: freeName('PodMonitor', home.namespace, name, workspace),
          ...(home.namespace === undefined ? {} : { namespace: home.namespace }),
          ...(Object.keys(home.labels).length === 0 ? {} : { labels: home.labels }),
        },
        spec: {
          ...((home.namespace ?? defaultNamespace) === (namespace ?? defaultNamespace) ? {} : { namespaceSelector: { matchNames: [namespace ?? defaultNamespace] } }),
          selector: { matchLabels: labels },
          podMetricsEndpoints: ports.map(endpoint),
        },
      }],
    };
  });
}
