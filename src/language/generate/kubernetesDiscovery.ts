import { mapOf, type Fields } from './fields.ts';
import { namespaceOf, type Generation } from './generation.ts';
import type { HttpSettings } from './httpSettings.ts';
import { list, type MapNode, type Node } from './node.ts';
import type { Source } from './source.ts';

/** What the discovery of a monitor's targets depends on. */
export interface KubernetesDiscovery {
  readonly monitor: Source;
  readonly role: string;
  readonly namespaceSelector: Source;
  /** `attach_metadata`, if any. */
  readonly attachMetadata?: Node | undefined;
  /** Objects that the API server is to be asked for by labels, instead of relabeling them afterwards. */
  readonly selectors?: readonly MapNode[];
}

/** `kubernetes_sd_configs` of a ServiceMonitor, PodMonitor or Probe. */
export function kubernetesDiscovery(generation: Generation, http: HttpSettings, discovery: KubernetesDiscovery): Fields {
  const apiServer = generation.spec.at('apiserverConfig');
  const selectors = [...(generation.isDaemonSet ? [ownNode] : []), ...(discovery.selectors ?? [])];
  return {
    kubernetes_sd_configs: list([mapOf({
      role: discovery.role,
      namespaces: namespaces(generation, discovery),
      ...apiServerFields(http, apiServer),
      attach_metadata: discovery.attachMetadata,
      selectors: selectors.length === 0 ? undefined : list(selectors),
    })]),
  };
}

/** In DaemonSet mode each pod scrapes the pods of its own node. */
const ownNode = mapOf({ role: 'pod', field: 'spec.nodeName=$(NODE_NAME)' });

function namespaces(generation: Generation, { monitor, namespaceSelector }: KubernetesDiscovery): Node | undefined {
  const ignored = generation.spec.at('ignoreNamespaceSelectors');
  if (ignored.isTrue) return mapOf({ names: [namespaceOf(monitor.object)] }, ignored.origin);
  if (namespaceSelector.at('any').isTrue) return undefined;
  const names = namespaceSelector.at('matchNames');
  return mapOf({ names: names.isFilled ? names : [namespaceOf(monitor.object)] }, namespaceSelector.exists ? namespaceSelector.origin : undefined);
}

/** The API server to ask. Its credentials are read from the Prometheus' namespace, but looked up in the monitor's (v0.93.1). */
function apiServerFields(http: HttpSettings, apiServer: Source): Fields {
  if (!apiServer.exists) return {};
  const bearerToken = apiServer.at('bearerToken');
  const bearerTokenFile = apiServer.at('bearerTokenFile');
  return {
    api_server: apiServer.at('host').scalar(apiServer.at('host').text),
    ...http.basicAuth(apiServer.at('basicAuth')),
    bearer_token: bearerToken.text === '' ? undefined : bearerToken,
    bearer_token_file: bearerTokenFile.text === '' ? undefined : bearerTokenFile,
    ...http.targetAuthorization(apiServer.at('authorization')),
    ...http.tls(apiServer.at('tlsConfig')),
    ...http.proxy(apiServer),
  };
}

/** `attach_metadata`: the monitor's, else its class's; zones told by nodes need it. */
export function attachMetadata(generation: Generation, own: Source, scrapeClass: Source, minimumVersion: string): Node | undefined {
  const chosen = own.exists ? own : scrapeClass.at('attachMetadata');
  const wanted = chosen.at('node').isTrue;
  if (generation.zones.length > 0 && !generation.podTopologyLabels && !wanted) {
    return generation.since(minimumVersion, mapOf({ node: true }, generation.spec.at('shardingStrategy').origin));
  }
  return chosen.exists ? generation.since(minimumVersion, mapOf({ node: wanted }, chosen.origin)) : undefined;
}

/** Selectors of the API, for selectorMechanism RoleSelector. */
export function roleSelectors(selector: Source, roles: readonly string[]): MapNode[] {
  const label = labelSelectorText(selector);
  return roles.map((role) => mapOf({ role, label }, selector.origin));
}

/** A label selector as text, its requirements in the order of their keys (apimachinery's labels.Selector). */
export function labelSelectorText(selector: Source): string {
  const requirements = [
    ...selector.at('matchLabels').fields.map(([key, value]) => ({ key, text: `${key}=${value.text}` })),
    ...selector.at('matchExpressions').items.map((expression) => ({ key: expression.at('key').text, text: requirementText(expression) })),
  ];
  return requirements.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ text }) => text).join(',');
}

function requirementText(expression: Source): string {
  const key = expression.at('key').text;
  const values = expression.at('values').texts.sort().join(',');
  switch (expression.at('operator').value) {
    case 'In': return `${key} in (${values})`;
    case 'NotIn': return `${key} notin (${values})`;
    case 'DoesNotExist': return `!${key}`;
    default: return key;
  }
}
