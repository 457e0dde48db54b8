import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { projectFolder } from '../host/workbench.ts';

/** The most that the script of a dashboard's page may weigh when it is compressed, in bytes. */
export const largestDashboardScript = 250_000;

/** Bytes after the best compression of gzip. */
export function gzipped(content: Uint8Array): number {
  return gzipSync(content, { level: 9 }).length;
}

/** The script of a panel's page as a release has it. */
export async function releasedScript(webview: string): Promise<Uint8Array> {
  const { outputFiles: [script] } = await build({ absWorkingDir: projectFolder, entryPoints: [`src/webviews/${webview}/main.ts`], bundle: true, write: false, minify: true, format: 'esm', platform: 'browser', target: 'es2023', loader: { '.css': 'text' } });
  if (script === undefined) throw new Error('esbuild wrote nothing');
  return script.contents;
}
