import { readFile } from 'node:fs/promises';
import { ClusterError } from './errors.ts';
import type { Bytes, Context } from './kubeconfig.ts';

/** What a request carries to say who asks. */
export interface Credential {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly token?: string;
  /** A client certificate and its key, in PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

/** Where the token or certificate comes from that is not written in the kubeconfig itself. */
export interface CredentialSource {
  get(signal?: AbortSignal): Promise<Pick<Credential, 'certificate' | 'key'> & { readonly token?: string }>;
  /** The API server answered 401 to this token, or to the certificate: the next one should be new. */
  rejected(token: string | undefined): void;
  /** Somebody did something about a failure: the next question is a new attempt. */
  retry?(): void;
  /** Ends what is running. */
  close?(): void;
}

/** Milliseconds for which a file that was read is believed; client-go takes a minute for tokens. */
const fileLife = 10_000;

/** The credentials of one context's user, always those of now. */
export class Credentials {
  readonly #context: Context;
  readonly #source: CredentialSource | undefined;
  readonly #files = new Map<string, { readonly text: Promise<string>; readonly until: number }>();

  constructor(context: Context, source: CredentialSource | undefined) {
    this.#context = context;
    this.#source = source;
  }

  /** Whether other credentials may come when these were refused. */
  get renewable(): boolean {
    const { user } = this.#context;
    return this.#source !== undefined || user.tokenFile !== undefined || [user.certificate, user.key].some((one) => one !== undefined && 'file' in one);
  }

  async get(signal?: AbortSignal): Promise<Credential> {
    const { user } = this.#context;
    const [source, certificate, key, fileToken] = await Promise.all([
      this.#source?.get(signal), this.read(user.certificate, 'client certificate'), this.read(user.key, 'client key'),
      user.tokenFile === undefined ? undefined : this.read({ file: user.tokenFile }, 'token'),
    ]);
    // As in client-go: a token's file counts more than the token beside it.
    const token = source?.token ?? fileToken?.trim() ?? user.token;
    const authorization = token !== undefined ? `Bearer ${token}`
      : user.username !== undefined ? `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}` : undefined;
    return {
      headers: { ...(authorization === undefined ? {} : { authorization }), ...this.#impersonation() },
      ...(token === undefined ? {} : { token }),
      ...pair(source?.certificate ?? certificate, source?.key ?? key),
    };
  }

  /** The API server refused this one. */
  rejected({ token }: Pick<Credential, 'token'>): void {
    this.#source?.rejected(token);
    this.#files.clear();
  }

  /** Files and programs are asked anew, whatever they said before. */
  retry(): void {
    this.#source?.retry?.();
    this.#files.clear();
  }

  close(): void {
    this.#source?.close?.();
  }

  /** The PEM or text of an entry's bytes. Rejects with a {@link ClusterError} of the hop `kubeconfig`. */
  async read(bytes: Bytes | undefined, what: string): Promise<string | undefined> {
    if (bytes === undefined) return undefined;
    if ('data' in bytes) return Buffer.from(bytes.data, 'base64').toString('utf8');
    const now = performance.now();
    let known = this.#files.get(bytes.file);
    if (known === undefined || known.until < now) {
      known = { text: readFile(bytes.file, 'utf8'), until: now + fileLife };
      this.#files.set(bytes.file, known);
    }
    try {
      return await known.text;
    } catch (cause) {
      this.#files.delete(bytes.file);
      throw new ClusterError('kubeconfig', `The ${what} of the context "${this.#context.name}" cannot be read: ${bytes.file}`, { cause, nextStep: 'Make the file again, as your cluster\'s provider says, or correct its path in the kubeconfig.' });
    }
  }

  #impersonation(): Record<string, string | readonly string[]> {
    const as = this.#context.user.impersonate;
    if (as === undefined) return {};
    return {
      ...(as.user === undefined ? {} : { 'impersonate-user': as.user }),
      ...(as.uid === undefined ? {} : { 'impersonate-uid': as.uid }),
      ...(as.groups.length === 0 ? {} : { 'impersonate-group': as.groups }),
      // A header's name takes fewer characters than a key may have: the others are percent-encoded.
      ...Object.fromEntries(Object.entries(as.extra).map(([key, values]) => [`impersonate-extra-${encodeURIComponent(key)}`, values])),
    };
  }
}

function pair(certificate: string | undefined, key: string | undefined): Pick<Credential, 'certificate' | 'key'> {
  return { ...(certificate === undefined ? {} : { certificate }), ...(key === undefined ? {} : { key }) };
}
