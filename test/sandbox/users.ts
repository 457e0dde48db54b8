import { createSign } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessOf } from './certificates.ts';
import type { Cluster, KubernetesObject } from './cluster.ts';
import type { Folders } from './folders.ts';
import { certificateUser, execUser, type KubeconfigEntry, writeKubeconfig } from './kubeconfig.ts';

/**
 * The contexts of a sandbox's kubeconfig:
 * - admin: may do everything
 * - reader: may read everything that the role `view` reads, and the operator's objects; no Secrets, no port-forward, no proxy
 * - developer: the same rights as an owner of the namespace `demo`, and none elsewhere
 * - nobody: is known, and may do nothing
 * - exec: as admin, with a token that an exec plugin gives
 * - expired: a token whose time is over (the API server answers 401)
 */
export const contexts = ['admin', 'reader', 'developer', 'nobody', 'exec', 'expired'] as const;
export type Context = (typeof contexts)[number];

const rbac = 'rbac.authorization.k8s.io';
const operatorGroup = 'monitoring.coreos.com';
export const execAccount = { name: 'sandbox-exec', namespace: 'kube-system' };

const roles: readonly KubernetesObject[] = [
  namespaced('v1', 'Namespace', 'demo', undefined, {}),
  namespaced('v1', 'ServiceAccount', execAccount.name, execAccount.namespace, {}),
  namespaced(`${rbac}/v1`, 'ClusterRole', 'sandbox-monitoring-reader', undefined, { rules: [{ apiGroups: [operatorGroup], resources: ['*'], verbs: ['get', 'list', 'watch'] }] }),
  namespaced(`${rbac}/v1`, 'ClusterRole', 'sandbox-monitoring-editor', undefined, { rules: [{ apiGroups: [operatorGroup], resources: ['*'], verbs: ['*'] }] }),
  binding('ClusterRoleBinding', 'sandbox-reader-view', undefined, 'view', { kind: 'User', name: 'reader' }),
  binding('ClusterRoleBinding', 'sandbox-reader-monitoring', undefined, 'sandbox-monitoring-reader', { kind: 'User', name: 'reader' }),
  binding('RoleBinding', 'sandbox-developer', 'demo', 'admin', { kind: 'User', name: 'developer' }),
  binding('RoleBinding', 'sandbox-developer-monitoring', 'demo', 'sandbox-monitoring-editor', { kind: 'User', name: 'developer' }),
  binding('ClusterRoleBinding', 'sandbox-exec', undefined, 'cluster-admin', { kind: 'ServiceAccount', ...execAccount }),
];

export function namespaced(apiVersion: string, kind: string, name: string, namespace: string | undefined, rest: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...rest };
}

function binding(kind: 'RoleBinding' | 'ClusterRoleBinding', name: string, namespace: string | undefined, role: string, subject: object): KubernetesObject {
  const subjects = [{ ...('namespace' in subject ? {} : { apiGroup: rbac }), ...subject }];
  return namespaced(`${rbac}/v1`, kind, name, namespace, { roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role }, subjects });
}

/** Gives the users their rights and writes the kubeconfig. */
export async function makeUsers(cluster: Cluster, folders: Folders): Promise<void> {
  for (const object of roles) await cluster.apply(object);
  const credential = join(folders.state, 'exec-credential.json');
  await writeFile(credential, execCredential(await accountToken(cluster, execAccount)), { mode: 0o600 });
  await writeKubeconfig(folders.kubeconfig, await accessOf(folders, 'admin'), await usersOf(folders, credential));
}

/** The users of {@link contexts}, as a kubeconfig has them. @param credential the file that the exec plugin prints */
export async function usersOf(folders: Folders, credential = join(folders.state, 'exec-credential.json')): Promise<KubeconfigEntry[]> {
  const users: Record<Context, object> = {
    admin: certificateUser(await accessOf(folders, 'admin')),
    reader: certificateUser(await accessOf(folders, 'reader')),
    developer: certificateUser(await accessOf(folders, 'developer')),
    nobody: certificateUser(await accessOf(folders, 'nobody')),
    exec: execUser('cat', [credential]), // a real exec plugin: a program that prints an ExecCredential
    expired: { token: await expiredToken(folders) },
  };
  return contexts.map((name) => ({ name, user: users[name], ...(name === 'developer' ? { namespace: 'demo' } : {}) }));
}

/** What an exec plugin prints. */
export function execCredential(token: string): string {
  return `${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } })}\n`;
}

/** A token of a service account that is good for a week. */
export async function accountToken(cluster: Cluster, { name, namespace }: { readonly name: string; readonly namespace: string }): Promise<string> {
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7 * 24 * 3600 } };
  const { status } = await cluster.get<{ status: { token: string } }>(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, { method: 'POST', body: request });
  return status.token;
}

/** A token of the cluster's own making whose time ended an hour ago. */
export async function expiredToken(folders: Folders): Promise<string> {
  const key = await readFile(join(folders.certificates, 'service-account.key'), 'utf8');
  const now = Math.floor(Date.now() / 1000);
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: issuer, aud: [issuer], sub: `system:serviceaccount:${execAccount.namespace}:${execAccount.name}`, iat: now - 7200, nbf: now - 7200, exp: now - 3600,
    'kubernetes.io': { namespace: execAccount.namespace, serviceaccount: { name: execAccount.name, uid: '' } },
  };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}
