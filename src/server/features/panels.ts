import type { Connection } from 'vscode-languageserver';
import { alertAtRequest, alertRouteRequest, type AlertRouteParams, chainAtRequest, chainRequest, type FieldName, filesChangedNotification, placeRequest, type PositionParams, relabelListAtRequest, relabelListRequest, scrapeConfigurationRequest, type ScrapeConfigurationParams } from '../protocol.ts';
import { chainAt, chainFor } from './chain.ts';
import type { FeatureContext } from './featureContext.ts';
import { isRouted, lensesOf } from './lenses.ts';
import { objectNamed, Places } from './places.ts';
import { queryLenses } from './queries.ts';
import { relabelListAt, relabelListFor } from './relabel.ts';
import { alertAt, alertRouteFor } from './route.ts';
import { scrapeConfigurationFor } from './scrapeConfiguration.ts';

/** Milliseconds without a change after which lenses are made anew. */
const lensDelay = 400;

/**
 * Answers what the generated documents and panels ask, and offers the panels above what they are about.
 * The function that it returns tells the client that files have changed.
 */
export function registerPanels(connection: Connection, context: FeatureContext): () => void {
  let routed = false;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  connection.onRequest(scrapeConfigurationRequest, (params: ScrapeConfigurationParams) => scrapeConfigurationFor(params, context));
  connection.onRequest(relabelListRequest, (params: FieldName) => relabelListFor(params, context));
  connection.onRequest(relabelListAtRequest, (params: PositionParams) => relabelListAt(params, context));
  connection.onRequest(alertRouteRequest, (params: AlertRouteParams) => alertRouteFor(params, context));
  connection.onRequest(alertAtRequest, (params: PositionParams) => alertAt(params, context));
  connection.onRequest(chainRequest, (params: FieldName) => chainFor(params, context));
  connection.onRequest(chainAtRequest, (params: PositionParams) => chainAt(params, context));
  connection.onRequest(placeRequest, ({ uri, object, path }: FieldName) => {
    const file = context.files.workspace.file(uri);
    const source = file === undefined ? undefined : objectNamed(file, object, context.files.workspace);
    return source === undefined ? null : new Places(context.files.workspace).in(source, path);
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const file = context.files.workspace.file(textDocument.uri);
    return file === undefined ? [] : [...queryLenses(file, context.metricFacts() !== undefined), ...lensesOf(file, context, (await context.service).around(context.files.workspace, context.targetFor(textDocument.uri)))];
  });
  return () => {
    void connection.sendNotification(filesChangedNotification);
    // The lenses of every file tell of the others; the client asks itself for those of the file that is edited.
    clearTimeout(refresh);
    refresh = setTimeout(() => { connection.sendRequest('workspace/codeLens/refresh').catch(() => {}); }, lensDelay);
    const now = isRouted(context.files.workspace);
    if (now === routed) return;
    routed = now;
    // A client without lenses refuses, which is as good as an answer.
    connection.sendRequest('workspace/codeLens/refresh').catch(() => {});
  };
}
