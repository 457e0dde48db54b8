/** How the clients of this room reach a server: a function that somebody else gives them. */

/** What a request may say beside its path. */
export interface HttpOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer begins, and between two pieces of it. */
  readonly timeout?: number;
}

/** An answer of any status, whose body is yet to be read, once. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Decompressed. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
}

/**
 * Sends a request to one server. Rejects when there is no answer of it: with an error whose message is a whole sentence.
 * @param path below the server's root, with its query: `/api/v1/rules`
 */
export type Requester = (path: string, options?: HttpOptions) => Promise<HttpAnswer>;

/** Why an answer could not be used. */
export type AnswerFault =
  /** The server says itself what is wrong with the question. */
  | 'refused'
  /** 401 or 403 of the server, or of a proxy before it. */
  | 'not authorized'
  /** A page for people: a login, a proxy's error, another server. */
  | 'web page'
  /** 404 or 405: an older version, another server, or another path. */
  | 'not served'
  /** 5xx. */
  | 'failing'
  | 'not JSON'
  /** JSON of another form than this API's. */
  | 'unexpected';

/** An answer that is none; `message` is a whole sentence for the user. */
export class AnswerError extends Error {
  readonly fault: AnswerFault;
  readonly status: number;

  constructor(fault: AnswerFault, status: number, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'AnswerError';
    this.fault = fault;
    this.status = status;
  }
}

/** The value of a header; undefined where it is absent. */
export function headerOf({ headers }: HttpAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

/** A requester whose paths begin with a prefix, such as a routePrefix. @param prefix without a slash at the end */
export function below(prefix: string, request: Requester): Requester {
  return prefix === '' ? request : (path, options) => request(`${prefix}${path}`, options);
}

/** A requester that sends some headers with each request: a tenant, a token. */
export function withHeaders(headers: Readonly<Record<string, string>>, request: Requester): Requester {
  return (path, options = {}) => request(path, { ...options, headers: { ...headers, ...options.headers } });
}

/** A requester that adds some parameters to the query of each request: the `namespace` of OpenShift's Thanos Querier. */
export function withParameters(parameters: Readonly<Record<string, string>>, request: Requester): Requester {
  const query = new URLSearchParams(parameters).toString();
  return query === '' ? request : (path, options) => request(`${path}${path.includes('?') ? '&' : '?'}${query}`, options);
}
