// Without `node:`: VS Code patches what is required by this name, and so the provider is reached through the proxy of its settings.
import { request } from 'https';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CredentialSource } from './credentials.ts';
import { ClusterError } from './errors.ts';
import type { Context } from './kubeconfig.ts';

/** Milliseconds for an answer of the identity provider. */
const timeout = 20_000;

/**
 * The id token of a kubeconfig's `auth-provider: oidc`, renewed with its refresh token (OpenID Connect Core 1.0, 12).
 * Renewed tokens stay in memory: the kubeconfig is the user's.
 */
export class OidcTokens implements CredentialSource {
  readonly #context: Context;
  readonly #config: Readonly<Record<string, string>>;
  #token: string | undefined;
  #refreshToken: string | undefined;
  #renewing: Promise<string> | undefined;

  constructor(context: Context, config: Readonly<Record<string, string>>) {
    this.#context = context;
    this.#config = config;
    this.#token = config['id-token'];
    this.#refreshToken = config['refresh-token'];
  }

  async get(): Promise<{ readonly token: string }> {
    if (this.#token !== undefined && expiry(this.#token) > Date.now() + 10_000) return { token: this.#token };
    this.#renewing ??= this.#renew().finally(() => { this.#renewing = undefined; });
    return { token: await this.#renewing };
  }

  rejected(token: string | undefined): void {
    if (this.#token === token && this.#refreshToken !== undefined) this.#token = undefined;
  }

  async #renew(): Promise<string> {
    const issuer = this.#config['idp-issuer-url'];
    const client = this.#config['client-id'];
    const fail = (message: string, cause?: unknown) => new ClusterError('auth', `The login of the context "${this.#context.name}" cannot be renewed: ${message}`, { cause, nextStep: 'Log in again, as your cluster\'s provider says.' });
    if (this.#refreshToken === undefined) throw fail('its time is over, and there is no refresh token.');
    if (issuer === undefined || client === undefined) throw fail('idp-issuer-url or client-id is missing in the kubeconfig.');
    try {
      const authority = await this.#authority();
      const { token_endpoint: endpoint } = await this.#ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, authority);
      if (typeof endpoint !== 'string') throw new Error('the provider names no token endpoint');
      const secret = this.#config['client-secret'];
      const answer = await this.#ask(endpoint, authority, new URLSearchParams({ grant_type: 'refresh_token', refresh_token: this.#refreshToken, client_id: client, ...(secret === undefined ? {} : { client_secret: secret }) }));
      if (typeof answer['id_token'] !== 'string') throw new Error('the provider gave no id_token');
      if (typeof answer['refresh_token'] === 'string') this.#refreshToken = answer['refresh_token'];
      return (this.#token = answer['id_token']);
    } catch (error) {
      throw fail(error instanceof Error ? error.message : String(error), error);
    }
  }

  async #authority(): Promise<string | undefined> {
    const data = this.#config['idp-certificate-authority-data'];
    const file = this.#config['idp-certificate-authority'];
    if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    return file === undefined ? undefined : readFile(resolve(dirname(this.#context.userFile), file), 'utf8');
  }

  #ask(address: string, authority: string | undefined, form?: URLSearchParams): Promise<Readonly<Record<string, unknown>>> {
    const body = form?.toString();
    return new Promise((done, reject) => {
      const outgoing = request(address, {
        method: body === undefined ? 'GET' : 'POST', timeout,
        ...(authority === undefined ? {} : { ca: authority }),
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }) },
      }, (answer) => {
        text(answer).then((content) => {
          if (answer.statusCode !== 200) throw new Error(`the provider answered ${String(answer.statusCode)}: ${content.slice(0, 200)}`);
          done(JSON.parse(content) as Record<string, unknown>);
        }).catch(reject);
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error('the provider does not answer')));
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}

/** When a JWT ends, in milliseconds since 1970; 0 when that cannot be read. */
function expiry(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number' ? claims.exp * 1000 : 0;
  } catch {
    return 0;
  }
}
