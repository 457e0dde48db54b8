import { Source } from '../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { type SelectedKind, selects } from '../kinds/shared/selection.ts';

/** Where a new object is to stand, and with which labels, so that a server of the workspace selects it. */
export interface Home {
  /** Undefined: the file is to say none, as what it is made for says none. */
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

const serverKinds: Readonly<Record<SelectedKind, readonly string[]>> = {
  ServiceMonitor: ['Prometheus', 'PrometheusAgent'],
  PodMonitor: ['Prometheus', 'PrometheusAgent'],
  Probe: ['Prometheus', 'PrometheusAgent'],
  ScrapeConfig: ['Prometheus', 'PrometheusAgent'],
  PrometheusRule: ['Prometheus', 'ThanosRuler'],
  AlertmanagerConfig: ['Alertmanager'],
};

const selectorNames: Readonly<Record<SelectedKind, string>> = {
  ServiceMonitor: 'serviceMonitorSelector', PodMonitor: 'podMonitorSelector', Probe: 'probeSelector', ScrapeConfig: 'scrapeConfigSelector',
  PrometheusRule: 'ruleSelector', AlertmanagerConfig: 'alertmanagerConfigSelector',
};

/**
 * The place for an object of a kind that is about things of a namespace: that namespace where a server selects there, else a
 * server's own. Without any server nothing is asked for. Undefined where there are servers, and none of them could select it.
 */
export function homeFor(kind: SelectedKind, namespace: string | undefined, lookup: ObjectLookup): Home | undefined {
  const servers = serverKinds[kind].flatMap((serverKind) => lookup.list(serverKind));
  if (servers.length === 0) return { namespace, labels: {} };
  const offers = servers.flatMap((server) => {
    const labels = askedLabels(Source.of(server).at('spec', selectorNames[kind]));
    const namespaces = [...new Set([namespace, server.metadata.namespace])];
    return namespaces.map((place) => ({ home: { namespace: place, labels }, verdict: verdictOn(server, kind, place, labels, lookup) }));
  });
  const best = ['selected', 'unknown'].flatMap((verdict) => offers.filter((offer) => offer.verdict === verdict).toSorted((a, b) => rank(a.home, namespace) - rank(b.home, namespace)));
  return best[0]?.home;
}

/** The own namespace first, then the fewest labels. */
function rank({ namespace, labels }: Home, wanted: string | undefined): number {
  return (namespace === wanted ? 0 : 1000) + Object.keys(labels).length;
}

function verdictOn(server: KubernetesObject, kind: SelectedKind, namespace: string | undefined, labels: Home['labels'], lookup: ObjectLookup): string {
  const draft: KubernetesObject = { apiVersion: '', kind, metadata: { name: '', labels, ...(namespace === undefined ? {} : { namespace }) } };
  return selects(server, draft, kind, lookup.get('Namespace', 'default', namespace ?? 'default')).verdict;
}

/** Labels that meet a selector, as far as labels can. */
function askedLabels(selector: Source): Record<string, string> {
  const asked: Record<string, string> = Object.fromEntries(selector.at('matchLabels').fields.map(([key, value]) => [key, value.text]));
  for (const expression of selector.at('matchExpressions').items) {
    const key = expression.at('key').text;
    const [first] = expression.at('values').texts;
    if (Object.hasOwn(asked, key)) continue;
    if (expression.at('operator').text === 'In' && first !== undefined) asked[key] = first;
    if (expression.at('operator').text === 'Exists') asked[key] = 'true';
  }
  return asked;
}
