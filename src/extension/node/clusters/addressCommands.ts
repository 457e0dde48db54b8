import { commands as vscodeCommands, window } from 'vscode';
import type { Clusters } from '../../clusters/connection.ts';
import { DisposableStore } from '../../disposables.ts';
import { commands } from '../../names.ts';
import { addressKinds, type ServerAddress, type ServerAddresses, urlFault } from './serverAddresses.ts';

/** Adding, removing and authorizing servers at addresses. */
export class AddressCommands extends DisposableStore {
  readonly #addresses: ServerAddresses;

  /** @param shown what to do with an address that was added */
  constructor(addresses: ServerAddresses, clusters: Pick<Clusters, 'read'>, shown: () => Promise<void>) {
    super();
    this.#addresses = addresses;
    this.add(vscodeCommands.registerCommand(commands.addServer, async () => {
      const address = await askAddress();
      if (address === undefined) return;
      const headers = await askHeaders(address);
      if (headers === undefined) return;
      if (headers !== 'keep') await addresses.setHeaders(address.url, headers);
      await addresses.put(address);
      await clusters.read();
      await shown();
    }));
    this.add(vscodeCommands.registerCommand(commands.setServerHeaders, async () => {
      const queriers = addresses.queryEnds.flatMap(({ instance, url }) => (url === undefined ? [] : [{ kind: 'Prometheus' as const, name: `querier of ${instance}`, url }]));
      const address = await this.#pick('Set the secret headers of which server?', [...addresses.all, ...queriers]);
      const headers = address === undefined ? undefined : await askHeaders(address);
      if (address !== undefined && headers !== undefined && headers !== 'keep') await addresses.setHeaders(address.url, headers);
    }));
    this.add(vscodeCommands.registerCommand(commands.removeServer, async () => {
      const address = await this.#pick('Remove which server? Its secret headers are forgotten.');
      if (address !== undefined) await addresses.remove(address);
    }));
  }

  async #pick(title: string, offered: readonly ServerAddress[] = this.#addresses.all): Promise<ServerAddress | undefined> {
    const items = offered.map((address) => ({ label: address.name, description: address.kind, detail: address.url, address }));
    if (items.length === 0) void window.showInformationMessage('No server address is in the settings: add one with Kubeprom: Add Server Address.');
    return (await window.showQuickPick(items, { title, matchOnDetail: true }))?.address;
  }
}

async function askAddress(): Promise<ServerAddress | undefined> {
  const kind = await window.showQuickPick(addressKinds.map((label) => ({ label, detail: details[label] })), { title: 'Add a server address (1/3): what is there?' });
  if (kind === undefined) return undefined;
  const url = await window.showInputBox({
    title: `Add a server address (2/3): where is the ${kind.label}?`, prompt: 'With the path below which its API stands, if there is one.', placeHolder: 'https://prometheus.example.com', ignoreFocusOut: true, validateInput: urlFault,
  });
  if (url === undefined) return undefined;
  const name = await window.showInputBox({ title: 'Add a server address (3/3): its name in the views', value: new URL(url).host, ignoreFocusOut: true, validateInput: (text) => (text.trim() === '' ? 'It needs a name.' : text.includes(' > ') ? 'A name cannot hold “ > ”.' : undefined) });
  return name === undefined ? undefined : { kind: kind.label, name: name.trim(), url: url.replace(/\/+$/, '') };
}

const details: Readonly<Record<ServerAddress['kind'], string>> = {
  Prometheus: 'or what answers like one: Thanos Query, Mimir, VictoriaMetrics', Alertmanager: 'alerts and silences', ThanosRuler: 'rules and their alerts',
};

/** `keep`: as they are; undefined: given up. */
async function askHeaders({ url, name }: ServerAddress): Promise<Readonly<Record<string, string>> | 'keep' | undefined> {
  const ways = [
    { label: 'No secret', way: 'none' }, { label: 'Bearer token', way: 'bearer' }, { label: 'User and password', way: 'basic' }, { label: 'Another header', detail: 'such as X-Scope-OrgID', way: 'other' }, { label: 'Keep what is stored', way: 'keep' },
  ] as const;
  const chosen = await window.showQuickPick(ways, { title: `How does ${name} know you?`, placeHolder: `It is kept in the secret storage and sent to ${url} only.`, ignoreFocusOut: true });
  switch (chosen?.way) {
    case undefined: return undefined;
    case 'keep': return 'keep';
    case 'none': return {};
    case 'bearer': {
      const token = await secret('Bearer token');
      return token === undefined ? undefined : { authorization: `Bearer ${token}` };
    }
    case 'basic': {
      const user = await window.showInputBox({ title: 'User', ignoreFocusOut: true });
      const password = user === undefined ? undefined : await secret('Password');
      return user === undefined || password === undefined ? undefined : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    }
    case 'other': {
      const header = await window.showInputBox({ title: 'Name of the header', value: 'X-Scope-OrgID', ignoreFocusOut: true, validateInput: (text) => (/^[!#$%&'*+.^_`|~\w-]+$/.test(text) ? undefined : 'Letters, digits and - only.') });
      const value = header === undefined ? undefined : await secret(header);
      return header === undefined || value === undefined ? undefined : { [header.toLowerCase()]: value };
    }
  }
}

async function secret(title: string): Promise<string | undefined> {
  const text = await window.showInputBox({ title, password: true, ignoreFocusOut: true, validateInput: (value) => (/^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? undefined : 'A header cannot hold such characters.') });
  return text?.trim();
}
