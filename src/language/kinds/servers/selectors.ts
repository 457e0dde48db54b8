import type { Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { checkLabelSelector } from '../shared/labelSelector.ts';
import { information } from '../shared/monitorScope.ts';
import { type SelectedKind, selects } from '../shared/selection.ts';

/** What each kind of server selects, with the beginning of its selectors' names. */
const selectedBy: Readonly<Record<string, readonly (readonly [SelectedKind, string])[]>> = {
  Prometheus: [['ServiceMonitor', 'serviceMonitor'], ['PodMonitor', 'podMonitor'], ['Probe', 'probe'], ['ScrapeConfig', 'scrapeConfig'], ['PrometheusRule', 'rule']],
  PrometheusAgent: [['ServiceMonitor', 'serviceMonitor'], ['PodMonitor', 'podMonitor'], ['Probe', 'probe'], ['ScrapeConfig', 'scrapeConfig']],
  Alertmanager: [['AlertmanagerConfig', 'alertmanagerConfig']],
  ThanosRuler: [['PrometheusRule', 'rule']],
};

/** Selectors that Kubernetes does not take: the operator gives up on the whole server. */
export function checkSelectors(server: KubernetesObject): Problem[] {
  const spec = Source.of(server).at('spec');
  return (selectedBy[server.kind] ?? []).flatMap(([, prefix]) => [...checkLabelSelector(spec.at(`${prefix}Selector`)), ...checkLabelSelector(spec.at(`${prefix}NamespaceSelector`))]);
}

/** A Prometheus whose configuration the operator leaves to its owner, unless it is told otherwise (unmanagedPrometheusConfiguration, v0.93.1). */
export function hasNoMonitorSelector(server: KubernetesObject): boolean {
  const spec = Source.of(server).at('spec');
  return ['serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig'].every((prefix) => !spec.at(`${prefix}Selector`).exists);
}

/** Selectors that select less than it seems. */
export function adviseSelectors(server: KubernetesObject, lookup: ObjectLookup): Problem[] {
  const spec = Source.of(server).at('spec');
  return [...adviseNothing(server, spec), ...(selectedBy[server.kind] ?? []).flatMap(([kind, prefix]) => adviseOtherNamespaces(server, kind, spec.at(`${prefix}Selector`), lookup))];
}

function adviseNothing(server: KubernetesObject, spec: Source): Problem[] {
  if (server.kind === 'ThanosRuler' && !spec.at('ruleSelector').exists) {
    return [information(spec, 'server/selects-nothing', 'Without a ruleSelector this ThanosRuler selects no PrometheusRule. An empty one ({}) selects all.', { on: 'key' })];
  }
  if (server.kind === 'PrometheusAgent' && hasNoMonitorSelector(server)) {
    return [information(spec, 'server/selects-nothing', 'Without any of the monitor selectors this PrometheusAgent scrapes nothing. An empty one ({}) selects all objects of its kind.', { on: 'key' })];
  }
  if (server.kind !== 'Prometheus' || !hasNoMonitorSelector(server)) return [];
  return [information(spec, 'server/selects-nothing', 'Without any of the monitor selectors the operator leaves the configuration of this Prometheus to you, in the Secret that it creates empty; with its flag --disable-unmanaged-prometheus-configuration it writes one without scrape jobs. An empty selector ({}) selects all objects of its kind.', { on: 'key' })];
}

/** Objects elsewhere that carry the labels, while an absent namespace selector means the server's own namespace. */
function adviseOtherNamespaces(server: KubernetesObject, kind: SelectedKind, selector: Source, lookup: ObjectLookup): Problem[] {
  // An empty selector asks for no labels, so that nothing shows that the objects elsewhere are meant for this server.
  if (!selector.isFilled) return [];
  const elsewhere = lookup.list(kind).filter((object) => {
    const selection = selects(server, object, kind, undefined);
    return selection.verdict === 'not selected' && String(selection.selector.at(-1)).endsWith('NamespaceSelector') && !Source.of(server).at(...selection.selector).exists;
  });
  const [first] = elsewhere;
  if (first === undefined) return [];
  const name = String(selector.path.at(-1)).replace('Selector', 'NamespaceSelector');
  const which = elsewhere.length === 1 ? `${kind} ${first.metadata.namespace ?? 'default'}/${first.metadata.name} carries` : `${String(elsewhere.length)} ${kind}s of other namespaces carry`;
  return [{
    ...information(selector, 'server/other-namespaces', `${which} these labels, but without ${name} only the namespace of the ${server.kind} is looked at. \`${name}: {}\` takes all namespaces.`, {
      on: 'key', fixes: [{ title: `Add "${name}: {}"`, changes: [{ kind: 'set', path: ['spec', name], value: {} }] }],
    }),
    related: elsewhere.slice(0, 5).map((object) => ({ object, path: ['metadata', 'name'], message: 'carries the labels' })),
  }];
}
