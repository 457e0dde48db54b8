import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../host/processes.ts';
import { execUser, type KubeconfigEntry, writeKubeconfig } from './kubeconfig.ts';
import type { Sandbox } from './sandbox.ts';
import { accountToken, execAccount, execCredential, expiredToken } from './users.ts';

/**
 * Exec plugins as they are met:
 * - counted: gives a good token, and keeps what it was told in KUBERNETES_EXEC_INFO
 * - renewing: gives a token whose time is over at its first run, good ones from then on
 * - missing: there is no such program
 * - failing: says why on standard error, and ends with 1
 * - garbled: prints what is no ExecCredential
 * - hanging: asks for a browser on standard error, and waits for an hour
 */
export const pluginContexts = ['counted', 'renewing', 'missing', 'failing', 'garbled', 'hanging'] as const;
export type PluginContext = (typeof pluginContexts)[number];

/** What `failing` and `hanging` say. */
export const failingMessage = 'The session has ended. Sign in with: cloud login';
export const hangingMessage = 'To sign in, open https://login.example.com/device and enter the code KUBE-PROM';
/** What the kubeconfig says about `missing`. */
export const missingHint = 'Install cloud-login from your provider, and start again.';

/** A kubeconfig whose users get their tokens from programs; it goes away at the end of an `await using` block. */
export class ExecPlugins implements AsyncDisposable {
  readonly #folder = temporaryFolder('plugins');

  static async create(sandbox: Sandbox): Promise<ExecPlugins> {
    const plugins = new ExecPlugins();
    await plugins.#write(sandbox);
    return plugins;
  }

  /** The path of a kubeconfig with the contexts of {@link pluginContexts}. */
  get kubeconfig(): string {
    return this.#path('kubeconfig');
  }

  /** How often a plugin has been run. */
  async runs(context: PluginContext): Promise<number> {
    const path = this.#path(`${context}.runs`);
    return existsSync(path) ? (await readFile(path, 'utf8')).length : 0;
  }

  /** What KUBERNETES_EXEC_INFO said at the last run of `counted`. */
  async execInfo(): Promise<unknown> {
    return JSON.parse(await readFile(this.#path('info'), 'utf8'));
  }

  [Symbol.asyncDispose](): Promise<void> {
    removeFolder(this.#folder);
    return Promise.resolve();
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  async #write(sandbox: Sandbox): Promise<void> {
    const [good, expired] = [this.#path('good.json'), this.#path('expired.json')];
    await writeFile(good, execCredential(await accountToken(sandbox.cluster, execAccount)), { mode: 0o600 });
    await writeFile(expired, execCredential(await expiredToken(sandbox.folders)), { mode: 0o600 });
    const scripts: Record<Exclude<PluginContext, 'missing'>, string> = {
      counted: `printf %s "$KUBERNETES_EXEC_INFO" > '${this.#path('info')}'; cat '${good}'`,
      renewing: `if [ -e '${this.#path('renewed')}' ]; then cat '${good}'; else : > '${this.#path('renewed')}'; cat '${expired}'; fi`,
      failing: `echo '${failingMessage}' >&2; exit 1`,
      garbled: 'echo signed in',
      hanging: `echo '${hangingMessage}' >&2; exec sleep 3600`,
    };
    const entries = pluginContexts.map((name): KubeconfigEntry => ({
      name,
      user: name === 'missing'
        ? execUser('cloud-login-of-no-provider', ['token'], { installHint: missingHint })
        : execUser('sh', ['-c', `printf . >> '${this.#path(`${name}.runs`)}'; ${scripts[name]}`], { provideClusterInfo: true }),
    }));
    await writeKubeconfig(this.kubeconfig, sandbox.cluster.access, entries);
  }
}
