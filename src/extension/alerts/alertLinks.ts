/** What a link is about: `vscode://…/alert?cluster=…&labels={…}`, or a generatorURL, of Prometheus or as a parameter of ours. Pure, as links come from anywhere. */

import type { LiveAlert } from '../../model/alertTable.ts';
import type { Labels } from '../../model/entities.ts';

export interface AlertLink {
  /** What to show of it. */
  readonly target: 'alert' | 'rule' | 'graph';
  readonly cluster: string | undefined;
  /** Labels that the alert has; empty where only its expression is known. */
  readonly labels: Labels;
  /** The expression of its rule. */
  readonly expression: string | undefined;
}

/** Reads the path and the query of a link of ours; undefined for what is none. */
export function readLink(path: string, query: string): AlertLink | undefined {
  const target = /^\/(alert|rule|graph)\/?$/.exec(path)?.[1];
  if (target === undefined || query.length > 20_000) return undefined;
  const parameters = new URLSearchParams(query);
  const expression = parameters.get('expr') ?? expressionIn(parameters.get('generatorURL') ?? '');
  const labels = labelsIn(parameters.get('labels'));
  const alertname = parameters.get('alertname');
  const all = { ...labels, ...(alertname === null ? {} : { alertname }) };
  if (Object.keys(all).length === 0 && expression === undefined) return undefined;
  return { target: target as AlertLink['target'], cluster: parameters.get('cluster') ?? undefined, labels: all, expression };
}

/** What a text that somebody pasted means: a link of ours, or a generatorURL from a notification; undefined for anything else. */
export function readPasted(text: string): AlertLink | undefined {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return readLink(url.pathname, url.search.slice(1));
  return readLink('/alert', new URLSearchParams({ generatorURL: trimmed }).toString());
}

/** The expression in a generatorURL: `http://…/graph?g0.expr=up+%3D%3D+0&g0.tab=1` (rules/manager.go, Prometheus 3). */
export function expressionIn(generatorUrl: string): string | undefined {
  return URL.canParse(generatorUrl) ? new URL(generatorUrl).searchParams.get('g0.expr') ?? undefined : undefined;
}

/** A link on an alert that {@link readLink} reads. @param authority the extension's id */
export function linkTo(scheme: string, authority: string, cluster: string, { labels }: Pick<LiveAlert, 'labels'>): string {
  return `${scheme}://${authority}/alert?${new URLSearchParams({ cluster, labels: JSON.stringify(labels) }).toString()}`;
}

/** Whether an alert has all labels of a link. */
export function isMeant({ labels }: AlertLink, alert: Pick<LiveAlert, 'labels'>): boolean {
  return Object.entries(labels).every(([name, value]) => alert.labels[name] === value);
}

function labelsIn(text: string | null): Labels {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return Object.fromEntries(Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}
