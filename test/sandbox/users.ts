import { createSign } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessOf } from './certificates.ts';
import type { Cluster, KubernetesObject } from './cluster.ts';
import type { Folders } from './folders.ts';

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
const execAccount = { name: 'sandbox-exec', namespace: 'kube-system' };

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

function namespaced(apiVersion: string, kind: string, name: string, namespace: string | undefined, rest: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...rest };
}

function binding(kind: 'RoleBinding' | 'ClusterRoleBinding', name: string, namespace: string | undefined, role: string, subject: object): KubernetesObject {
  const subjects = [{ ...('namespace' in subject ? {} : { apiGroup: rbac }), ...subject }];
  return namespaced(`${rbac}/v1`, kind, name, namespace, { roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role }, subjects });
}

/** Gives the users their rights and writes the kubeconfig. */
export async function makeUsers(cluster: Cluster, folders: Folders): Promise<void> {
  for (const object of roles) await cluster.apply(object);
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 7 * 24 * 3600 } };
  const { status } = await cluster.get<{ status: { token: string } }>(`/api/v1/namespaces/${execAccount.namespace}/serviceaccounts/${execAccount.name}/token`, { method: 'POST', body: request });
  const credential = join(folders.state, 'exec-credential.json');
  await writeFile(credential, JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: status.token } }), { mode: 0o600 });
  const expired = expiredToken(await readFile(join(folders.certificates, 'service-account.key'), 'utf8'));
  await writeFile(folders.kubeconfig, `${JSON.stringify(await kubeconfig(folders, credential, expired), undefined, 2)}\n`, { mode: 0o600 });
}

async function kubeconfig(folders: Folders, credential: string, expired: string): Promise<object> {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const withCertificate = async (name: string) => {
    const { certificate, key } = await accessOf(folders, name);
    return { name, user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } };
  };
  const { server, authority } = await accessOf(folders, 'admin');
  return {
    apiVersion: 'v1', kind: 'Config', 'current-context': 'admin',
    clusters: [{ name: 'sandbox', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [
      ...(await Promise.all(['admin', 'reader', 'developer', 'nobody'].map(withCertificate))),
      // A real exec plugin: a program that prints an ExecCredential.
      { name: 'exec', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'cat', args: [credential], interactiveMode: 'Never' } } },
      { name: 'expired', user: { token: expired } },
    ],
    contexts: contexts.map((name) => ({ name, context: { cluster: 'sandbox', user: name, ...(name === 'developer' ? { namespace: 'demo' } : {}) } })),
  };
}

/** A token of the cluster's own making whose time ended an hour ago. */
function expiredToken(key: string): string {
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
