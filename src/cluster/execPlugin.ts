import { spawn, type ChildProcess } from 'node:child_process';
import type { CredentialSource } from './credentials.ts';
import { ClusterError } from './errors.ts';
import type { Context, ExecEntry } from './kubeconfig.ts';
import { pathFor } from './loginShell.ts';

export interface ExecOptions {
  /** Whether programs that a kubeconfig names may run: its file is the user's own, or the workspace is trusted. */
  readonly allowed: (context: Context) => boolean;
  /** Shows what a plugin asks of the user, for example to open a page in the browser. */
  readonly say?: (message: string, context: Context) => void;
  /** Milliseconds for a run; 60,000 when not given. A plugin that asked for a browser gets five times as much. */
  readonly timeout?: number;
}

interface Got {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly since: number;
}

/** Before its end a credential counts as over: it has to arrive in time. Milliseconds. */
const margin = 10_000;
/** A credential that was refused is not asked for again within these milliseconds: the plugin would give the same. */
const patience = 5_000;
/** Milliseconds for which a failed run counts for all who ask; doubled by each further failure. A run may open a browser. */
const firstFailure = 20_000;
const lastFailure = 600_000;

/** Credentials from a program, as client-go's exec authenticator runs it: one run for all who wait, kept until they end. */
export class ExecPlugin implements CredentialSource {
  readonly #context: Context;
  readonly #entry: ExecEntry;
  readonly #options: ExecOptions;
  readonly #authority: () => Promise<string | undefined>;
  #got: Got | undefined;
  #running: Promise<Got> | undefined;
  #failure: { readonly error: unknown; readonly until: number; readonly life: number } | undefined;
  #child: ChildProcess | undefined;

  /** @param authority the cluster's certificate authority in PEM, for plugins that want to know the cluster */
  constructor(context: Context, entry: ExecEntry, options: ExecOptions, authority: () => Promise<string | undefined>) {
    this.#context = context;
    this.#entry = entry;
    this.#options = options;
    this.#authority = authority;
  }

