import { type Event, EventEmitter, type ExtensionContext, workspace } from 'vscode';
import type { ConfiguredServer } from '../../../monitoring/clusterMonitoring.ts';
import type { ConfiguredQueryEnd } from '../../../monitoring/queryEnds.ts';
import { DisposableStore } from '../../disposables.ts';
import { settings } from '../../names.ts';

/** An entry of the setting. */
export type ServerAddress = Pick<ConfiguredServer, 'kind' | 'name' | 'url'>;

/** An entry of the setting about query ends. @see ConfiguredQueryEnd */
export type QueryEndEntry = Pick<ConfiguredQueryEnd, 'kind' | 'instance' | 'url' | 'tenant'> & { readonly context?: string };

export const addressKinds = ['Prometheus', 'Alertmanager', 'ThanosRuler'] as const;

/**
 * Prometheus and Alertmanager servers that the settings name, with their secret headers. A secret belongs to an address, not to
 * a name: whoever changes the address of an entry is not sent the token of the one before.
 */
export class ServerAddresses extends DisposableStore {
  readonly #context: ExtensionContext;
  readonly #changed = this.add(new EventEmitter<void>());
  /** The settings, or a secret, are others. */
  readonly onChange: Event<void> = this.#changed.event;

  constructor(context: ExtensionContext) {
    super();
    this.#context = context;
    this.add(workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(settings.serverAddresses) || event.affectsConfiguration(settings.queryEnds)) this.#changed.fire(); }));
    this.add(context.secrets.onDidChange(({ key }) => { if (key.startsWith(secretPrefix)) this.#changed.fire(); }));
  }

  /** The entries that can be used; of several with one kind and name, the first. */
  get all(): readonly ServerAddress[] {
    const found = new Map<string, ServerAddress>();
    for (const address of entries().flatMap((entry) => addressOf(entry) ?? [])) {
      const key = `${address.kind}//${address.name}`;
      found.set(key, found.get(key) ?? address);
    }
    return [...found.values()];
  }

  /** With their headers, for requests. */
  servers(): Promise<readonly ConfiguredServer[]> {
    return Promise.all(this.all.map(async (address) => ({ ...address, headers: await this.headers(address.url) })));
  }

  /** The servers that answer queries for instances of others, in any context. */
  get queryEnds(): readonly QueryEndEntry[] {
    return entries(settings.queryEnds).flatMap((entry) => queryEndOf(entry) ?? []);
  }

  /** Those of a context, with their headers. */
  queryEndsOf(context: string): Promise<readonly ConfiguredQueryEnd[]> {
    return Promise.all(this.queryEnds.filter((entry) => entry.context === undefined || entry.context === context).map(async ({ kind, instance, url, tenant }) => ({ kind, instance, tenant, ...(url === undefined ? {} : { url, headers: await this.headers(url) }) })));
  }

  async headers(url: string): Promise<Readonly<Record<string, string>>> {
    try {
      const value: unknown = JSON.parse(await this.#context.secrets.get(secretPrefix + url) ?? '{}');
      return Object.fromEntries(Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    } catch {
      return {};
    }
  }

  /** Keeps the headers of an address in the SecretStorage; none: forgets them. */
  async setHeaders(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
    if (Object.keys(headers).length === 0) await this.#context.secrets.delete(secretPrefix + url);
    else await this.#context.secrets.store(secretPrefix + url, JSON.stringify(headers));
  }

  /** Adds an entry to the user's settings, in place of one of the same kind and name. */
  async put(address: ServerAddress): Promise<void> {
    const others = entries().filter((entry) => { const known = addressOf(entry); return known?.kind !== address.kind || known.name !== address.name; });
    await this.#write([...others, address]);
  }

  async remove(address: ServerAddress): Promise<void> {
    await this.#write(entries().filter((entry) => { const known = addressOf(entry); return known?.kind !== address.kind || known.name !== address.name; }));
    await this.setHeaders(address.url, {});
  }

  async #write(all: readonly unknown[]): Promise<void> {
    await workspace.getConfiguration().update(settings.serverAddresses, all, true);
  }
}

const secretPrefix = 'kubeprom.serverHeaders:';

function entries(setting: string = settings.serverAddresses): readonly unknown[] {
  const value = workspace.getConfiguration().get<unknown>(setting);
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function addressOf(entry: unknown): ServerAddress | undefined {
  const { kind, name, url } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const known = addressKinds.find((one) => one === kind);
  return known === undefined || typeof name !== 'string' || name === '' || typeof url !== 'string' || urlFault(url) !== undefined ? undefined : { kind: known, name, url: url.replace(/\/+$/, '') };
}

function queryEndOf(entry: unknown): QueryEndEntry | undefined {
  const { kind, instance, url, context, tenant } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const known = (['thanos', 'mimir', 'other'] as const).find((one) => one === kind) ?? 'other';
  if (typeof instance !== 'string' || url !== undefined && (typeof url !== 'string' || urlFault(url) !== undefined)) return undefined;
  return { kind: known, instance, ...(url === undefined ? {} : { url: url.replace(/\/+$/, '') }), ...(typeof context === 'string' ? { context } : {}), ...(typeof tenant === 'string' && tenant !== '' ? { tenant } : {}) };
}

/** Why a text is no address of a server, as a sentence; undefined when it is one. */
export function urlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'Write a whole address, such as https://prometheus.example.com or http://127.0.0.1:9090/prometheus.';
  const { protocol, username, password, search, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'Only http and https are possible.';
  if (username !== '' || password !== '') return 'Leave user and password out: they are asked for next, and kept in the secret storage.';
  return search === '' && hash === '' ? undefined : 'Leave out everything from ? or # on.';
}
