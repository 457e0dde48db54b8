import type { Connection } from 'vscode-languageserver';
import { readRendering, type Rendering } from '../../language/helm/rendering.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { chartsNotification, type ChartsParams, renderingsNotification, type RenderingsParams } from '../protocol.ts';

/**
 * Tells the client which charts are to be rendered, and takes what became of them; `rendered` is called after that.
 * The function that it returns is to be called when files have changed.
 */
export function registerCharts(connection: Connection, workspace: Workspace, rendered: () => void): () => void {
  let told: readonly string[] = [];
  connection.onNotification(renderingsNotification, ({ renderings }: RenderingsParams) => {
    for (const { folder, ...result } of renderings) if (told.includes(folder)) workspace.setRendering(folder, readResult(result));
    rendered();
  });
  return () => {
    const folders = workspace.charts.toRender;
    if (folders === told || (folders.length === told.length && folders.every((folder, index) => folder === told[index]))) return;
    for (const folder of told) if (!folders.includes(folder)) workspace.setRendering(folder, undefined);
    told = folders;
    void connection.sendNotification(chartsNotification, { folders } satisfies ChartsParams);
  };
}

function readResult({ output, failure }: Omit<RenderingsParams['renderings'][number], 'folder'>): Rendering | undefined {
  return output !== undefined ? { objects: readRendering(output) } : failure !== undefined ? { failure } : undefined;
}
