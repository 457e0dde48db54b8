import type { VariableQuestion } from '../../dashboards/variables/choices.ts';
import type { AnswerView, DashboardMessage, DashboardRequest } from '../dashboardProtocol.ts';
import { send } from '../shared/host.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Questions to the extension and their answers. */
export class Client {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  query({ expression, start, end, step }: { readonly expression: string; readonly start: number; readonly end: number; readonly step: number | undefined }, signal: AbortSignal): Promise<AnswerView> {
    return this.#ask((id) => ({ type: 'query', id, expression, start, end, step: step ?? null }), signal);
  }

  values(question: VariableQuestion, range: { readonly start: number; readonly end: number }, signal: AbortSignal): Promise<readonly string[]> {
    return this.#ask((id) => ({ type: 'values', id, question, ...range }), signal);
  }

  /** Takes an answer; others are nothing to it. */
  receive(message: DashboardMessage): void {
    if (message.type === 'dashboard') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'failure') waiting?.reject(new Error(message.message));
    else waiting?.resolve((message.type === 'answer' ? message.answer : message.values) as never);
  }

  #ask<Answer>(request: (id: number) => DashboardRequest, signal: AbortSignal): Promise<Answer> {
    const id = ++this.#last;
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      signal.addEventListener('abort', () => {
        if (this.#waiting.delete(id)) send({ type: 'cancel', id });
        reject(new DOMException('Nobody waits for this answer any more.', 'AbortError'));
      }, { once: true });
      send(request(id));
    });
  }
}
