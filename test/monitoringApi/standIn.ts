import type { HttpAnswer, Requester } from '../../src/monitoring/request.ts';

/** An answer of a stand-in. */
export interface Given {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** A server that answers paths (without their query) as given, and everything else with 404. It notes what it was asked. */
export function standIn(answers: Readonly<Record<string, Given | string>>): { readonly request: Requester; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    request: (path, options = {}) => {
      asked.push(`${options.method ?? 'GET'} ${path}`);
      const given = answers[path.split('?')[0] ?? ''] ?? { status: 404, type: 'text/plain', body: '404 page not found' };
      return Promise.resolve(answerOf(typeof given === 'string' ? { body: given } : given));
    },
  };
}

/** The answer in pieces of a size that cuts everything somewhere. */
export function answerOf({ status = 200, type = 'application/json', body }: Given, pieceSize = 7): HttpAnswer {
  const bytes = new TextEncoder().encode(body);
  return {
    status, headers: { 'content-type': type }, text: () => Promise.resolve(body),
    body: (async function* pieces() {
      for (let at = 0; at < bytes.length; at += pieceSize) yield await Promise.resolve(bytes.subarray(at, at + pieceSize));
    })(),
  };
}
