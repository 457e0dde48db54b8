import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

/** Bytes that stand in the kubeconfig itself, or in a file beside it. */
export type Bytes = { readonly data: string } | { readonly file: string };

export interface ClusterEntry {
  readonly name: string;
  /** With its scheme, without a slash at the end. */
  readonly server: string;
  readonly authority?: Bytes;
  readonly insecure: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly compression: boolean;
}

/** A program that gives credentials (client.authentication.k8s.io). */
export interface ExecEntry {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
  /** The extension `client.authentication.k8s.io/exec` of the cluster, for KUBERNETES_EXEC_INFO. */
  readonly config?: unknown;
}

export interface UserEntry {
  readonly name: string;
  readonly certificate?: Bytes;
  readonly key?: Bytes;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecEntry;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
  readonly impersonate?: { readonly user?: string; readonly uid?: string; readonly groups: readonly string[]; readonly extra: Readonly<Record<string, readonly string[]>> };
}

/** One way into one cluster. */
export interface Context {
  readonly name: string;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
  readonly namespace: string;
  /** The file in which the context stands. */
  readonly file: string;
  /** The file in which its user stands: whoever writes that file decides what an exec plugin runs. */
  readonly userFile: string;
}

export interface KubeconfigProblem {
  readonly file: string;
  /** For example `contexts[2] "staging"`; none where the whole file cannot be used. */
  readonly entry?: string;
  readonly message: string;
}

export interface Kubeconfig {
  readonly contexts: readonly Context[];
  readonly currentContext?: string;
  readonly problems: readonly KubeconfigProblem[];
}

type Fields = Readonly<Record<string, unknown>>;
interface Entry { readonly name: string; readonly fields: Fields; readonly file: string }
interface Sections { readonly clusters: Map<string, Entry>; readonly users: Map<string, Entry>; readonly contexts: Map<string, Entry> }

/**
 * Reads and merges kubeconfig files as kubectl does: of entries with the same name the first counts, relative paths
 * belong to the file that names them. What cannot be used is a problem, never an exception; a missing file is none.
 */
export async function loadKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const { parseDocument } = await import('yaml');
  const problems: KubeconfigProblem[] = [];
  const sections: Sections = { clusters: new Map(), users: new Map(), contexts: new Map() };
  let currentContext: string | undefined;
  for (const file of files) {
    const text = await readText(file, problems);
    if (text === undefined || text.trim() === '') continue;
    const document = parseDocument(text, { uniqueKeys: false });
    const [error] = document.errors;
    if (error !== undefined) problems.push({ file, message: `This is no readable YAML: ${error.message.split('\n')[0] ?? ''}` });
    let root: unknown;
    try {
      root = document.toJS({ maxAliasCount: 100 });
    } catch (failure) {
      problems.push({ file, message: failure instanceof Error ? failure.message : String(failure) });
      continue;
    }
    if (!isFields(root)) {
      if (error === undefined) problems.push({ file, message: 'This is no kubeconfig: there is no mapping in it.' });
      continue;
    }
    currentContext ??= scalar(root['current-context']);
    collect(root, 'clusters', 'cluster', file, sections.clusters, problems);
    collect(root, 'users', 'user', file, sections.users, problems);
    collect(root, 'contexts', 'context', file, sections.contexts, problems);
  }
  const contexts = [...sections.contexts.values()].flatMap((entry) => readContext(entry, sections, problems) ?? []);
  if (currentContext !== undefined && !sections.contexts.has(currentContext)) {
    problems.push({ file: files[0] ?? '', entry: 'current-context', message: `There is no context "${currentContext}".` });
  }
  return { contexts, problems, ...(currentContext === undefined ? {} : { currentContext }) };
}

async function readText(file: string, problems: KubeconfigProblem[]): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push({ file, message: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
}

/** The named entries of a section; `first wins` over files and within one. */
function collect(root: Fields, section: string, field: string, file: string, into: Map<string, Entry>, problems: KubeconfigProblem[]): void {
  const list = root[section];
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) {
    problems.push({ file, entry: section, message: `${section} is no list.` });
    return;
  }
  for (const [index, item] of list.entries()) {
    const name = isFields(item) ? scalar(item['name']) : undefined;
    const at = `${section}[${String(index)}]${name === undefined ? '' : ` "${name}"`}`;
    if (!isFields(item) || name === undefined) {
      problems.push({ file, entry: at, message: 'The entry has no name.' });
      continue;
    }
    const fields = item[field] ?? {};
    const first = into.get(name);
    if (first !== undefined) problems.push({ file, entry: at, message: `${section.slice(0, -1)} "${name}" stands in ${first.file === file ? 'this file already' : first.file}; that one counts.` });
    else if (!isFields(fields)) problems.push({ file, entry: at, message: `${field} is no mapping.` });
    else into.set(name, { name, fields, file });
  }
}

