import type { RequestInfo } from './resources.ts';

/** Where on the way to the cluster something went wrong. */
export type Hop =
  | 'kubeconfig' // a file, an entry, a certificate that cannot be used
  | 'exec' // the program that gives credentials
  | 'proxy' // what stands between: it refused, or answered itself
  | 'dns'
  | 'connect'
  | 'tls'
  | 'auth' // 401: credentials missing, wrong or over
  | 'permission' // 403
  | 'not-found' // 404: the object, or the kind is not served
  | 'gone' // 410: history that the server no longer has
  | 'conflict' // 409
  | 'admission' // 403 by a quota, a webhook, pod security, or for rights that one may not grant
  | 'invalid' // 400, 422
  | 'throttled' // 429, after the last retry
  | 'server' // 5xx of the API server
  | 'backend' // the pod or service behind the API server's proxy or a port-forward
  | 'time-out'
  | 'protocol'; // an answer that cannot be read

export interface ErrorDetails extends Partial<RequestInfo> {
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** What the user can do about it, as a sentence. */
  readonly nextStep?: string;
  readonly cause?: unknown;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: number;
  /** The API server's own word for it: `AlreadyExists`, `Invalid`, `Expired`. */
  readonly reason?: string;
  readonly causes?: readonly Cause[];
}

/** One of the reasons that the API server gives. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  /** For example `.spec.replicas`; empty where it is about no field. */
  readonly field: string;
}

/** A failure on the way to the cluster or in it; `message` is a whole sentence for the user. */
export class ClusterError extends Error {
  readonly hop: Hop;
  readonly status: number | undefined;
  readonly verb: string | undefined;
  readonly resource: string | undefined;
  readonly namespace: string | undefined;
  readonly nextStep: string | undefined;
  readonly retryAfter: number | undefined;
  readonly reason: string | undefined;
  readonly causes: readonly Cause[];

  constructor(hop: Hop, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'ClusterError';
    this.hop = hop;
    this.status = details.status;
    this.verb = details.verb;
    this.resource = details.resource;
    this.namespace = details.namespace;
    this.nextStep = details.nextStep;
    this.retryAfter = details.retryAfter;
    this.reason = details.reason;
    this.causes = details.causes ?? [];
  }

  /** Whether asking again later, unchanged, may succeed. */
  get passing(): boolean {
    return ['proxy', 'dns', 'connect', 'gone', 'conflict', 'throttled', 'server', 'backend', 'time-out', 'protocol'].includes(this.hop);
  }
}

/** A field that another manager has set. */
export interface FieldConflict {
  /** For example `kubectl`, `helm`; with its operation and time as the server says. */
  readonly manager: string;
  /** For example `.spec.replicas`. */
  readonly field: string;
}

/** A server-side apply that would take fields from other managers, which was not asked for. */
export class ApplyConflict extends ClusterError {
  readonly conflicts: readonly FieldConflict[];

  constructor(conflicts: readonly FieldConflict[], details: ErrorDetails) {
    const managers = [...new Set(conflicts.map(({ manager }) => manager))].map((manager) => `${manager} manages ${conflicts.filter((one) => one.manager === manager).map(({ field }) => field).join(', ')}`);
    super('conflict', `Others manage fields of ${details.resource ?? 'this object'}${details.name === undefined ? '' : ` ${details.name}`} that would change: ${managers.join('; ')}.`, { ...details, nextStep: 'Leave these fields out, or take them over explicitly.' });
    this.conflicts = conflicts;
  }

  override get passing(): boolean {
    return false;
  }
}

/** Of the kinds that we ask for, those that are in no namespace. */
const unscoped: ReadonlySet<string> = new Set(['nodes', 'namespaces', 'storageclasses.storage.k8s.io', 'customresourcedefinitions.apiextensions.k8s.io', 'clusterroles.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io']);

