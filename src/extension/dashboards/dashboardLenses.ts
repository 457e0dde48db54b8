import { CodeLens, type CodeLensProvider, commands as vscodeCommands, EventEmitter, languages, Range, type TextDocument, Uri, window, workspace } from 'vscode';
import type { Dashboard, JsonPath, Panel, PanelQuery } from '../../dashboards/model/dashboard.ts';
import { mayHoldDashboard, readDashboardFile } from '../../dashboards/model/dashboardFile.ts';
import { planPanel, usualScrapeInterval } from '../../dashboards/queries/plan.ts';
import { readTimeRange } from '../../dashboards/queries/timeRange.ts';
import { matchersIn, resolveVariables, scopeOf } from '../../dashboards/variables/resolve.ts';
import type { Clusters, Queries } from '../clusters/connection.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { noticeOf } from '../plainText.ts';
import { usualServer } from '../queries/usualServer.ts';
import { variableValues } from './variableValues.ts';

/** Characters of a file beyond which it gets no lenses: it is read anew after every edit. */
const longestFile = 1_000_000;
/** Pixels of a graph, for the steps of its query. */
const usualWidth = 1000;
/** Milliseconds for the values of a variable. */
const patience = 30_000;
/** Internal: only lenses run it. */
const runCommand = 'kubeprom.dashboard.runQuery';

/** "Run query" above each query of a dashboard's file, while a cluster is connected. */
export class DashboardLenses extends DisposableStore implements CodeLensProvider {
  readonly #clusters: Clusters;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  #isConnected = false;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(languages.registerCodeLensProvider([{ language: 'json' }, { language: 'yaml' }], this));
    this.add(vscodeCommands.registerCommand(runCommand, (uri: string, dashboard: number, query: JsonPath) => this.#run(Uri.parse(uri), dashboard, query)));
    this.add(clusters.onChange(() => {
      const isConnected = this.#queries !== undefined;
      if (isConnected === this.#isConnected) return;
      this.#isConnected = isConnected;
      this.#changed.fire();
    }));
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const text = document.getText();
    if (this.#queries === undefined || text.length > longestFile || !mayHoldDashboard(text)) return [];
    const { carried, placeOf } = await readDashboardFile(text);
    return carried.flatMap(({ dashboard }, index) => (dashboard === undefined ? [] : queriesOf(dashboard.panels)).flatMap(({ query: { path } }) => {
      const offset = placeOf(index, [...path, 'expr']);
      // A dashboard that is written on one line has no place for its queries.
      if (offset === undefined || !/expr/.test(document.lineAt(document.positionAt(offset)).text)) return [];
      const { line } = document.positionAt(offset);
      return [new CodeLens(new Range(line, 0, line, 0), { title: 'Run query', command: runCommand, arguments: [document.uri.toString(), index, path] })];
    }));
  }

  get #queries(): Queries | undefined {
    const queries = this.#clusters.active?.queries;
    return queries === undefined || queries.servers.length === 0 ? undefined : queries;
  }

  async #run(uri: Uri, index: number, path: JsonPath): Promise<void> {
    try {
      const { carried } = await readDashboardFile((await workspace.openTextDocument(uri)).getText());
      const dashboard = carried[index]?.dashboard;
      const found = queriesOf(dashboard?.panels ?? []).find(({ query }) => query.path.join('/') === path.join('/'));
      if (dashboard === undefined || found === undefined) throw new Error('The query is no longer in the file.');
      const queries = this.#queries;
      if (queries === undefined) throw new Error('No cluster is connected. Connect one in the view Kubeprom: Clusters.');
      await vscodeCommands.executeCommand(commands.runQuery, { expression: await expressionOf(dashboard, found, queries), title: found.panel.title });
    } catch (error) {
      void window.showErrorMessage(`This query cannot be run. ${noticeOf(error)}`);
    }
  }
}

interface PlacedQuery {
  readonly panel: Panel;
  readonly query: PanelQuery;
}

/** All queries of Prometheus, those behind collapsed rows too. */
function queriesOf(panels: readonly Panel[]): PlacedQuery[] {
  return panels.flatMap((panel) => [
    ...panel.queries.filter(({ expression, source }) => expression.trim() !== '' && (source === '' || source === 'prometheus')).map((query) => ({ panel, query })),
    ...queriesOf(panel.panels),
  ]);
}

/** The expression as the dashboard's panel would ask for it, with what its variables have at first. */
async function expressionOf(dashboard: Dashboard, { panel, query }: PlacedQuery, queries: Queries): Promise<string> {
  const now = Date.now();
  const range = readTimeRange(dashboard.time, now) ?? { from: now - 3_600_000, to: now };
  const server = usualServer(queries.servers)?.key ?? '';
  const variables = await resolveVariables({
    dashboard, servers: queries.servers, server, wanted: {},
    ask: (question) => variableValues(queries, server, question, { start: range.from / 1000, end: range.to / 1000 }, AbortSignal.timeout(patience)),
  });
  const shown = { ...panel, queries: [{ ...query, hidden: false, instant: true }] };
  const [plan] = planPanel(shown, { scope: scopeOf(variables, dashboard), matchers: matchersIn(variables), range, width: usualWidth, scrapeInterval: usualScrapeInterval, now });
  return plan?.questions[0]?.expression ?? query.expression;
}
