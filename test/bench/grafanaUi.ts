import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { cacheFolder } from './programs.ts';
import { gzipped } from './sizes.ts';

const version = '13.2.3';
const run = promisify(execFile);

/** A page that draws with Grafana's own components, which the panels of its server are made of. */
const page = `import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createTheme } from '@grafana/data';
import { BarGauge, BigValue, Table, ThemeContext, TimeSeries, UPlotChart } from '@grafana/ui';
createRoot(document.body).render(createElement(ThemeContext.Provider, { value: createTheme() }, [TimeSeries, UPlotChart, Table, BigValue, BarGauge].map((one, key) => createElement(one, { key }))));
`;

/** Bytes of a page's script, compressed. */
export interface GrafanaUi {
  readonly version: string;
  readonly gzip: number;
  /** Without the code editor that importing any component brings along. */
  readonly withoutEditor: number;
}

/** What npm's @grafana/ui weighs in a page that draws graphs, tables, numbers and bars with it. Measured once; rejects where npm cannot install it. */
export async function grafanaUi(): Promise<GrafanaUi> {
  const known = join(cacheFolder, `grafana-ui-${version}.json`);
  try {
    return { version, ...JSON.parse(await readFile(known, 'utf8')) as Omit<GrafanaUi, 'version'> };
  } catch {
    // Not measured yet.
  }
  console.error(`bench: installing @grafana/ui ${version} (once)`);
  const folder = join(cacheFolder, 'build', `grafana-ui-${String(process.pid)}`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    await writeFile(join(folder, 'page.js'), page);
    await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `@grafana/ui@${version}`, `@grafana/data@${version}`], { cwd: folder, maxBuffer: 1 << 26 });
    const sizes = { gzip: gzipped(await bundled(folder, [])), withoutEditor: gzipped(await bundled(folder, ['monaco-editor'])) };
    await writeFile(`${known}.new`, JSON.stringify(sizes));
    await rename(`${known}.new`, known);
    return { version, ...sizes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundled(folder: string, external: string[]): Promise<Uint8Array> {
  const { outputFiles } = await build({ absWorkingDir: folder, entryPoints: ['page.js'], bundle: true, write: false, minify: true, format: 'esm', platform: 'browser', target: 'es2023', outdir: 'out', logLevel: 'silent', external, define: { 'process.env.NODE_ENV': '"production"' }, loader: { '.svg': 'dataurl', '.woff2': 'empty', '.ttf': 'empty' } });
  const script = outputFiles.find(({ path }) => path.endsWith('.js'));
  if (script === undefined) throw new Error('esbuild wrote nothing');
  return script.contents;
}
