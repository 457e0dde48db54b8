import { RecordedMetric, RecordedMetrics } from '../../../src/language/completion/recordedMetrics.ts';
import { completeExpression } from '../../../src/language/completion/completeExpression.ts';
import { Knowledge, type MetricFacts } from '../../../src/language/completion/knowledge.ts';
import type { Completion } from '../../../src/language/completion/offer.ts';
import { defaultPromqlOptions, type PromqlOptions } from '../../../src/language/promql/options.ts';

/** What a test's completion rests on; by default nothing but the catalogue. */
export interface Given {
  readonly options?: PromqlOptions;
  readonly version?: string;
  /** Recording rules: name → expression. */
  readonly recorded?: Readonly<Record<string, string>>;
  readonly facts?: MetricFacts;
}

/** Completes at `|` of an expression. */
export async function completeAt(marked: string, given: Given = {}): Promise<Completion & { readonly text: string }> {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, ...(await completeText(text, offset, given)) };
}

/** Completes at an offset of an expression. */
export function completeText(text: string, offset: number, { options = defaultPromqlOptions, version = '3.13.2', recorded = {}, facts }: Given = {}): Promise<Completion> {
  const knowledge = new Knowledge(new RecordedMetrics(Object.entries(recorded).map(([name, expression]) => new RecordedMetric(name, expression, {}))));
  return completeExpression(text, offset, { dialect: { options, versions: [{ version, features: new Set() }] }, knowledge, ...(facts === undefined ? {} : { facts }) });
}

/** The text after accepting an offer in an editor without snippets. */
export function accept({ text, span, offers }: Completion & { readonly text: string }, label: string): string {
  const offer = offers.find((candidate) => candidate.label === label);
  if (offer === undefined) throw new Error(`"${label}" is not offered, but ${offers.slice(0, 30).map((candidate) => candidate.label).join(' ')}`);
  return text.slice(0, span.start) + offer.text + text.slice(span.end);
}
