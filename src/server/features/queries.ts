import type { CodeLens, Connection } from 'vscode-languageserver';
import { parseDuration } from '../../language/duration.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import { rulesOf, type SourceRule } from '../../language/navigation/rules.ts';
import { isPromqlFile, queriesIn, queryAt } from '../../language/promqlFile/promqlFile.ts';
import type { SourceFile } from '../../language/workspace/sourceFile.ts';
import { toRange } from '../convert.ts';
import { type CompleteExpressionParams, type CompleteExpressionResult, completeExpressionRequest, type PositionParams, queryAtRequest, type QuerySubject, runQueryCommand } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { nameOf } from './places.ts';

/** Offers that a list beside a query shows at most. */
const maximumOffers = 100;

/** Answers which query stands at a position, and what may be written in one that stands in no file. */
export function registerQueries(connection: Connection, { files, service, targetFor, metricFacts }: FeatureContext): void {
  connection.onRequest(queryAtRequest, ({ uri, position }: PositionParams): QuerySubject | null => {
    const file = files.workspace.file(uri);
    if (file === undefined) return null;
    const offset = new LineIndex(file.text).offset(position);
    if (isPromqlFile(uri)) {
      const query = queryAt(file.text, offset);
      return query === undefined ? null : subjectOf(file.text.slice(query.start, query.end));
    }
    const rule = rulesOf(file).find(({ source: { document }, path }) => {
      const { start, end } = document.locate(path);
      return start <= offset && offset <= end;
    });
    return rule === undefined ? null : subjectOfRule(rule) ?? null;
  });
  connection.onRequest(completeExpressionRequest, async ({ text, offset }: CompleteExpressionParams): Promise<CompleteExpressionResult> => {
    const { span, offers } = await (await service).completeExpression(text, offset, files.workspace, targetFor(''), metricFacts());
    // An editor would leave out by itself what does not hold the letters typed so far.
    const typed = text.slice(span.start, offset).replace(/^["'`]/, '').toLowerCase();
    const at = (label: string): number => label.toLowerCase().indexOf(typed);
    const fitting = offers.filter(({ label }) => at(label) >= 0).sort((a, b) => Number(at(a.label) > 0) - Number(at(b.label) > 0));
    return { ...span, offers: fitting.slice(0, maximumOffers).map((offer) => ({ label: offer.label, text: offer.text, detail: offer.detail ?? '' })) };
  });
}

/** "Run query" above each query of a file of PromQL, and where a cluster is connected above each rule's expression. */
export function queryLenses(file: SourceFile, isConnected: boolean): CodeLens[] {
  const lens = (offset: number, subject: QuerySubject): CodeLens => {
    const range = toRange({ start: offset, end: offset }, file.lines);
    return { range, command: { title: 'Run query', command: runQueryCommand, arguments: [subject] } };
  };
  if (isPromqlFile(file.uri)) return queriesIn(file.text).map(({ start, end }) => lens(start, subjectOf(file.text.slice(start, end))));
  if (!isConnected) return [];
  return rulesOf(file).flatMap((rule) => {
    const subject = subjectOfRule(rule);
    return subject === undefined ? [] : [lens(rule.source.document.locate([...rule.path, 'expr'], { on: 'key' }).start, subject)];
  });
}

function subjectOf(text: string): QuerySubject {
  const [first = ''] = text.split('\n');
  return { expression: text, title: first.startsWith('#') ? first.replace(/^#+\s*/, '') : '' };
}

function subjectOfRule({ source, group, value }: SourceRule): QuerySubject | undefined {
  const { expr, alert, record } = value;
  if (typeof expr !== 'string' || expr.trim() === '') return undefined;
  const seconds = (duration: unknown): number => (typeof duration === 'string' ? (parseDuration(duration) ?? 0) / 1000 : 0);
  const interval = seconds(group['interval']);
  return {
    expression: expr.trim(), object: nameOf(source.value),
    title: typeof alert === 'string' ? alert : typeof record === 'string' ? record : '',
    ...(typeof alert === 'string' ? { alert: { holds: seconds(value['for']), keeps: seconds(value['keep_firing_for']), ...(interval > 0 ? { interval } : {}) } } : {}),
  };
}
