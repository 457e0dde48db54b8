/**
 * Bundles the product and the suites that run inside VS Code.
 * Usage: npm run build [-- --release] [-- --metafile]
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const node: BuildOptions = { platform: 'node', format: 'cjs', target: 'node22' };
/**
 * What runs for seconds or for days, and with what memory, counts: without comments a bundle is text of one byte a character, and
 * V8 holds it as that. Lines are short enough for stack traces.
 */
const dense: BuildOptions = { minifyWhitespace: true, lineLimit: 160 };
const browser: BuildOptions = { platform: 'browser', format: 'cjs', target: 'es2023', define: { global: 'globalThis' } };

/** Mocha's browser build takes a `module` around it for its own: ours is set at the end. */
const suites: BuildOptions = { format: 'iife', globalName: 'suites', footer: { js: 'module.exports = suites;' }, external: ['vscode'] };

/** The page of each panel: one script, named after its folder of src/webviews. */
const webviews = globSync('src/webviews/*/main.ts', { cwd: root }).sort().map((entry) => ({
  out: `webviews/${basename(dirname(entry))}.js`,
  entry,
  // Style sheets are adopted by an element's shadow root, since the page's policy allows no others.
  options: { platform: 'browser', format: 'esm', target: 'es2023', loader: { '.css': 'text' } } satisfies BuildOptions,
}));

/** Each bundle, by the file of dist/ that it writes. */
const bundles: readonly { out: string; entry: string; options: BuildOptions }[] = [
  // The file that jsonc-parser names first requires its parts by a function of its own, which no bundler follows.
  { out: 'extension.cjs', entry: 'src/extension/node/main.ts', options: { ...node, external: ['vscode'], alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } } },
  // A web extension is one file; the worker host has only `vscode` to require.
  { out: 'web/extension.js', entry: 'src/extension/browser/main.ts', options: { ...browser, external: ['vscode'] } },
  { out: 'server.cjs', entry: 'src/server/node/main.ts', options: { ...node, ...dense } },
  { out: 'web/server.js', entry: 'src/server/browser/main.ts', options: { ...browser, format: 'iife' } },
  // Node 20 is what CI machines have; what `check` does not need is loaded when it is asked for.
  // A package that is imported lazily must be of modules here: of another one esbuild exports only a default.
  { out: 'cli.js', entry: 'src/cli/main.ts', options: { ...dense, platform: 'node', format: 'esm', target: 'node20', splitting: true, alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') }, chunkNames: 'cli/[name]-[hash]', banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" } } },
  ...webviews,
  { out: 'test/suites.cjs', entry: 'test/extension/index.ts', options: { ...node, ...suites } },
  { out: 'test/web/suites.js', entry: 'test/extension/index.ts', options: { ...browser, ...suites } },
  { out: 'test/memoryFolders/extension.cjs', entry: 'test/host/memoryFolders/extension.ts', options: { ...node, external: ['vscode'] } },
  { out: 'test/yamlExtension/extension.cjs', entry: 'test/host/yamlExtension/extension.ts', options: { ...node, external: ['vscode'] } },
  { out: 'test/evaluate.cjs', entry: 'test/host/inside/evaluate.ts', options: { ...node, external: ['vscode'] } },
];

/** Builds dist/. Rejects with esbuild's messages when a file does not compile. */
export async function buildAll(options: { release?: boolean } = {}): Promise<{ milliseconds: number; sizes: Map<string, number>; metafiles: Metafile[] }> {
  const started = performance.now();
  const release = options.release === true;
  if (release) await rm(join(root, 'dist'), { recursive: true, force: true });
  const [results] = await Promise.all([
    Promise.all(bundles.map(({ out, entry, options: own }) => build({
      absWorkingDir: root,
      bundle: true,
      // A name without its extension, so that chunks of a split bundle find their place beside it.
      entryPoints: [{ in: entry, out: out.replace(/\.c?js$/, '') }],
      outExtension: { '.js': out.endsWith('.cjs') ? '.cjs' : '.js' },
      outdir: 'dist',
      ...(release ? { minify: true } : {}),
      sourcemap: release ? false : 'linked',
      legalComments: release ? 'linked' : 'inline',
      metafile: true,
      logLevel: 'silent',
      ...own,
    }))),
    writeSchemas(),
    cp(join(root, 'stack'), join(root, 'dist', 'stack'), { recursive: true }),
  ]);
  const metafiles = results.flatMap(({ metafile }) => metafile ?? []);
  const sizes = new Map<string, number>();
  for (const { outputs } of metafiles) {
    for (const [path, output] of Object.entries(outputs)) if (!path.endsWith('.map')) sizes.set(path, output.bytes);
  }
  await removeOldChunks(new Set(sizes.keys()));
  return { milliseconds: performance.now() - started, sizes, metafiles };
}

/** The schemas with their descriptions. Reading those takes seconds, so it is done when a source of them has changed. */
async function writeSchemas(): Promise<void> {
  const target = join(root, 'dist', 'schemas');
  const stamp = join(root, 'dist', 'schemas.stamp');
  const sources = createHash('sha256');
  for (const file of globSync(['schemas/**/*.json', 'scripts/schemas/*.ts', 'package-lock.json'], { cwd: root }).sort()) sources.update(file).update(await readFile(join(root, file)));
  const digest = sources.digest('hex');
  if (existsSync(stamp) && await readFile(stamp, 'utf8') === digest) return;
  const { describedSchemas } = await import('./schemas/describe.ts');
  await rm(target, { recursive: true, force: true });
  for (const [path, text] of await describedSchemas()) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), text);
  }
  await writeFile(stamp, digest);
}

/** Chunk names carry a hash: those of earlier builds would pile up. */
async function removeOldChunks(current: ReadonlySet<string>): Promise<void> {
  const folder = join(root, 'dist', 'cli');
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    if (!current.has(`dist/cli/${name.replace(/\.map$/, '')}`)) await rm(join(folder, name));
  }
}

/** The largest inputs of each bundle, in kB as they stand in it. */
function printSizes(metafiles: readonly Metafile[]): void {
  for (const { outputs } of metafiles) {
    for (const [path, output] of Object.entries(outputs)) {
      if (path.endsWith('.map')) continue;
      console.log(`\n${path}  ${kilobytes(output.bytes)}`);
      const byPackage = new Map<string, number>();
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input.split('/').slice(0, 3).join('/');
        byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput);
      }
      for (const [name, bytes] of [...byPackage].sort((a, b) => b[1] - a[1]).slice(0, 12)) console.log(`  ${kilobytes(bytes).padStart(9)}  ${name}`);
    }
  }
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

if (import.meta.main) {
  try {
    const { milliseconds, sizes, metafiles } = await buildAll({ release: process.argv.includes('--release') });
    if (process.argv.includes('--metafile')) printSizes(metafiles);
    else for (const [path, bytes] of sizes) console.log(`${kilobytes(bytes).padStart(10)}  ${path}`);
    console.log(`built in ${(milliseconds / 1000).toFixed(1)} s`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
