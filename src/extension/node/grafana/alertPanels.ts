import { ProgressLocation, window } from 'vscode';
import { namedPanel, panelsFor } from '../../../grafana/alertPanel.ts';
import type { PageOptions } from '../../../grafana/pagePaths.ts';
import { walk } from '../../../language/promql/ast.ts';
import { promqlOptionsOf } from '../../../language/promql/options.ts';
import { parseExpression } from '../../../language/promql/parse.ts';
import type { Labels } from '../../../model/entities.ts';
import type { Clusters } from '../../clusters/connection.ts';
import type { GrafanaInstance } from './grafanaInstances.ts';
import type { GrafanaSessions } from './grafanaSessions.ts';

/** Dashboards that are read for one alert at most. */
const maximumDashboards = 200;
/** Milliseconds before an alert began that its panel shows. */
const before = 1_800_000;

/** What a panel is looked for: an alert or a rule of the clusters view, or the expression that is selected. */
interface Subject {
  readonly query: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
}

interface Around {
  readonly sessions: GrafanaSessions;
  readonly clusters: Clusters;
  readonly choose: () => Promise<GrafanaInstance | undefined>;
}

/** The panel that shows what an alert is about; the user chooses where several do. */
export async function openAlertPanel(argument: unknown, { sessions, clusters, choose }: Around): Promise<{ readonly instance: GrafanaInstance; readonly uid: string; readonly title: string; readonly options: PageOptions } | undefined> {
  const subject = subjectOf(argument, clusters) ?? selected();
  if (subject === undefined) throw new Error('Select the expression of an alert in the editor, or take an alert in the view Alerts or Clusters.');
  const instance = await choose();
  if (instance === undefined) return undefined;
  const range: PageOptions = subject.since === undefined ? {} : { from: String(subject.since - before), to: 'now' };
  const named = namedPanel(subject.annotations);
  if (named !== undefined) return { instance, uid: named.uid, title: 'Alert', options: { ...range, ...(named.panel === undefined ? {} : { panel: named.panel }) } };
  const metrics = new Set(namesIn(subject.query));
  const found = await window.withProgress({ location: ProgressLocation.Notification, title: 'Looking for panels that show the alert\'s metrics', cancellable: true }, async (progress, cancelled) => {
    const { api } = await sessions.of(instance);
    const hits = (await api.dashboards()).slice(0, maximumDashboards);
    const read: { readonly uid: string; readonly title: string; readonly model: Readonly<Record<string, unknown>> }[] = [];
    for (const { uid, title } of hits) {
      if (cancelled.isCancellationRequested) return undefined;
      progress.report({ message: title, increment: 100 / hits.length });
      const dashboard = await api.dashboard(uid);
      if (dashboard !== undefined) read.push({ uid, title, model: dashboard.model });
    }
    return panelsFor(metrics, read, namesIn);
  });
  if (found === undefined) return undefined;
  if (found.length === 0) throw new Error(`No panel of Grafana ${instance.name} queries ${[...metrics].join(', ') || 'a metric of this alert'}. Open the query in Explore instead.`);
  const items = found.slice(0, 50).map((panel) => ({ label: panel.panelTitle, description: panel.title, detail: `queries ${String(panel.shared)} of the alert's ${String(metrics.size)} metrics`, panel }));
  const chosen = items.length === 1 ? items[0] : await window.showQuickPick(items, { title: 'Which panel?' });
  if (chosen === undefined) return undefined;
  const { uid, title, panel, variables } = chosen.panel;
  return { instance, uid, title, options: { ...range, panel, variables: Object.fromEntries(Object.entries(subject.labels).filter(([name]) => variables.includes(name))) } };
}

/** What a row of the clusters view or of the alerts view stands for, when it has an expression. */
export function subjectOf(argument: unknown, { all }: Clusters): Subject | undefined {
  const { row, key, cluster } = (argument ?? {}) as { readonly row?: unknown; readonly key?: unknown; readonly cluster?: unknown };
  const of = all.find((one) => one === cluster);
  if (of === undefined || typeof key !== 'string') return undefined;
  const queryOf = (rule: string | undefined): string => {
    const found = rule === undefined ? undefined : of.tree?.get(rule);
    return found?.node === 'rule' ? found.query : '';
  };
  if (row === 'alert') {
    const alert = of.monitoring?.alerts.get(key);
    return alert === undefined ? undefined : { query: queryOf(alert.raised[0]?.rule), labels: alert.labels, annotations: alert.annotations, since: alert.since };
  }
  const node = row === 'node' ? of.tree?.get(key) : undefined;
  if (node?.node === 'rule') return { query: node.query, labels: node.labels, annotations: node.annotations, since: undefined };
  return node?.node === 'alert' ? { query: queryOf(node.rule), labels: node.labels, annotations: node.annotations, since: node.activeAt } : undefined;
}

function selected(): Subject | undefined {
  const editor = window.activeTextEditor;
  const query = editor?.document.getText(editor.selection).trim() ?? '';
  return query === '' ? undefined : { query, labels: {}, annotations: {}, since: undefined };
}

/** The metrics of an expression. Grafana's variables are taken for durations and values that they may stand for. */
function namesIn(expression: string): readonly string[] {
  const plain = expression.replace(/\[\$\{?__?\w+\}?/g, '[5m').replace(/\$\{?[\w:]+\}?/g, 'x');
  const { root } = parseExpression(plain, promqlOptionsOf([]));
  return root === undefined ? [] : [...walk(root)].flatMap((one) => (one.kind === 'vectorSelector' && one.name !== '' ? [one.name] : []));
}
