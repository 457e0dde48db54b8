/** The stand-in for Grafana (programs/grafana): as a process of this machine, reached by its URL, or as a pod behind a Service. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGrafana, buildOwnPrograms } from './build.ts';
import { issueCertificates } from './certificates.ts';
import { imageReference } from './images.ts';
import { addImage } from './install.ts';
import type { Sandbox } from './sandbox.ts';
import { until } from './wait.ts';

export type GrafanaMajor = '9' | '11' | '13';

/** Of service accounts: one that may write, one that may only read. */
export const grafanaTokens = { editor: 'glsa_standInEditor0123456789abcdefgh_0a1b2c3d', viewer: 'glsa_standInViewer0123456789abcdefgh_0a1b2c3d' } as const;

export interface GrafanaOptions {
  readonly version: GrafanaMajor;
  /** The path of its root_url: `/grafana`. */
  readonly path?: string;
  readonly servesPath?: boolean;
  readonly signIn?: 'form' | 'oauth' | 'anonymous';
}

function flagsOf({ version, servesPath = false, signIn = 'form' }: GrafanaOptions, root: string): string[] {
  return ['-version', version, '-root-url', root, '-sign-in', signIn, ...(servesPath ? ['-serve-from-sub-path'] : [])];
}

/** All of this process have one authority, as the servers of a company do. */
let issued: ReturnType<typeof issueCertificates> | undefined;

/** A stand-in that serves https on 127.0.0.1. */
export class GrafanaProcess implements AsyncDisposable {
  readonly url: string;
  /** PEM of the authority of its certificate. */
  readonly authority: string;
  /** A file with {@link authority}. */
  readonly authorityFile: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, authority: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.authority = authority;
    this.authorityFile = join(folder, 'ca.pem');
    this.#folder = folder;
    this.#process = child;
  }

  static async start(options: GrafanaOptions): Promise<GrafanaProcess> {
    const programs = await buildGrafana();
    issued ??= buildOwnPrograms().then((own) => issueCertificates([{ name: 'server', commonName: 'grafana', hosts: ['127.0.0.1', 'localhost'] }], [own]));
    const { ca, server } = await issued;
    const folder = await mkdtemp(join(tmpdir(), 'kubeprom-grafana-'));
    await Promise.all([['ca.pem', ca?.certificate], ['cert.pem', server?.certificate], ['key.pem', server?.key]].map(([name = '', text = '']) => writeFile(join(folder, name), text)));
    const port = await freePort();
    const url = `https://127.0.0.1:${String(port)}${options.path ?? ''}`;
    const child = spawn(join(programs, 'grafana'), [...flagsOf(options, url), '-listen', `127.0.0.1:${String(port)}`, '-tls-cert', join(folder, 'cert.pem'), '-tls-key', join(folder, 'key.pem')], { stdio: ['ignore', 'ignore', 'pipe'] });
    await once(child.stderr, 'data');
    child.stderr.resume();
    return new GrafanaProcess(url, ca?.certificate ?? '', folder, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs stand-ins in a namespace, each a pod behind a Service with the labels that Grafana's chart gives, and its admin Secret; waits until they are ready. */
export async function deployGrafanas(sandbox: Sandbox, namespace: string, grafanas: Readonly<Record<string, GrafanaOptions>>): Promise<void> {
  await addImage(sandbox.folders, sandbox.programs, 'grafana');
  for (const [name, options] of Object.entries(grafanas)) {
    const labels = { 'app.kubernetes.io/name': 'grafana', 'app.kubernetes.io/instance': name };
    const metadata = { name, namespace, labels };
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { 'admin-user': 'admin', 'admin-password': 'admin' } });
    await sandbox.cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ name: 'service', port: 80, targetPort: 3000 }] } });
    await sandbox.cluster.apply({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{
              name: 'grafana', image: imageReference('grafana'), args: flagsOf(options, `https://grafana.example.com${options.path ?? ''}`),
              ports: [{ name: 'grafana', containerPort: 3000 }],
              // A port that is open: with a path of its own, it redirects what the kubelet asks for.
              readinessProbe: { tcpSocket: { port: 3000 }, periodSeconds: 1 },
              resources: { requests: { cpu: '5m', memory: '16Mi' }, limits: { memory: '64Mi' } },
            }],
          },
        },
      },
    });
  }
  interface Deployment { readonly status?: { readonly readyReplicas?: number } }
  await until('the readiness of the stand-ins for Grafana', 120, async () => {
    const all = await Promise.all(Object.keys(grafanas).map((name) => sandbox.cluster.get<Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)));
    return all.every(({ status }) => status?.readyReplicas === 1) ? true : undefined;
  });
}
