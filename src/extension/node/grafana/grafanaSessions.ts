import { workspace } from 'vscode';
import type { CookieJar } from '../../../grafana/cookieJar.ts';
import type { GrafanaApi } from '../../../grafana/grafanaApi.ts';
import type { OpenedGrafana } from '../../../grafana/openGrafana.ts';
import type { Credentials } from '../../../grafana/upstream.ts';
import { DisposableStore } from '../../disposables.ts';
import { settings } from '../../names.ts';
import type { GrafanaInstance, GrafanaInstances } from './grafanaInstances.ts';

/** A Grafana that was reached: its connections, its API, its session. */
export interface GrafanaSession extends OpenedGrafana {
  readonly instance: GrafanaInstance;
  readonly api: GrafanaApi;
  readonly jar: CookieJar;
}

interface Held {
  readonly opening: Promise<GrafanaSession>;
  close: () => void;
}

/** Sessions with Grafana, one for each instance, while they are of use. The room that reaches Grafana is loaded with the first. */
export class GrafanaSessions extends DisposableStore {
  readonly #instances: GrafanaInstances;
  readonly #held = new Map<string, Held>();

  constructor(instances: GrafanaInstances) {
    super();
    this.#instances = instances;
    // Another user, or another cluster behind the same name: everything begins anew.
    this.add(instances.onCredentials((id) => { this.forget(id); }));
    this.add({ dispose: () => { for (const id of [...this.#held.keys()]) this.forget(id); } });
  }

  /** The session with an instance; begins one where there is none. Rejects with an error whose message is a whole sentence. */
  async of(instance: GrafanaInstance): Promise<GrafanaSession> {
    const known = this.#held.get(instance.id);
    if (known !== undefined) return known.opening;
    const closers: (() => void)[] = [];
    const held: Held = { opening: this.#open(instance, (close) => closers.push(close)), close: () => { for (const close of closers) close(); } };
    this.#held.set(instance.id, held);
    held.opening.catch(() => {
      held.close();
      if (this.#held.get(instance.id) === held) this.#held.delete(instance.id);
    });
    return held.opening;
  }

  /** Ends a session: the next question begins another. */
  forget(id: string): void {
    this.#held.get(id)?.close();
    this.#held.delete(id);
  }

  async #open(instance: GrafanaInstance, onClose: (close: () => void) => void): Promise<GrafanaSession> {
    const [{ GrafanaApi: Api }, { openGrafana }, { requestTo }, { CookieJar: Jar }] = await Promise.all([
      import('../../../grafana/grafanaApi.ts'), import('../../../grafana/openGrafana.ts'), import('../../../grafana/grafanaRequest.ts'), import('../../../grafana/cookieJar.ts'),
    ]);
    let credentials: Credentials | undefined = await this.#instances.credentials(instance.id);
    onClose(() => { credentials = undefined; });
    const { agent, url } = await this.#wayTo(instance, onClose);
    const opened = await openGrafana({ name: `Grafana ${instance.name}`, agent, url, externalUrl: instance.externalUrl, credentials: () => credentials });
    return { ...opened, instance, api: new Api(`Grafana ${instance.name}`, requestTo(opened.upstream)), jar: new Jar() };
  }

  async #wayTo({ inCluster, externalUrl, name }: GrafanaInstance, onClose: (close: () => void) => void) {
    if (inCluster !== undefined) {
      const { connection, namespace, service } = inCluster;
      await connection.connect();
      const { cluster } = connection;
      if (cluster === undefined) throw new Error(`${connection.name} is not connected.`);
      const { podBehind } = await import('../../../grafana/clusterGrafana.ts');
      const tunnel = cluster.tunnel(await podBehind(cluster, namespace, service));
      onClose(() => { tunnel.close(); });
      return { agent: tunnel.agent, url: new URL(`http://${service}.${namespace}`) };
    }
    if (externalUrl === undefined) throw new Error(`Nobody knows the address of ${name}.`);
    const [{ ConnectionPool }, { hostProxy }, { readFile }] = await Promise.all([import('../../../cluster/connection.ts'), import('../../../cluster/hostProxy.ts'), import('node:fs/promises')]);
    const url = new URL(externalUrl);
    const file = (workspace.getConfiguration().get<string>(settings.grafanaAuthorityFile) ?? '').trim();
    const authority = file === '' ? undefined : await readFile(file, 'utf8').catch((error: unknown) => { throw new Error(`The file of kubeprom.grafana.certificateAuthorityFile cannot be read: ${error instanceof Error ? error.message : String(error)}`); });
    const proxy = await hostProxy(url);
    const agent = new ConnectionPool({ server: url, insecure: false, ...(authority === undefined ? {} : { authority }), ...(proxy === undefined ? {} : { proxy }) }, keptConnections);
    onClose(() => { agent.destroy(); });
    return { agent, url };
  }
}

/** Connections that wait for further requests. */
const keptConnections = 6;
