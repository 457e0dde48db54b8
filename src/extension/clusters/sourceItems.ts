import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { DataSource, SourceGroup, SourcePart, SourceState } from '../../model/sources/dataSource.ts';
import type { ElementOf } from './element.ts';
import { upOf } from './wording.ts';

const groupNames: Readonly<Record<SourceGroup, string>> = { machines: 'Machines', kubernetes: 'Kubernetes API', pods: 'Pods and exporters' };
const groupIcons: Readonly<Record<SourceGroup, string>> = { machines: 'server', kubernetes: 'server-environment', pods: 'package' };

/** The row of all data sources. */
export function sourcesItem(): TreeItem {
  return row('Data sources', 'what is monitored, and what is not', new ThemeIcon('database'), 'kubeprom.sources');
}

export function sourceGroupItem({ group, cluster }: ElementOf<'sourceGroup'>): TreeItem {
  const list = cluster.sources?.sources.list(group) ?? [];
  const count = (...states: readonly SourceState[]): number => list.filter(({ state }) => states.includes(state)).length;
  const uncovered = count('not covered', 'waiting');
  const words = [`${String(count('covered', 'down'))} covered`, ...(uncovered > 0 ? [`${String(uncovered)} not covered`] : []), ...(count('down') > 0 ? [`${String(count('down'))} not up`] : [])];
  return row(groupNames[group], words.join(' · '), new ThemeIcon(groupIcons[group]), 'kubeprom.sourceGroup');
}

/** @param source undefined: it is gone */
export function sourceItem(source: DataSource | undefined): TreeItem {
  if (source === undefined) return new TreeItem('gone', TreeItemCollapsibleState.None);
  const isMonitorMissing = source.group === 'pods' && source.state === 'not covered';
  const item = row(source.name, [source.kind, ...source.parts.map(partLine)].filter((text) => text !== '').join(' · '), icons[source.state], `kubeprom.source${isMonitorMissing ? '.uncovered' : ''}`);
  item.tooltip = [`${source.kind} ${source.name}`.trim(), ...source.parts.map((part) => [partLine(part), part.note].filter((text) => text !== undefined).join(': '))].join('\n');
  return item;
}

const warning = new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
const icons: Readonly<Record<SourceState, ThemeIcon>> = {
  covered: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')), down: new ThemeIcon('error', new ThemeColor('list.errorForeground')),
  'not covered': warning, waiting: new ThemeIcon('clock'), unseen: new ThemeIcon('circle-slash'), unknown: new ThemeIcon('question'),
};

const words: Readonly<Record<Exclude<SourceState, 'covered' | 'down'>, string>> = { waiting: 'not scraped yet', 'not covered': 'not covered', unseen: 'nothing of it is seen', unknown: 'not known yet' };

/** `kubelet 2/2 up` */
function partLine(part: SourcePart): string {
  return `${part.name} ${part.state === 'covered' || part.state === 'down' ? upOf(part) : words[part.state]}`.trim();
}

function row(label: string, description: string, iconPath: ThemeIcon, contextValue: string): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  item.description = description;
  item.iconPath = iconPath;
  item.contextValue = contextValue;
  return item;
}
