import { writeFile } from 'node:fs/promises';
import type { Access } from './cluster.ts';

/** One context with a user of its own. `user` is what a kubeconfig has under `users[].user`. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly user: object;
  readonly namespace?: string;
}

export type Endpoint = Pick<Access, 'server' | 'authority'>;

/** Writes a kubeconfig (in JSON, which is YAML) for one cluster with a context for each entry; the first is the current one. */
export async function writeKubeconfig(path: string, { server, authority }: Endpoint, entries: readonly KubeconfigEntry[]): Promise<void> {
  const kubeconfig = {
    apiVersion: 'v1', kind: 'Config', 'current-context': entries[0]?.name,
    clusters: [{ name: 'sandbox', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: entries.map(({ name, user }) => ({ name, user })),
    contexts: entries.map(({ name, namespace }) => ({ name, context: { cluster: 'sandbox', user: name, ...(namespace === undefined ? {} : { namespace }) } })),
  };
  await writeFile(path, `${JSON.stringify(kubeconfig, undefined, 2)}\n`, { mode: 0o600 });
}

/** A user that shows a client certificate. */
export function certificateUser({ certificate, key }: Access): object {
  return { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
}

/** A user whose token a program gives: `command` and its arguments, run without a terminal. */
export function execUser(command: string, args: readonly string[], rest: object = {}): object {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args, interactiveMode: 'Never', ...rest } };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
