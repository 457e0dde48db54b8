/** Where answers come in: what is no answer of the API is told as an error that says what it was. */

import { isRecord } from '../language/json.ts';
import { AnswerError, type HttpAnswer, headerOf } from './request.ts';

/** The JSON of a successful answer. @param who names the server in messages: `Prometheus monitoring/k8s` */
export async function jsonOf(answer: HttpAnswer, who: string): Promise<unknown> {
  await refuseFailure(answer, who);
  const text = await answer.text();
  if (isPage(answer, text)) throw pageError(who, answer.status);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AnswerError('not JSON', answer.status, `${who} answered with what is no JSON: ${excerpt(text)}`, { cause });
  }
}

/** Throws for an answer that is no success; reads its body then. */
export async function refuseFailure(answer: HttpAnswer, who: string): Promise<void> {
  const { status } = answer;
  if (status < 300) return;
  const text = await answer.text();
  const said = messageIn(text);
  if (status === 401) throw new AnswerError('not authorized', status, `${who} asks for credentials (401)${tail(said)}`);
  if (status === 403) throw new AnswerError('not authorized', status, `${who} does not permit this (403)${tail(said)}`);
  if (said !== undefined && status !== 404) throw new AnswerError(status >= 500 ? 'failing' : 'refused', status, `${who}: ${said}`);
  if (status >= 500) throw new AnswerError('failing', status, `${who} fails with status ${String(status)}${tail(isPage(answer, text) ? undefined : excerpt(text))}`);
  if (status === 404 || status === 405) {
    throw new AnswerError('not served', status, `${who} does not serve this path (${String(status)}): it is an older version, or its API stands under another path${tail(said)}`);
  }
  if (status < 400) throw new AnswerError('web page', status, `${who} sends to another place (${String(status)} to ${headerOf(answer, 'location') ?? 'nowhere'}): a login, or another path.`);
  throw new AnswerError('refused', status, `${who} refused with status ${String(status)}${tail(isPage(answer, text) ? undefined : excerpt(text))}`);
}

/** The `data` of an answer of Prometheus' API. */
export async function dataOf(answer: HttpAnswer, who: string): Promise<unknown> {
  const body = await jsonOf(answer, who);
  if (!isRecord(body) || body['status'] !== 'success') throw unexpected(who, 'no "status":"success" in it');
  return body['data'];
}

/** An error for JSON of another form than expected. */
export function unexpected(who: string, what: string): AnswerError {
  return new AnswerError('unexpected', 200, `${who} answered with JSON that is not of this API: ${what}.`);
}

/** An error for a page that is meant for people. */
export function pageError(who: string, status: number): AnswerError {
  return new AnswerError('web page', status, `${who} answered with a web page instead of its API: a login, a proxy, or another path (routePrefix) stands between.`);
}

function isPage(answer: HttpAnswer, text: string): boolean {
  return /html/i.test(headerOf(answer, 'content-type') ?? '') || /^\s*<(?:!doctype|html)/i.test(text.slice(0, 200));
}

/** What a server says in its own form: Prometheus' `error`, Alertmanager's `message` or a plain JSON text. */
function messageIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'string') return body;
    if (!isRecord(body)) return undefined;
    const said = body['error'] ?? body['message'];
    return typeof said === 'string' && said !== '' ? said : undefined;
  } catch {
    return undefined;
  }
}

function tail(said: string | undefined): string {
  return said === undefined || said === '' ? '.' : `: ${said}`;
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
