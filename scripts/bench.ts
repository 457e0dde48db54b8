/**
 * Compares Kubeprom with promtool and kubeconform, and its server with yaml-language-server, in one run.
 * Needs Go for its first run, `npm run build`, and ../shared. Usage: npm run bench [-- --rounds 5] [-- --edits 40]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serverArguments, serverEnvironment } from '../src/server/protocol.ts';
import { chartFrames } from '../test/bench/charts.ts';
import { firstPaint } from '../test/bench/dashboards.ts';
import { editing, type Editing, indexing } from '../test/bench/editing.ts';
import { grafanaUi } from '../test/bench/grafanaUi.ts';
import { type GrownInput, grownRules } from '../test/bench/grownRules.ts';
import { program } from '../test/bench/programs.ts';
import { gzipped, largestDashboardScript, releasedScript } from '../test/bench/sizes.ts';
import { sandboxUnavailable } from '../test/sandbox/sandbox.ts';
import { missingShared } from '../test/shared.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, edits: { type: 'string', default: '40' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.js');
const missing = missingShared('kube-prometheus') ?? (existsSync(cli) ? undefined : 'dist/cli.js is not built; run "npm run build" first');
if (missing !== undefined) {
  console.error(`bench: ${missing}`);
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), 'kubeprom-bench-'));
try {
  const promtool = await program('promtool');
  const kubeconform = await program('kubeconform');
  console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${String(availableParallelism())} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB. The best of ${values.rounds} runs of whole processes, by turns, in seconds.\n`);
  console.log('| input | kubeprom check | promtool | kubeconform | kubeprom ÷ promtool | kubeprom ÷ both |\n|---|---:|---:|---:|---:|---:|');
  for (const [files, rules] of [[200, 2000], [1, 5000]] as const) {
    const input = grownRules(files, rules);
    const { manifests, plain } = await write(input, `${String(files)}-files`);
    const best = fastest(Number(values.rounds), [
      [process.execPath, [cli, 'check', manifests]],
      [promtool, ['check', 'rules', ...plain]],
      [kubeconform, ['-summary', '-schema-location', `${join(root, 'schemas/v0.93.1')}/{{ .ResourceKind }}s.{{ .ResourceAPIVersion }}.json`, manifests]],
    ]);
    const [ours = 0, rulesOnly = 0, schemaOnly = 0] = best;
    const what = `${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}, ${input.rules.toLocaleString('en')} rules, ${input.lines.toLocaleString('en')} lines`;
    console.log(`| ${what} | ${seconds(ours)} | ${seconds(rulesOnly)} | ${seconds(schemaOnly)} | ${(ours / rulesOnly).toFixed(2)} | ${(ours / (rulesOnly + schemaOnly)).toFixed(2)} |`);
  }
  console.log('\nIn the file of 5,000 rules, in milliseconds: a letter is typed until its diagnostics are published (with the CPU time of the server), and completion is asked for.\n');
  console.log('| server | opened | edit p50 | edit p95 | CPU per edit | completion p50 | completion p95 | memory |\n|---|---:|---:|---:|---:|---:|---:|---:|');
  const [text = ''] = grownRules(1, 5000).manifests.values();
  const ours = { command: process.execPath, args: [...serverArguments, join(root, 'dist/server.cjs'), '--stdio'], environment: serverEnvironment };
  row('kubeprom', await editing(ours, text, Number(values.edits)));
  const peer = yamlLanguageServer();
  if (peer === undefined) {
    console.log('| yaml-language-server | not installed | | | | | | |');
  } else {
    const schema = join(root, 'schemas/v0.93.1/prometheusrules.v1.json');
    const settings = { validate: true, hover: true, schemas: { [schema]: ['*.yaml'] }, schemaStore: { enable: false } };
    row('yaml-language-server, schema only', await editing({ command: process.execPath, args: [peer, '--stdio'], settings }, text, Math.min(10, Number(values.edits))));
  }
  const { longest, total } = await indexing(ours, grownRules(500, 5000).manifests, 50);
  console.log(`\nWhile 500 rule files of a workspace are read in the background (${total.toFixed(0)} ms), a small question waits ${longest.toFixed(0)} ms at most.`);
  console.log('\nWhat the files of a workspace say together:\n');
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--expose-gc', join(root, 'test/bench/links.ts')], { stdio: 'inherit' });
  console.log('\nMany alerts and silences of an Alertmanager, first seen and changed:\n');
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'test/bench/alerts.ts')], { stdio: 'inherit' });
  if (sandboxUnavailable() === undefined) {
    console.log('\nA large cluster, first seen and changed:\n');
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'test/bench/liveModel.ts')], { stdio: 'inherit' });
    console.log('\nA stack from nothing:\n');
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'test/bench/stackApply.ts')], { stdio: 'inherit' });
  }
  console.log('\nAn answer of Grafana, through the proxy of its panel and directly:\n');
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'test/bench/grafanaProxy.ts'), '--port-forward'], { stdio: 'inherit' });
  const { ours: chart, uPlot } = await chartFrames(200);
  console.log(`\nA graph of 50 series × 5,000 points that is panned and zoomed in Chromium: ${chart.p50.toFixed(0)} ms a frame (p95 ${chart.p95.toFixed(0)}), bare uPlot ${uPlot.p50.toFixed(0)} (p95 ${uPlot.p95.toFixed(0)}): ${(chart.p50 / uPlot.p50).toFixed(2)} ×, p95 ${(chart.p95 / uPlot.p95).toFixed(2)} ×.`);
  const script = await releasedScript('dashboard');
  const { first, all, cpu } = await firstPaint(script, 9);
  const theirs = await grafanaUi().then(({ version, gzip, withoutEditor }) => `that of a page with @grafana/ui ${version} ${kilobytes(gzip)} (${kilobytes(withoutEditor)} without its code editor): ${(gzipped(script) / gzip).toFixed(2)} × (${(gzipped(script) / withoutEditor).toFixed(2)} ×)`, (error: unknown) => `@grafana/ui could not be installed: ${error instanceof Error ? error.message : String(error)}`);
  console.log(`\nA dashboard of 30 panels with data from memory: the first painted ${first.toFixed(0)} ms after its page listens, all after ${all.toFixed(0)} (goal 300); ${cpu.toFixed(0)} ms of the processor. Its script, gzip: ${kilobytes(gzipped(script))} (goal ${kilobytes(largestDashboardScript)}); ${theirs}.`);
} finally {
  await rm(folder, { recursive: true });
}

async function write(input: GrownInput, name: string): Promise<{ manifests: string; plain: string[] }> {
  const manifests = join(folder, name, 'manifests');
  const plain = join(folder, name, 'plain');
  for (const [target, files] of [[manifests, input.manifests], [plain, input.ruleFiles]] as const) {
    await mkdir(target, { recursive: true });
    for (const [file, content] of files) await writeFile(join(target, file), content);
  }
  return { manifests, plain: [...input.ruleFiles.keys()].map((file) => join(plain, file)) };
}

/** The shortest time of each command in milliseconds; by turns, so that a busy moment hits all of them. */
function fastest(rounds: number, commands: readonly (readonly [string, readonly string[]])[]): number[] {
  const best = commands.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [command, args]] of commands.entries()) {
      const started = performance.now();
      const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
      const time = performance.now() - started;
      // Everyone who finds no fault ends with 0.
      if (status !== 0) throw new Error(`${command} ended with ${String(status)}:\n${stderr.slice(0, 2000)}${stdout.slice(0, 2000)}`);
      best[index] = Math.min(best[index] ?? time, time);
    }
  }
  return best;
}

function row(name: string, { opened, edit, cpu, completion, memory }: Editing): void {
  const cells = [opened, edit.p50, edit.p95, cpu, completion.p50, completion.p95].map((milliseconds) => milliseconds.toFixed(0));
  console.log(`| ${name} | ${cells.join(' | ')} | ${memory === undefined ? '?' : memory.toFixed(0)} MB |`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

function yamlLanguageServer(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('yaml-language-server/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Readonly<Record<string, string>> };
    return bin['yaml-language-server'] === undefined ? undefined : join(dirname(manifest), bin['yaml-language-server']);
  } catch {
    return undefined;
  }
}
