import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { valueAt } from '../../model/liveObject.ts';
import type { LiveServers } from '../clusters/connection.ts';
import { ownerOfReceiver } from './liveRouting.ts';

const lists = ['receivers', 'inhibit_rules', 'time_intervals', 'mute_time_intervals'] as const;

/**
 * The configuration that an Alertmanager runs with, each part with the AlertmanagerConfig that it comes from: by the names that the
 * operator gives to receivers and time intervals, and by the namespace that it adds to inhibition rules.
 */
export function mergedConfiguration(configuration: string, servers: LiveServers): string {
  const document = parseDocument(configuration);
  const root = document.contents;
  if (!isMap(root)) return configuration;
  const from = (node: YAMLMap, owner: string | undefined): void => { node.commentBefore = ` from ${owner ?? 'the base configuration'}`; };
  const routes = document.getIn(['route', 'routes']);
  for (const route of itemsOf(routes)) from(route, ownerOfReceiver(textOf(route.get('receiver')), servers) ?? ownerOfMatchers(route.get('matchers'), servers));
  for (const list of lists) {
    for (const item of itemsOf(document.get(list))) from(item, list === 'inhibit_rules' ? ownerOfMatchers(item.get('target_matchers'), servers) : ownerOfReceiver(textOf(item.get('name')), servers));
  }
  return document.toString({ lineWidth: 0 });
}

function itemsOf(list: unknown): YAMLMap[] {
  return isSeq(list) ? list.items.filter(isMap) : [];
}

/** Whoever has a matcher for a namespace is from there: from its only AlertmanagerConfig, or one of several. */
function ownerOfMatchers(matchers: unknown, { model }: LiveServers): string | undefined {
  const texts = isSeq(matchers) ? matchers.items.map((item) => textOf(item)) : [];
  const namespace = texts.flatMap((text) => /^namespace="([^"\\]*)"$/.exec(text)?.[1] ?? [])[0];
  const configs = model.objects.list('AlertmanagerConfig').filter(({ metadata, spec }) => namespace !== undefined && metadata.namespace === namespace && valueAt(spec, 'route') !== undefined);
  const [first, second] = configs;
  if (first === undefined) return undefined;
  return second === undefined ? `AlertmanagerConfig ${first.metadata.namespace ?? ''}/${first.metadata.name}` : `an AlertmanagerConfig of ${first.metadata.namespace ?? ''}: ${configs.map(({ metadata }) => metadata.name).join(', ')}`;
}

function textOf(node: unknown): string {
  const value: unknown = typeof node === 'object' && node !== null && 'value' in node ? node.value : node;
  return typeof value === 'string' ? value : '';
}

/** Kinds of receivers by the keys of the configuration: `webhook_configs` is the integration webhook in the metrics. */
export function integrationsOf(configuration: string): ReadonlyMap<string, readonly string[]> {
  return new Map(itemsOf(parseDocument(configuration).get('receivers')).map((receiver) => [
    textOf(receiver.get('name')), receiver.items.flatMap(({ key }) => /^(\w+)_configs$/.exec(textOf(key))?.[1] ?? []),
  ]));
}
