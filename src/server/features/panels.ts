import type { Connection } from 'vscode-languageserver';
import { alertAtRequest, alertRouteRequest, type AlertRouteParams, type FieldName, type PositionParams, relabelListAtRequest, relabelListRequest, scrapeConfigurationRequest, type ScrapeConfigurationParams } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { lensesOf } from './lenses.ts';
import { relabelListAt, relabelListFor } from './relabel.ts';
import { alertAt, alertRouteFor } from './route.ts';
import { scrapeConfigurationFor } from './scrapeConfiguration.ts';

/** Answers what the generated documents and panels ask, and offers the panels above what they are about. */
export function registerPanels(connection: Connection, context: FeatureContext): void {
  connection.onRequest(scrapeConfigurationRequest, (params: ScrapeConfigurationParams) => scrapeConfigurationFor(params, context));
  connection.onRequest(relabelListRequest, (params: FieldName) => relabelListFor(params, context));
  connection.onRequest(relabelListAtRequest, (params: PositionParams) => relabelListAt(params, context));
  connection.onRequest(alertRouteRequest, (params: AlertRouteParams) => alertRouteFor(params, context));
  connection.onRequest(alertAtRequest, (params: PositionParams) => alertAt(params, context));
  connection.onCodeLens(({ textDocument }) => {
    const file = context.files.workspace.file(textDocument.uri);
    return file === undefined ? [] : lensesOf(file, context);
  });
}
