import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { HealthLevel, Instance, ModelNode } from '../../model/entities.ts';
import { presetsOf } from '../../monitoring/presets.ts';
import type { ClusterConnection } from './connection.ts';
import type { Element, ElementOf, Section } from './element.ts';
import { otherPools } from './otherPools.ts';
import { sourceGroupItem, sourceItem, sourcesItem } from './sourceItems.ts';
import { oneLine, plainLines } from '../plainText.ts';
import { stackLine } from '../stack/deployedStack.ts';
import { alertLabel, alertLine, counted, groupLine, instanceLine, labelsText, monitorLine, nameOf, notPickedUpLine, poolLine, queriesLine, ruleLine, targetLine, upOf } from './wording.ts';

/** The row of an element. Texts from a cluster are shown as plain text only, never as markdown, and without characters that are not seen. */
export function treeItem(element: Element, isActive: boolean): TreeItem {
  const item = rowOf(element, isActive);
  item.id = element.id;
  if (typeof item.label === 'string') item.label = oneLine(item.label);
  if (typeof item.description === 'string') item.description = oneLine(item.description);
  if (typeof item.tooltip === 'string') item.tooltip = plainLines(item.tooltip);
  const words = [item.label, item.description].filter((part) => typeof part === 'string' && part !== '');
  item.accessibilityInformation ??= { label: words.join(', ') };
  return item;
}

function rowOf(element: Element, isActive: boolean): TreeItem {
  switch (element.row) {
    case 'cluster': return clusterRow(element.cluster, isActive);
    case 'family': return row(familyNames[element.kind], '', new ThemeIcon(familyIcons[element.kind]), 'kubeprom.family', TreeItemCollapsibleState.Expanded);
    case 'section': return sectionRow(element);
    case 'stack': {
      const stack = element.cluster.stacks.find(({ namespace, name }) => namespace === element.stack.namespace && name === element.stack.name);
      const line = stack === undefined ? { words: 'gone', level: 'unknown' as const } : stackLine(stack);
      const item = row(stack?.name === undefined || stack.name === 'kubeprom-stack' ? 'Monitoring stack' : stack.source, `${element.stack.namespace} · ${line.words}`, icon(line.level), 'kubeprom.stack', TreeItemCollapsibleState.Collapsed);
      item.tooltip = stack === undefined ? '' : `${stack.source}, namespace ${stack.namespace}: ${line.words}`;
      return item;
    }
    case 'deploy': {
      const item = row('Deploy Monitoring Stack…', 'operator, Prometheus, Alertmanager, Grafana', new ThemeIcon('rocket'), 'kubeprom.deploy');
      item.command = { command: 'kubeprom.stack.deploy', title: 'Deploy Monitoring Stack…', arguments: [element] };
      return item;
    }
    case 'notPickedUp': {
      const count = element.cluster.tree?.notPickedUp.length ?? 0;
      return row('Not picked up', count.toLocaleString('en'), icon(count === 0 ? 'ok' : 'warning'), 'kubeprom.section', count === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed);
    }
    case 'sources': return sourcesItem();
    case 'sourceGroup': return sourceGroupItem(element);
    case 'source': return sourceItem(element.cluster.sources?.sources.get(element.key));
    case 'node': {
      const node = element.cluster.tree?.get(element.key);
      return node === undefined ? row('gone', '', icon('unknown'), 'kubeprom.gone') : nodeRow(node);
    }
    case 'note': {
      const item = row(element.text, '', icon(element.level), 'kubeprom.note');
      item.tooltip = element.detail === undefined ? element.text : `${element.text}\n\n${element.detail}`;
      if (element.detail !== undefined) item.description = element.detail;
      return item;
    }
    case 'more': {
      const item = row(`Show more (${element.rest.toLocaleString('en')} left)`, '', new ThemeIcon('ellipsis'), 'kubeprom.more');
      item.command = { command: 'kubeprom.clusters.showMore', title: 'Show More', arguments: [element] };
      return item;
    }
  }
}