/** `list servicemonitors.monitoring.coreos.com in the namespace shop` */
export function describeRequest({ verb, resource, namespace, name }: RequestInfo): string {
  if (resource === undefined) return `${verb} this`;
  const where = namespace !== undefined ? ` in the namespace ${namespace}` : (verb === 'list' || verb === 'watch') && !unscoped.has(resource) ? ' in all namespaces' : '';
  return `${verb} ${resource}${name === undefined ? '' : ` ${name}`}${where}`;
}

const tlsCodes = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|ERR_OSSL)/;

const tlsReasons: Readonly<Record<string, readonly [string, string]>> = {
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew the API server\'s certificate, or look at this machine\'s clock.'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'Look at this machine\'s clock.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Set tls-server-name in the kubeconfig, or use an address that the certificate names.'],
};

/** An error of a socket, as one of ours. @param server host and port, for the sentence */
export function networkError(error: unknown, server: string, info: RequestInfo): ClusterError {
  if (error instanceof ClusterError) return error;
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  const details = { ...info, cause: error };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') {
    return new ClusterError('dns', `The name of ${server} cannot be resolved.`, { ...details, nextStep: 'Look at the network, the VPN, and the server in the kubeconfig.' });
  }
  if (tlsCodes.test(code) || /alert|SSL routines/.test(text)) return tlsError(code, text, server, details);
  if (code === 'ETIMEDOUT') return new ClusterError('time-out', `${server} does not answer: ${text}.`, { ...details, nextStep: 'Look at the network and the VPN.' });
  if (code === 'ECONNREFUSED') return new ClusterError('connect', `Nothing listens at ${server}.`, { ...details, nextStep: 'Is the cluster running, and is its address in the kubeconfig still right?' });
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return new ClusterError('connect', `There is no way to ${server}.`, { ...details, nextStep: 'Look at the network and the VPN.' });
  if (code.startsWith('HPE_')) return new ClusterError('protocol', `What listens at ${server} does not speak HTTP.`, details);
  return new ClusterError('connect', `The connection to ${server} was lost: ${text}.`, details);
}

/** As {@link networkError}, of a stream that goes on behind the API server: it says nothing of the way to that. @param who for the sentence */
export function streamError(error: unknown, who: string, info: RequestInfo): ClusterError {
  const failure = networkError(error, who, info);
  return failure === error || failure.hop === 'time-out' ? failure : new ClusterError('backend', failure.message, { ...info, cause: error });
}

function tlsError(code: string, text: string, server: string, details: ErrorDetails): ClusterError {
  const known = tlsReasons[code];
  if (known !== undefined) return new ClusterError('tls', `${server} is not trusted: ${known[0]}.`, { ...details, nextStep: known[1] });
  if (/alert/.test(text)) {
    return new ClusterError('tls', `${server} refused the client certificate: ${text}.`, { ...details, nextStep: 'Renew the client certificate of this user in the kubeconfig.' });
  }
  if (/wrong version number|packet length/i.test(text)) {
    return new ClusterError('tls', `${server} does not speak TLS.`, { ...details, nextStep: 'Look at the server in the kubeconfig: http or https?' });
  }
  if (/^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_SIGNATURE|CERT_UNTRUSTED|CERT_CHAIN|INVALID_CA)/.test(code)) {
    return new ClusterError('tls', `${server} is not trusted: its certificate is from an authority that is not known here.`, { ...details, nextStep: 'Set certificate-authority of this cluster in the kubeconfig.' });
  }
  return new ClusterError('tls', `No secure connection to ${server}: ${text}.`, details);
}

