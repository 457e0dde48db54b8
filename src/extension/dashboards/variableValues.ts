import type { VariableQuestion } from '../../dashboards/variables/choices.ts';
import type { Queries } from '../clusters/connection.ts';

/** Values that variables ask for are asked as queries: one way for every server. */
export async function variableValues(queries: Queries, server: string, question: VariableQuestion, { end }: { readonly start: number; readonly end: number }, signal: AbortSignal): Promise<readonly string[]> {
  const ask = async (expression: string): Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value?: readonly [number, string] }[]> => (await queries.query(server, expression, { time: end, signal })).series;
  const selector = (match: string): string => (match === '' ? '{__name__!=""}' : match);
  const distinct = (values: readonly (string | undefined)[]): string[] => [...new Set(values.filter((value) => value !== undefined && value !== ''))].map(String).sort();
  switch (question.ask) {
    case 'label values': return distinct((await ask(`group by (${quotedLabel(question.label)}) (${selector(question.match)})`)).map(({ labels }) => labels[question.label]));
    case 'label names': return distinct((await ask(selector(question.match))).flatMap(({ labels }) => Object.keys(labels)));
    case 'metrics': return distinct((await ask(`group by (__name__) ({__name__=~${JSON.stringify(`.*(?:${question.pattern}).*`)}})`)).map(({ labels }) => labels['__name__']));
    case 'series': case 'query result': return (await ask(question.ask === 'series' ? question.match : question.expression)).map(({ labels: { __name__: name = '', ...labels }, value }) =>
      `${name}{${Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`).join(',')}}${question.ask === 'query result' ? ` ${value?.[1] ?? ''} ${String(Math.round((value?.[0] ?? 0) * 1000))}` : ''}`);
  }
}

function quotedLabel(label: string): string {
  return /^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label);
}
