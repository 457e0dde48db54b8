import { unseenOf } from '../../../monitoring/connectionLoss.ts';
import type { ClusterConnection, ConnectionState, Inspection, ObjectText, Trouble } from '../../clusters/connection.ts';
import { inspectServer } from './inspections.ts';
import { LiveConnection } from './liveConnection.ts';
import type { ServerAddresses } from './serverAddresses.ts';

/** The servers that the settings name, as if they were one cluster: everything but what only Kubernetes knows. */
export class AddressConnection extends LiveConnection implements ClusterConnection {
  readonly name = 'server addresses';
  readonly server = 'the addresses in the settings';
  readonly user = 'the headers in the secret storage';
  readonly writtenIn = 'the settings';
  readonly namespace = '';
  readonly operatorVersion = undefined;
  readonly writer = undefined;
  readonly sources = undefined;
  readonly stacks = [];
  readonly #addresses: ServerAddresses;

  constructor(addresses: ServerAddresses) {
    super();
    this.#addresses = addresses;
    this.add(addresses.onChange(() => { void this.#setServers(); }));
  }

  dashboardObjects(): Promise<readonly ObjectText[]> {
    return Promise.resolve([]);
  }

  get state(): ConnectionState {
    return this.monitoring === undefined ? 'not connected' : 'connected';
  }

  get troubles(): readonly Trouble[] {
    const { faults = [] } = this.monitoring ?? {};
    const refused = new Set(faults.flatMap(({ message, fault }) => (fault === 'not authorized' ? [message] : [])));
    return unseenOf([], faults).map((one) => (refused.has(one.message) ? { ...one, nextStep: 'Run “Kubeprom: Set Secret Headers of a Server Address…”.' } : one));
  }

  async connect(): Promise<void> {
    if (this.monitoring !== undefined) return;
    const { ClusterMonitoring: Monitoring } = await import('../../../monitoring/clusterMonitoring.ts');
    if (this.state === 'connected') return;
    const monitoring = new Monitoring(undefined);
    this.begin(monitoring).add({ dispose: monitoring.onState(() => { this.changed.fire(); }) });
    await this.#setServers();
    this.changed.fire();
  }

  disconnect(): void {
    this.end();
    this.changed.fire();
  }

  async inspect(inspection: Inspection, key: string): Promise<string> {
    await this.connect();
    const { monitoring } = this;
    const node = monitoring?.model.get(key);
    if (monitoring === undefined || node === undefined) throw new Error('This is no longer among the server addresses, or not read yet.');
    const text = await inspectServer(inspection, node, monitoring);
    if (text === undefined) throw new Error('Only a cluster knows this: behind this server is nothing but an address.');
    return text;
  }

  async #setServers(): Promise<void> {
    const { monitoring } = this;
    if (monitoring === undefined) return;
    const servers = await this.#addresses.servers();
    if (this.monitoring === monitoring) monitoring.setServers(servers);
  }
}
