import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { isIn, pathFor } from '../cluster/loginShell.ts';

/** Milliseconds for one chart. Helm takes a few hundred; one that reads a slow disk or loops in its templates is ended. */
const usualTimeout = 30_000;
/** Bytes that are read of what helm prints: kube-prometheus-stack's are a few million. */
const maximumOutput = 20_000_000;

/** Charts ask for the operator's kinds before they make objects of them; without a cluster helm would say that there are none. */
const operatorApis = ['v1', 'v1/Alertmanager', 'v1/PodMonitor', 'v1/Probe', 'v1/Prometheus', 'v1/PrometheusRule', 'v1/ServiceMonitor', 'v1/ThanosRuler', 'v1alpha1', 'v1alpha1/AlertmanagerConfig', 'v1alpha1/PrometheusAgent', 'v1alpha1/ScrapeConfig']
  .map((version) => `monitoring.coreos.com/${version}`);

export interface HelmTemplateOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; 30,000 when not given. */
  readonly timeout?: number;
}

/** What helm printed, or a sentence that says why it printed nothing, for whoever reads the chart. */
export type HelmOutput = { readonly output: string } | { readonly failure: string };

/**
 * Renders the chart of a folder (an absolute path) with its own values, as a release of the folder's name in the namespace
 * `default`, by the `helm` in PATH or in that of the user's login shell. It asks no cluster: templates are only filled in, hooks
 * are left out. Rejects only when `signal` ends it.
 */
export async function helmTemplate(folder: string, { signal, timeout = usualTimeout }: HelmTemplateOptions = {}): Promise<HelmOutput> {
  const path = await pathFor('helm');
  signal?.throwIfAborted();
  if (!isIn(path, 'helm')) return { failure: 'There is no helm in PATH, so what the templates of this chart make is not known. Install helm (https://helm.sh/docs/intro/install).' };
  const args = ['template', releaseName(folder), folder, '--namespace', 'default', '--no-hooks', '--skip-tests', ...operatorApis.flatMap((api) => ['--api-versions', api])];
  return new Promise((resolve, reject) => {
    execFile('helm', args, { env: { ...process.env, PATH: path }, timeout, killSignal: 'SIGKILL', maxBuffer: maximumOutput, windowsHide: true, encoding: 'utf8', ...(signal === undefined ? {} : { signal }) }, (error, output, complaint) => {
      if (signal?.aborted === true) reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      else if (error === null) resolve({ output });
      else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') resolve({ failure: `helm prints more than ${String(maximumOutput / 1e6)} MB for this chart, so what its templates make is not read.` });
      else if (error.killed === true) resolve({ failure: `helm had not rendered this chart after ${String(timeout / 1000)} s and was ended, so what its templates make is not known.` });
      else resolve({ failure: `helm cannot render this chart, so what its templates make is not known: ${complaintOf(complaint, error.message)}` });
    });
  });
}

/** A name that helm accepts: its letters, digits and hyphens, at most 53. */
function releaseName(folder: string): string {
  const name = basename(folder).toLowerCase().replace(/[^a-z0-9-]+/g, '-').slice(0, 53).replace(/^-+|-+$/g, '');
  return name === '' ? 'chart' : name;
}

/** Helm's own words, on one line. */
function complaintOf(complaint: string, otherwise: string): string {
  const lines = complaint.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !/^(?:WARNING|level=|time=|Use --debug)/.test(line));
  const text = (lines.length === 0 ? otherwise : lines.join(' ')).replace(/^Error: /, '');
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