function readContext({ name, fields, file }: Entry, sections: Sections, problems: KubeconfigProblem[]): Context | undefined {
  const problem = (message: string) => {
    problems.push({ file, entry: `context "${name}"`, message });
    return undefined;
  };
  const clusterName = scalar(fields['cluster']);
  if (clusterName === undefined) return problem('The context names no cluster.');
  const clusterEntry = sections.clusters.get(clusterName);
  if (clusterEntry === undefined) return problem(`The context's cluster "${clusterName}" is in no file.`);
  const userName = scalar(fields['user']);
  const userEntry = userName === undefined ? undefined : sections.users.get(userName);
  if (userName !== undefined && userEntry === undefined) return problem(`The context's user "${userName}" is in no file.`);
  const cluster = readCluster(clusterEntry);
  if (typeof cluster === 'string') return problem(cluster);
  const user = userEntry === undefined ? { name: '' } : readUser(userEntry, clusterEntry.fields);
  if (typeof user === 'string') return problem(user);
  return { name, cluster, user, namespace: scalar(fields['namespace']) ?? 'default', file, userFile: userEntry?.file ?? file };
}

/** A cluster, or what is wrong with it. */
function readCluster({ name, fields, file }: Entry): ClusterEntry | string {
  const server = scalar(fields['server']);
  if (server === undefined) return `The cluster "${name}" has no server.`;
  const address = /^[a-z]+:\/\//i.test(server) ? server : `https://${server}`;
  if (!URL.canParse(address) || !/^https?:/i.test(address)) return `The server of the cluster "${name}" is no address: ${server}`;
  return {
    name, server: address.replace(/\/+$/, ''),
    insecure: fields['insecure-skip-tls-verify'] === true,
    compression: fields['disable-compression'] !== true,
    ...optional('authority', bytes(fields, 'certificate-authority', file)),
    ...optional('tlsServerName', scalar(fields['tls-server-name'])),
    ...optional('proxyUrl', scalar(fields['proxy-url'])),
  };
}

/** A user, or what is wrong with it. */
function readUser({ name, fields, file }: Entry, cluster: Fields): UserEntry | string {
  const exec = fields['exec'];
  if (isFields(exec) && scalar(exec['command']) === undefined) return `The exec plugin of the user "${name}" has no command.`;
  const groups = strings(fields['as-groups']);
  const as = scalar(fields['as']);
  const uid = scalar(fields['as-uid']);
  const extra = isFields(fields['as-user-extra']) ? Object.fromEntries(Object.entries(fields['as-user-extra']).map(([key, value]) => [key, strings(value)])) : {};
  const impersonate = as === undefined && uid === undefined && groups.length === 0 && Object.keys(extra).length === 0 ? undefined : { ...optional('user', as), ...optional('uid', uid), groups, extra };
  if (impersonate !== undefined && as === undefined) return `The user "${name}" has as-groups, as-uid or as-user-extra without as.`;
  const provider = fields['auth-provider'];
  const tokenFile = scalar(fields['tokenFile']);
  return {
    name,
    ...optional('certificate', bytes(fields, 'client-certificate', file)),
    ...optional('key', bytes(fields, 'client-key', file)),
    ...optional('token', scalar(fields['token'])),
    ...optional('tokenFile', tokenFile === undefined ? undefined : absolute(tokenFile, file)),
    ...optional('username', scalar(fields['username'])),
    ...optional('password', scalar(fields['password'])),
    ...optional('exec', isFields(exec) ? readExec(exec, cluster, file) : undefined),
    ...optional('authProvider', isFields(provider) ? { name: scalar(provider['name']) ?? '', config: texts(provider['config']) } : undefined),
    ...optional('impersonate', impersonate),
  };
}

function readExec(exec: Fields, cluster: Fields, file: string): ExecEntry {
  const command = scalar(exec['command']) ?? '';
  const env = Array.isArray(exec['env']) ? exec['env'].filter(isFields).map((one): [string, string] => [scalar(one['name']) ?? '', scalar(one['value']) ?? '']) : [];
  return {
    apiVersion: scalar(exec['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    // As client-go does: a path is relative to the file, a bare name is looked up in PATH.
    command: /[/\\]/.test(command) ? absolute(command, file) : command,
    args: strings(exec['args']),
    env: Object.fromEntries(env.filter(([key]) => key !== '')),
    provideClusterInfo: exec['provideClusterInfo'] === true,
    interactiveMode: scalar(exec['interactiveMode']) ?? 'IfAvailable',
    ...optional('installHint', scalar(exec['installHint'])),
    ...optional('config', execConfig(cluster)),
  };
}

function execConfig(cluster: Fields): unknown {
  const extensions = cluster['extensions'];
  if (!Array.isArray(extensions)) return undefined;
  return extensions.filter(isFields).find((one) => one['name'] === 'client.authentication.k8s.io/exec')?.['extension'];
}

/** `FIELD-data` counts more than the file that `FIELD` names. */
function bytes(fields: Fields, field: string, file: string): Bytes | undefined {
  const data = scalar(fields[`${field}-data`]);
  if (data !== undefined) return { data };
  const path = scalar(fields[field]);
  return path === undefined ? undefined : { file: absolute(path, file) };
}

const absolute = (path: string, file: string) => (isAbsolute(path) ? path : join(dirname(file), path));

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A scalar as text; empty counts as absent. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.flatMap((one) => scalar(one) ?? []) : []);

function texts(value: unknown): Record<string, string> {
  return isFields(value) ? Object.fromEntries(Object.entries(value).flatMap(([key, one]) => { const text = scalar(one); return text === undefined ? [] : [[key, text] as const]; })) : {};
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : { [key]: value } as Partial<Record<K, V>>;
}
