import { stripVTControlCharacters } from 'node:util';
import type { Severity } from '../../language/finding.ts';
import type { ReportFinding } from '../report.ts';
import type { Format } from './format.ts';

/** For people: each finding with its line and a mark under the place, then the counts. */
export const text: Format = (report, textOf) => {
  const lines = new Map<string, readonly string[]>();
  const sourceLine = (file: string, line: number): string | undefined => {
    let known = lines.get(file);
    if (known === undefined) lines.set(file, (known = textOf(file)?.split('\n') ?? []));
    return known[line];
  };
  const blocks = report.findings.map((finding) => block(finding, sourceLine(finding.file, finding.range.start.line)));
  return `${[...blocks, summary(report.findings, report.files, report.documents)].join('\n')}\n`;
};

/** `2 errors, 1 warning in 3 files (7 documents)`. */
function summary(findings: readonly ReportFinding[], files: number, documents: number): string {
  const counts = (['error', 'warning', 'information', 'hint'] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count, severity }) => count > 0 || severity === 'error')
    .map(({ severity, count }) => (count === 0 ? 'no errors' : plural(count, nouns[severity])));
  return `${counts.join(', ')} in ${plural(files, 'file')} (${plural(documents, 'document')})`;
}

const nouns: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note', hint: 'hint' };

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function block(finding: ReportFinding, source: string | undefined): string {
  const { start, end } = finding.range;
  const head = `${finding.file}:${start.line + 1}:${start.character + 1}: ${finding.severity}: ${safe(finding.message)} [${finding.code}]`;
  if (source === undefined || source.trim() === '') return head;
  const number = String(start.line + 1);
  const width = Math.max(1, (end.line === start.line ? end.character : source.trimEnd().length) - start.character);
  // Tabs keep their width, so that the mark stands below what it marks.
  const indent = source.slice(0, start.character).replace(/[^\t]/g, ' ');
  const related = finding.related.map((place) => `  ${place.file}:${place.range.start.line + 1}:${place.range.start.character + 1}: ${safe(place.message)}`);
  return [head, `  ${number} | ${safe(source.trimEnd())}`, `  ${' '.repeat(number.length)} | ${indent}${'^'.repeat(Math.min(width, 200))}`, ...related].join('\n');
}

/** Text from a file without what would steer the terminal. */
function safe(value: string): string {
  return stripVTControlCharacters(value).replace(/(?!\t)\p{Cc}/gu, ' ');
}