/** The code of a system or TLS error; empty where there is none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An answer that is no success, as an error. @param body its beginning, decoded */
export function answerError(status: number, contentType: string, body: string, info: RequestInfo, path: string, retryAfter?: number): ClusterError {
  const { message, reason, causes } = statusOf(body);
  const details = { ...info, status, causes, ...(reason === undefined ? {} : { reason }), ...(retryAfter === undefined ? {} : { retryAfter }) };
  const what = describeRequest(info);
  if (message === undefined && /\/proxy(\/|$|\?)/.test(path)) return backendError(status, contentType, body, details);
  const said = message ?? excerpt(body);
  if (message === undefined && /html/.test(contentType) && status !== 401) {
    return new ClusterError('proxy', `Something before the API server answered with a web page (status ${String(status)}).`, { ...details, nextStep: 'A proxy, a load balancer or a login page stands between: look at the VPN and at proxy-url in the kubeconfig.' });
  }
  // Server-side apply answers so where a manifest does not fit its kind (structured-merge-diff); asking again does not help.
  if (status === 500 && /failed to create typed patch object/.test(said)) return new ClusterError('invalid', `The API server refused to ${what}: ${said}`, details);
  switch (status) {
    case 400: case 422: return new ClusterError('invalid', `The API server refused to ${what}: ${said}`, details);
    case 401: return new ClusterError('auth', 'The cluster does not accept the credentials of this context: they are wrong, or their time is over.', { ...details, nextStep: 'Log in again, as your cluster\'s provider says, or choose another context.' });
    case 403: if (message !== undefined && isWrite(info) && !lacksRight.test(message)) return new ClusterError('admission', `The cluster does not let you ${what}: ${said}.`, details);
      return new ClusterError('permission', `You may not ${what}.`, { ...details, nextStep: `Ask for the right to ${info.verb} ${info.resource ?? path}.`, cause: said });
    case 404: return new ClusterError('not-found', message === undefined || /could not find the requested resource|page not found/.test(said) ? `This cluster does not serve ${info.resource ?? path}.` : `${capital(said)}.`, details);
    case 407: return new ClusterError('proxy', 'The proxy asks for a password.', { ...details, nextStep: 'Put user and password into the proxy\'s address.' });
    case 409: return causes.length > 0 && causes.every((cause) => cause.reason === 'FieldManagerConflict') ? new ApplyConflict(causes.map(fieldConflict), details) : new ClusterError('conflict', `${capital(said)}.`, details);
    case 410: return new ClusterError('gone', `The API server no longer knows that version: ${said}.`, details);
    case 429: return new ClusterError('throttled', 'The API server asks for fewer requests.', details);
    default: return new ClusterError(message === undefined && (status === 502 || status === 504) ? 'proxy' : 'server', `The API server cannot ${what} now (status ${String(status)}): ${said}`, details);
  }
}

/** An answer of what stands behind the API server's proxy. */
function backendError(status: number, contentType: string, body: string, details: ErrorDetails): ClusterError {
  const said = /html/.test(contentType) ? 'a web page' : excerpt(body);
  return new ClusterError('backend', `The service behind the API server's proxy answered with status ${String(status)}: ${said}`, details);
}

const isWrite = ({ verb }: RequestInfo) => ['create', 'update', 'patch', 'delete'].includes(verb);

/** How authorizers word a missing right (k8s.io/apiserver, endpoints/handlers/responsewriters/errors.go). */
const lacksRight = /\bcannot \S+ (resource|path)\b/;

/** `conflict with "kubectl-client-side-apply" using apps/v1 at 2026-01-01T00:00:00Z` (apimachinery, managedfields/internal/conflict.go) */
function fieldConflict({ message, field }: Cause): FieldConflict {
  return { manager: /^conflict with "([^"]*)"/.exec(message)?.[1] ?? message, field };
}

/** What a Status object says; nothing for any other body. */
function statusOf(body: string): { readonly message?: string; readonly reason?: string; readonly causes: readonly Cause[] } {
  let status: unknown;
  try {
    status = JSON.parse(body);
  } catch {
    // Not JSON: not the API server's own words.
  }
  if (!isRecord(status) || status['kind'] !== 'Status' || typeof status['message'] !== 'string') return { causes: [] };
  const { message, reason, details } = status;
  const causes = isRecord(details) && Array.isArray(details['causes']) ? details['causes'].filter(isRecord) : [];
  return {
    message: message.replace(/\.$/, ''), ...(typeof reason === 'string' ? { reason } : {}),
    causes: causes.map((cause) => ({ reason: textOf(cause['reason']), message: textOf(cause['message']), field: textOf(cause['field']) })),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const excerpt = (body: string) => (body.trim() === '' ? 'no text' : body.trim().slice(0, 300));
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
