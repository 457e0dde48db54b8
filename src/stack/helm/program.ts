import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { pathFor } from '../../cluster/loginShell.ts';
import type { HelmChoices } from '../choices.ts';

/** How helm reaches the cluster: as everything else of this context does. */
export interface HelmAccess {
  /** The kubeconfig files, in order. */
  readonly kubeconfigs: readonly string[];
  readonly context: string;
  /** The program; `helm` of PATH, or of the login shell's, when not given. */
  readonly program?: string;
}

/** A release of a chart. */
export interface HelmRelease {
  readonly access: HelmAccess;
  readonly namespace: string;
  readonly helm: HelmChoices;
  /** Where relative paths begin: the settings file's folder. */
  readonly folder: string;
}

/** What helm said when it could not do something; the message is its own. */
export class HelmError extends Error {}

/** The arguments that name the chart. */
export function chartArguments({ helm: { chart, version }, folder }: HelmRelease): string[] {
  const beside = resolve(folder, chart);
  return [existsSync(beside) ? beside : chart, ...(version === undefined ? [] : ['--version', version])];
}

/** The arguments of an upgrade or installation. */
export function upgradeArguments(release: HelmRelease): string[] {
  return ['upgrade', '--install', release.helm.release, ...chartArguments(release), '--create-namespace', ...valuesArguments(release)];
}

/** The arguments of rendering without a cluster. */
export function templateArguments(release: HelmRelease): string[] {
  return ['template', release.helm.release, ...chartArguments(release), '--include-crds', ...valuesArguments(release)];
}

function valuesArguments({ helm: { values }, folder }: HelmRelease): string[] {
  return values === undefined ? [] : ['--values', resolve(folder, values)];
}

/**
 * Runs helm, without a shell, and gives what it printed. Cancelled, helm is asked to end, and marks its release as failed itself.
 * @throws HelmError with helm's words, or where there is no helm; the signal's reason when it was cancelled
 */
export async function runHelm({ access: { kubeconfigs, context, program = 'helm' }, namespace, folder }: HelmRelease, args: readonly string[], signal?: AbortSignal, onLine?: (line: string) => void): Promise<string> {
  const path = await pathFor(program);
  signal?.throwIfAborted();
  const child = spawn(program, [...args, '--namespace', namespace, '--kube-context', context], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, env: { ...process.env, PATH: path, KUBECONFIG: kubeconfigs.join(delimiter) },
  });
  const end = () => { child.kill('SIGTERM'); };
  signal?.addEventListener('abort', end, { once: true });
  let [said, complained] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
    for (const line of text.split('\n')) if (line.trim() !== '') onLine?.(line.trim());
  });
  try {
    const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
    signal?.throwIfAborted();
    if (code === 0) return said;
    throw new HelmError((/^Error: ([^]*)/m.exec(complained)?.[1] ?? complained).trim() || `helm ended with ${String(code)}.`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new HelmError(`There is no ${program} in PATH. Install Helm, or take the built-in stack or a folder of manifests.`);
    throw error;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
