import type { Span } from '../finding.ts';
import { isRecord } from '../json.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { rulesOf } from './rules.ts';

/** A place that leads to a page. */
export interface DocumentLink {
  readonly span: Span;
  readonly target: string;
}

/** The annotations of a file's alerts that are an address, such as runbook_url; one with a template is known only when it fires. */
export function documentLinks(file: SourceFile): DocumentLink[] {
  return rulesOf(file).flatMap(({ source: { document }, path, value: { annotations } }) =>
    Object.entries(isRecord(annotations) ? annotations : {}).flatMap(([name, value]): DocumentLink[] => {
      if (typeof value !== 'string' || !/^https?:\/\/[^\s{}]+\s*$/i.test(value)) return [];
      const target = value.trimEnd();
      return [{ span: document.locate([...path, 'annotations', name], { within: { start: 0, end: target.length } }), target }];
    }),
  );
}
