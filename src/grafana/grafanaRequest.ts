import { answerOf, type RequestOptions, send } from '../cluster/exchange.ts';
import { Turns } from '../cluster/turns.ts';
import { authorizationOf, servedPath, type Upstream } from './upstream.ts';

/** Requests to Grafana's API at once. */
const parallel = 4;

/** What Grafana said, whatever its status. */
export interface GrafanaAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly contentType: string;
  readonly text: string;
}

/** Why Grafana's answer is of no use; `message` is a whole sentence for the user. */
export class GrafanaError extends Error {
  /** `sign-in`: 401, or a page in place of an answer. `not-found`: also what one may not see. `conflict`: it was changed meanwhile. */
  readonly fault: 'unreachable' | 'sign-in' | 'forbidden' | 'not-found' | 'conflict' | 'refused' | 'unexpected';

  constructor(fault: GrafanaError['fault'], message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'GrafanaError';
    this.fault = fault;
  }
}

export type GrafanaRequest = (path: string, options?: RequestOptions & { readonly anonymous?: boolean }) => Promise<GrafanaAnswer>;

/** Requests to one Grafana, signed in with its credentials. Paths begin below its prefix: `/api/health`. Rejects with a GrafanaError. */
export function requestTo(upstream: Upstream): GrafanaRequest {
  const turns = new Turns(parallel);
  return async (path, { anonymous = false, ...options } = {}) => {
    const credentials = anonymous ? undefined : upstream.credentials();
    const headers: Record<string, string> = { ...options.headers, ...(credentials === undefined ? {} : { authorization: authorizationOf(credentials) }) };
    try {
      const message = await send({ agent: upstream.agent, turns }, new URL(upstream.origin.origin), servedPath(upstream, `${upstream.prefix}${path}`), { host: upstream.origin.host }, { ...options, headers });
      const answer = answerOf(message, upstream.name, { verb: (options.method ?? 'GET').toLowerCase() }, options);
      return { status: answer.status, location: answer.headers.location, contentType: answer.headers['content-type'] ?? '', text: await answer.text() };
    } catch (error) {
      options.signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      throw new GrafanaError('unreachable', `${upstream.name} cannot be reached: ${reason.replace(/\.?$/, '.')}`, { cause: error });
    }
  };
}
