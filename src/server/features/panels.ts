import type { Connection } from 'vscode-languageserver';
import { alertAtRequest, alertRouteRequest, type AlertRouteParams, type FieldName, filesChangedNotification, placeRequest, type PositionParams, relabelListAtRequest, relabelListRequest, scrapeConfigurationRequest, type ScrapeConfigurationParams } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { isRouted, lensesOf } from './lenses.ts';
import { objectNamed, Places } from './places.ts';
import { relabelListAt, relabelListFor } from './relabel.ts';
import { alertAt, alertRouteFor } from './route.ts';
import { scrapeConfigurationFor } from './scrapeConfiguration.ts';

/**
 * Answers what the generated documents and panels ask, and offers the panels above what they are about.
 * The function that it returns tells the client that files have changed.
 */
export function registerPanels(connection: Connection, context: FeatureContext): () => void {
  let routed = false;
  connection.onRequest(scrapeConfigurationRequest, (params: ScrapeConfigurationParams) => scrapeConfigurationFor(params, context));
  connection.onRequest(relabelListRequest, (params: FieldName) => relabelListFor(params, context));
  connection.onRequest(relabelListAtRequest, (params: PositionParams) => relabelListAt(params, context));
  connection.onRequest(alertRouteRequest, (params: AlertRouteParams) => alertRouteFor(params, context));
  connection.onRequest(alertAtRequest, (params: PositionParams) => alertAt(params, context));
  connection.onRequest(placeRequest, ({ uri, object, path }: FieldName) => {
    const file = context.files.workspace.file(uri);
    const source = file === undefined ? undefined : objectNamed(file, object);
    return source === undefined ? null : new Places(context.files.workspace).in(source, path);
  });
  connection.onCodeLens(({ textDocument }) => {
    const file = context.files.workspace.file(textDocument.uri);
    return file === undefined ? [] : lensesOf(file, context);
  });
  return () => {
    void connection.sendNotification(filesChangedNotification);
    const now = isRouted(context.files.workspace);
    if (now === routed) return;
    routed = now;
    // A client without lenses refuses, which is as good as an answer.
    connection.sendRequest('workspace/codeLens/refresh').catch(() => {});
  };
}