const familyNames = { Prometheus: 'Prometheus', PrometheusAgent: 'Prometheus Agent', ThanosRuler: 'Thanos Ruler', Alertmanager: 'Alertmanager', Grafana: 'Grafana' } as const;
const familyIcons = { Prometheus: 'flame', PrometheusAgent: 'flame', ThanosRuler: 'law', Alertmanager: 'bell', Grafana: 'graph' } as const;

function row(label: string, description: string, iconPath: ThemeIcon, contextValue: string, state = TreeItemCollapsibleState.None): TreeItem {
  const item = new TreeItem(label, state);
  item.description = description;
  item.iconPath = iconPath;
  item.contextValue = contextValue;
  return item;
}

function icon(level: HealthLevel | 'firing' | 'pending'): ThemeIcon {
  switch (level) {
    case 'ok': return new ThemeIcon('pass', new ThemeColor('testing.iconPassed'));
    case 'warning': return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    case 'error': return new ThemeIcon('error', new ThemeColor('list.errorForeground'));
    case 'unknown': return new ThemeIcon('question');
    case 'firing': return new ThemeIcon('bell-dot', new ThemeColor('list.errorForeground'));
    case 'pending': return new ThemeIcon('clock', new ThemeColor('list.warningForeground'));
  }
}

function clusterRow(cluster: ClusterConnection, isActive: boolean): TreeItem {
  const { name, state, troubles, tree, server, user, writtenIn } = cluster;
  const firing = (tree?.instances ?? []).reduce((sum, { counts }) => sum + (counts.rules?.firing ?? 0), 0);
  const words = state !== 'connected' ? state : firing === 0 ? 'connected' : `${String(firing)} firing`;
  const level = state === 'failed' ? 'error' : troubles.length > 0 ? 'warning' : undefined;
  const picture = level !== undefined ? icon(level) : new ThemeIcon(state === 'connected' ? 'vm-active' : state === 'connecting' ? 'loading~spin' : 'vm');
  const item = row(name, `${words}${isActive ? ' · active' : ''}`, picture, `kubeprom.cluster.${state === 'connected' || state === 'connecting' ? 'connected' : 'disconnected'}`, state === 'not connected' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded);
  const stacks = cluster.monitoring === undefined ? [] : presetsOf(cluster.monitoring.model).flatMap((preset) => [`${preset.name}:`, ...preset.hints]);
  item.tooltip = [`${name}: ${state}`, server, `as ${user}`, `from ${writtenIn}`, ...troubles.map(({ message, nextStep }) => [message, nextStep].filter((part) => part !== undefined).join(' ')), ...stacks].join('\n');
  return item;
}

function sectionRow({ section, cluster, instance: key }: ElementOf<'section'>): TreeItem {
  const instance = cluster.tree?.get(key);
  const text = instance?.node === 'instance' ? sectionText(section, instance, cluster) : { label: section, description: '', isBad: false };
  return row(text.label, text.description, text.isBad ? icon('error') : new ThemeIcon(sectionIcons[section]), `kubeprom.section.${section}`, TreeItemCollapsibleState.Collapsed);
}

const sectionIcons: Readonly<Record<Section, string>> = { monitors: 'eye', down: 'pass', pools: 'list-tree', rules: 'law' };

function sectionText(section: Section, { counts, key }: Instance, cluster: ClusterConnection): { label: string; description: string; isBad: boolean } {
  switch (section) {
    case 'monitors': return { label: 'Monitors', description: counts.monitors.toLocaleString('en'), isBad: false };
    case 'down': return { label: 'Down targets', description: counts.targets === undefined ? 'not asked yet' : counts.targets.down.toLocaleString('en'), isBad: (counts.targets?.down ?? 0) > 0 };
    case 'pools': return { label: 'Other scrape pools', description: otherPools(cluster, key).length.toLocaleString('en'), isBad: false };
    case 'rules': {
      const rules = counts.rules;
      return rules === undefined ? { label: 'Rules', description: 'not asked yet', isBad: false }
        : { label: 'Rules', description: `${counted(rules.groups, 'group')} · ${rules.rules.toLocaleString('en')} · ${String(rules.failing)} failing${rules.firing > 0 ? ` · ${String(rules.firing)} firing` : ''}`, isBad: rules.failing > 0 };
    }
  }
}

