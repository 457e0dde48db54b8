import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Access } from './cluster.ts';
import { command } from './command.ts';
import type { Folders } from './folders.ts';

export interface CertificateRequest {
  readonly name: string;
  readonly commonName: string;
  readonly organization?: readonly string[];
  readonly hosts?: readonly string[];
}

const clusterName = 'kubernetes.default.svc.cluster.local';
const requests: readonly CertificateRequest[] = [
  {
    name: 'kube-apiserver', commonName: 'kube-apiserver',
    hosts: ['127.0.0.1', '10.10.0.2', '10.96.0.1', 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', clusterName],
  },
  { name: 'kubelet', commonName: 'system:node:node1', organization: ['system:nodes'], hosts: ['node1', '10.10.0.2', '127.0.0.1'] },
  { name: 'kube-controller-manager', commonName: 'system:kube-controller-manager' },
  { name: 'kube-scheduler', commonName: 'system:kube-scheduler' },
  { name: 'kube-proxy', commonName: 'system:kube-proxy' },
  { name: 'front-proxy', commonName: 'front-proxy' },
  { name: 'admin', commonName: 'admin', organization: ['system:masters'] },
  // The users of users.ts; the common name is the user's name.
  { name: 'reader', commonName: 'reader' },
  { name: 'developer', commonName: 'developer' },
  { name: 'nobody', commonName: 'nobody' },
];

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Certificates, in PEM, of a new authority, which is among them under the name `ca`. @param programs folders, one of which has the program `certificates` */
export async function issueCertificates(wanted: readonly CertificateRequest[], programs: readonly string[]): Promise<Readonly<Partial<Record<string, KeyPair>>>> {
  const program = programs.map((folder) => join(folder, 'certificates')).find((path) => existsSync(path)) ?? 'certificates';
  return JSON.parse(await command(program, [], { input: JSON.stringify(wanted) })) as Partial<Record<string, KeyPair>>;
}

/** Makes the cluster's certificates, unless they are there. */
export async function makeCertificates(folders: Folders, programs: readonly string[]): Promise<void> {
  const folder = folders.certificates;
  const finished = join(folder, 'finished');
  if (existsSync(finished)) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, pair] of Object.entries(await issueCertificates(requests, programs))) {
    if (pair === undefined) continue;
    await writeFile(join(folder, `${name}.crt`), pair.certificate);
    await writeFile(join(folder, `${name}.key`), pair.key, { mode: 0o600 });
  }
  const tokens = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  await writeFile(join(folder, 'service-account.pub'), tokens.publicKey);
  await writeFile(join(folder, 'service-account.key'), tokens.privateKey, { mode: 0o600 });
  await writeFile(finished, '');
}

/** How a user of the sandbox reaches its API server from outside. */
export async function accessOf(folders: Folders, user: string): Promise<Access> {
  const read = (name: string) => readFile(join(folders.certificates, name), 'utf8');
  return {
    server: `https://127.0.0.1:${String(folders.port)}`,
    authority: await read('ca.crt'), certificate: await read(`${user}.crt`), key: await read(`${user}.key`),
  };
}