  async get(signal?: AbortSignal): Promise<Got> {
    if (this.#got !== undefined && Date.now() < this.#got.expires - margin) return this.#got;
    if (this.#failure !== undefined && performance.now() < this.#failure.until) throw this.#failure.error;
    this.#running ??= this.#run().then((got) => this.#succeeded(got), (error: unknown) => this.#failed(error)).finally(() => { this.#running = undefined; });
    return signal === undefined ? this.#running : untilAborted(this.#running, signal);
  }

  rejected(token: string | undefined): void {
    if (this.#got !== undefined && this.#got.token === token && Date.now() - this.#got.since > patience) this.#got = undefined;
  }

  retry(): void {
    this.#failure = undefined;
  }

  #succeeded(got: Got): Got {
    this.#failure = undefined;
    return (this.#got = got);
  }

  #failed(error: unknown): never {
    const life = this.#failure === undefined ? firstFailure : Math.min(lastFailure, this.#failure.life * 2);
    this.#failure = { error, life, until: performance.now() + life };
    throw error;
  }

  close(): void {
    endTree(this.#child);
  }

  async #run(): Promise<Got> {
    const { command, installHint, interactiveMode } = this.#entry;
    const fail = (message: string, nextStep?: string, cause?: unknown) => new ClusterError('exec', message, { ...(nextStep === undefined ? {} : { nextStep }), cause });
    if (!this.#options.allowed(this.#context)) {
      throw fail(`The context "${this.#context.name}" wants to run the program ${command}, which is not allowed here.`, 'Trust this workspace, if you trust the kubeconfig in it.');
    }
    if (interactiveMode === 'Always') throw fail(`The program ${command} needs a terminal.`, `Set interactiveMode of the user "${this.#context.user.name}" to IfAvailable, or log in in a terminal and use another context.`);
    const path = await pathFor(command);
    const environment = { ...process.env, PATH: path, ...this.#entry.env, KUBERNETES_EXEC_INFO: JSON.stringify(await this.#info()) };
    const { code, output, complaint, late } = await this.#spawned(environment);
    const said = complaint.trim().split('\n').slice(-3).join(' ');
    if (late) throw fail(`The program ${command}, which gives the credentials of "${this.#context.name}", did not end in time.${said === '' ? '' : ` It said: ${said}`}`, `Run it in a terminal: ${[command, ...this.#entry.args].join(' ')}`);
    if (typeof code !== 'number') throw fail(`The program ${command}, which gives the credentials of "${this.#context.name}", cannot be run: ${code.message}.`, installHint ?? `Install ${command}, or put its whole path into the kubeconfig.`, code);
    if (code !== 0) throw fail(`The program ${command}, which gives the credentials of "${this.#context.name}", failed (exit code ${String(code)}): ${said === '' ? 'it said nothing' : said}`, `Run it in a terminal: ${[command, ...this.#entry.args].join(' ')}`);
    const got = readCredential(output, this.#entry.apiVersion);
    if (typeof got === 'string') throw fail(`The program ${command} printed no credential: ${got}`, `Run it in a terminal: ${[command, ...this.#entry.args].join(' ')}`);
    return got;
  }

  async #info(): Promise<object> {
    const { cluster } = this.#context;
    const spec: Record<string, unknown> = { interactive: false };
    if (this.#entry.provideClusterInfo) {
      const authority = await this.#authority();
      spec['cluster'] = {
        server: cluster.server, 'insecure-skip-tls-verify': cluster.insecure, 'tls-server-name': cluster.tlsServerName, 'proxy-url': cluster.proxyUrl,
        'certificate-authority-data': authority === undefined ? undefined : Buffer.from(authority).toString('base64'), config: this.#entry.config,
      };
    }
    return { apiVersion: this.#entry.apiVersion, kind: 'ExecCredential', spec };
  }

  #spawned(env: NodeJS.ProcessEnv): Promise<{ code: number | Error; output: string; complaint: string; late: boolean }> {
    const { command, args } = this.#entry;
    const timeout = this.#options.timeout ?? 60_000;
    return new Promise((resolve) => {
      let output = '';
      let complaint = '';
      let late = false;
      // A group of its own, so that what the program started ends with it.
      const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, detached: process.platform !== 'win32' });
      this.#child = child;
      const stop = () => { late = true; endTree(child); };
      let timer = setTimeout(stop, timeout);
      const said = new Set<string>();
      child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaint = (complaint + text).slice(-16_000);
        for (const line of complaint.split('\n')) {
          if (!/https?:\/\/\S|device code|browser/i.test(line) || said.has(line) || !complaint.includes(`${line}\n`)) continue;
          if (said.size === 0) {
            clearTimeout(timer);
            timer = setTimeout(stop, timeout * 5);
          }
          said.add(line);
          this.#options.say?.(line.trim(), this.#context);
        }
      });
      const end = (code: number | Error) => {
        clearTimeout(timer);
        this.#child = undefined;
        resolve({ code, output, complaint, late });
      };
      child.once('error', end);
      child.once('close', (code, signal) => { end(code ?? new Error(`it was ended by ${signal ?? 'a signal'}`)); });
    });
  }
}

/** The credential that a program printed, or what is wrong with it. */
function readCredential(output: string, apiVersion: string): Got | string {
  let credential: unknown;
  try {
    credential = JSON.parse(output);
  } catch {
    return output.trim() === '' ? 'nothing' : 'this is no JSON';
  }
  const { kind, apiVersion: version, status } = (typeof credential === 'object' && credential !== null ? credential : {}) as { kind?: unknown; apiVersion?: unknown; status?: unknown };
  if (kind !== 'ExecCredential') return 'its kind is not ExecCredential';
  if (version !== apiVersion) return `its apiVersion is ${String(version)}, and the kubeconfig says ${apiVersion}`;
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = (typeof status === 'object' && status !== null ? status : {}) as Record<string, unknown>;
  if (typeof token !== 'string' && typeof certificate !== 'string') return 'there is neither token nor clientCertificateData in its status';
  if (typeof certificate === 'string' !== (typeof key === 'string')) return 'clientCertificateData and clientKeyData belong together';
  const expires = typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Infinity;
  return {
    since: Date.now(), expires: Number.isNaN(expires) ? Infinity : expires,
    ...(typeof token === 'string' ? { token } : {}), ...(typeof certificate === 'string' ? { certificate } : {}), ...(typeof key === 'string' ? { key } : {}),
  };
}

function endTree(child: ChildProcess | undefined): void {
  if (child?.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const aborted = () => { reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')); };
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => { signal.removeEventListener('abort', aborted); });
  });
}