/** The kinds of nodes and what can be done with them, for the `when` clauses of the menus. */
function contextOf(node: ModelNode): string {
  const isDeclared = 'declaredBy' in node && node.declaredBy !== undefined;
  const isObject = node.node === 'instance' ? node.origin === 'object' : node.node === 'monitor' || node.node === 'notPickedUp' || node.node === 'group' && node.object !== undefined;
  return ['kubeprom', node.node, ...(node.node === 'instance' ? [node.kind] : []), ...(isObject ? ['object'] : []), ...(node.node === 'instance' && node.paused ? ['paused'] : []), ...(isDeclared ? ['declared'] : [])].join('.');
}

function nodeRow(node: ModelNode): TreeItem {
  const { Collapsed, Expanded, None } = TreeItemCollapsibleState;
  const context = contextOf(node);
  switch (node.node) {
    case 'instance': {
      const worst = node.health.some(({ level }) => level === 'error') ? 'error' : node.health.some(({ level }) => level === 'warning') ? 'warning' : node.ready === 0 && node.wanted > 0 ? 'unknown' : 'ok';
      const item = row(nameOf(node), instanceLine(node), icon(worst), context, node.kind === 'Grafana' ? None : node.kind === 'Prometheus' ? Expanded : Collapsed);
      item.tooltip = [`${node.kind} ${nameOf(node)}`, instanceLine(node), ...node.health.map(({ message }) => message), ...queriesLine(node), ...node.replicas.map(({ pod, phase, reach }) => `${pod}: ${phase}${reach.way === undefined ? '' : `, by ${reach.way}`}${reach.blocked.map((reason) => `\n  ${reason}`).join('')}`)].join('\n');
      return item;
    }
    case 'monitor': {
      const isRefused = node.pickup.state === 'rejected' || node.pickup.state === 'unloadable';
      const level = isRefused || node.down > 0 ? 'error' : node.up > 0 ? 'ok' : 'unknown';
      const item = row(nameOf(node), monitorLine(node), icon(level), context, Collapsed);
      item.tooltip = 'reason' in node.pickup ? node.pickup.reason : `${node.kind} ${nameOf(node)}: ${upOf(node)}`;
      return item;
    }
    case 'pool': return row(node.name, poolLine(node), icon(node.down > 0 ? 'error' : node.divergence.length > 0 ? 'warning' : node.up > 0 ? 'ok' : 'unknown'), context, Collapsed);
    case 'target': {
      const item = row(node.labels['instance'] ?? node.scrapeUrl, targetLine(node), icon(node.health === 'up' ? 'ok' : node.health === 'down' ? 'error' : 'unknown'), context);
      item.tooltip = [node.scrapeUrl, targetLine(node), labelsText(node.labels), `scraped by ${node.scrapedBy} every ${node.scrapeInterval}`].join('\n');
      return item;
    }
    case 'group': return row(node.name, groupLine(node), icon(node.failing > 0 ? 'error' : node.firing > 0 ? 'firing' : node.pending > 0 ? 'pending' : 'ok'), context, Collapsed);
    case 'rule': {
      const level = node.health === 'err' ? 'error' : node.health === 'unknown' ? 'unknown' : node.state === 'firing' || node.state === 'pending' ? node.state : 'ok';
      const item = row(node.name, ruleLine(node), icon(level), context, node.type === 'alerting' && node.firing + node.pending > 0 ? Collapsed : None);
      item.tooltip = [node.name, node.query, ...(node.lastError === '' ? [] : [node.lastError])].join('\n');
      return item;
    }
    case 'alert': {
      const item = row(alertLabel(node), alertLine(node, Date.now()), icon(node.state), context);
      item.tooltip = [labelsText(node.labels), ...Object.values(node.annotations)].join('\n');
      return item;
    }
    case 'notPickedUp': {
      const item = row(nameOf(node), notPickedUpLine(node), icon(node.cause === 'rejected' || node.cause === 'unloadable' ? 'error' : 'warning'), context);
      item.tooltip = [`${node.kind} ${nameOf(node)}`, node.reason, ...node.evidence.map(({ from, message }) => `${from}: ${message}`)].join('\n');
      return item;
    }
  }
}
