import type { Way } from './endpoint.ts';
import type { HttpAnswer } from './request.ts';

/** A server at an address: without Kubernetes, or a route of it. */
export interface DirectAddress {
  /** With a path below which the API stands, if there is one. */
  readonly url: string;
  /** A token, a tenant; from wherever secrets are kept. */
  readonly headers?: Readonly<Record<string, string>>;
}

const defaultTimeout = 30_000;

/** The way to an address, by fetch. @param send what sends; the host's own when it is not given */
export function directWay({ url, headers = {} }: DirectAddress, send: typeof fetch = fetch): Way {
  const root = url.replace(/\/+$/, '');
  return {
    name: 'direct',
    request: async (path, options = {}) => {
      const { method = 'GET', body, signal, timeout = defaultTimeout } = options;
      const late = AbortSignal.timeout(timeout);
      let answer: Response;
      try {
        answer = await send(`${root}${path}`, {
          method, redirect: 'manual', headers: { accept: 'application/json', ...headers, ...options.headers }, signal: signal === undefined ? late : AbortSignal.any([signal, late]),
          ...(body === undefined ? {} : { body }),
        });
      } catch (error) {
        signal?.throwIfAborted();
        if (late.aborted) throw new Error(`${root} did not answer within ${String(timeout / 1000)} s.`, { cause: error });
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : String(error);
        throw new Error(`${root} cannot be reached: ${cause === '' ? 'no connection' : cause}.`, { cause: error });
      }
      return answerOf(answer);
    },
  };
}

function answerOf(answer: Response): HttpAnswer {
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body ?? nothing(), text: () => answer.text() };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body.
}
