/** Runs files of node:test, each in a process of its own: a crash, a hang or a leak of one leaves the others alone. */
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { endProcess, startProcess } from '../../test/host/processes.ts';
import { resultMark, type TestResult } from '../../test/host/results.ts';
import { anewVariable } from '../../test/sandbox/sandbox.ts';
import { endMark } from './lineReporter.ts';

const reporter = new URL('lineReporter.ts', import.meta.url).href;
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface NodeTestOptions {
  /** How many files run at once. */
  readonly concurrency: number;
  /** Milliseconds for one file; then it is ended with all that it started. */
  readonly timeout: number;
  /** A regular expression that titles must match. */
  readonly filter?: string;
  readonly onResult?: (result: TestResult) => void;
  /**
   * Told of what failed in a file that is therefore run a second time, whose results then count. Without it no file is.
   * For tests that drive a whole VS Code or a cluster, where a busy machine can be the fault.
   */
  readonly onSecondRun?: (failed: readonly TestResult[]) => void;
  /** Waited for after each file. @param seconds that it took, a second run included */
  readonly onFile?: (file: string, seconds: number) => Promise<void>;
}

/** All results of the files (absolute paths); a file that ends early, late or without a test is itself a failed test. */
export async function runNodeTests(files: readonly string[], options: NodeTestOptions): Promise<TestResult[]> {
  const queue = [...files];
  const results: TestResult[] = [];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const began = performance.now();
      for (const result of await settledResults(file, options)) {
        results.push(result);
        options.onResult?.(result);
      }
      await options.onFile?.(file, (performance.now() - began) / 1000);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, options.concurrency) }, worker));
  return results;
}

async function settledResults(file: string, options: NodeTestOptions): Promise<TestResult[]> {
  const run = async (env: NodeJS.ProcessEnv) => {
    const results: TestResult[] = [];
    await runFile(file, env, options, (result) => { results.push(result); });
    return results;
  };
  const first = await run(process.env);
  const failed = first.filter(({ state }) => state === 'failed');
  if (failed.length === 0 || options.onSecondRun === undefined) return first;
  options.onSecondRun(failed);
  return run({ ...process.env, [anewVariable]: 'yes' });
}

async function runFile(file: string, env: NodeJS.ProcessEnv, options: NodeTestOptions, add: (result: TestResult) => void): Promise<void> {
  const name = relative(root, file);
  const child = startProcess(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    ...(options.filter === undefined ? [] : [`--test-name-pattern=${options.filter}`]),
    file,
  ], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const seen = { results: 0, failed: 0, ended: false };
  let output = '';
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === endMark) seen.ended = true;
      else if (line.startsWith(resultMark)) {
        const result = JSON.parse(line.slice(resultMark.length)) as TestResult;
        seen.results++;
        if (result.state === 'failed') seen.failed++;
        add({ ...result, titles: [name, ...result.titles] });
      } else output += `${line}\n`;
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { output += text; });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void endProcess(child);
  }, options.timeout);
  const status = await new Promise<string>((resolve) => {
    child.once('error', (error) => { resolve(error.message); });
    child.once('close', (code, signal) => { resolve(String(code ?? signal)); });
  });
  clearTimeout(timer);
  const fault = late ? `had not ended after ${String(options.timeout / 1000)} s`
    : !seen.ended ? `ended with ${status} before its tests did`
      : status !== '0' && seen.failed === 0 ? `ended with ${status} although no test failed`
        : seen.results === 0 && options.filter === undefined ? 'has no test'
          : undefined;
  if (fault !== undefined) add({ titles: [name, 'the file as a whole'], state: 'failed', detail: `The file ${fault}.\n${output.slice(-4000)}` });
}
