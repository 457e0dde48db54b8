import { createHash } from 'node:crypto';
import type { Severity } from '../../language/finding.ts';
import type { ReportFinding, ReportRange } from '../report.ts';
import type { Format } from './format.ts';

/** SARIF 2.1.0, as code scanning services read it. */
export const sarif: Format = (report) => {
  const codes = [...new Set(report.findings.map((finding) => finding.code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kubeprom', rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => result(finding, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

function result(finding: ReportFinding, codes: readonly string[]): object {
  return {
    ruleId: finding.code,
    ruleIndex: codes.indexOf(finding.code),
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [location(finding.file, finding.range)],
    ...(finding.related.length === 0
      ? {}
      : { relatedLocations: finding.related.map((place, id) => ({ id, ...location(place.file, place.range), message: { text: place.message } })) }),
    // The same fault is known again when lines above it come or go.
    partialFingerprints: { 'kubeprom/v1': createHash('sha256').update(JSON.stringify([finding.file, finding.code, finding.object, finding.message])).digest('hex') },
    ...(finding.fixes.length === 0 ? {} : { fixes: finding.fixes.map((fix) => ({ description: { text: fix.title }, artifactChanges: [{ artifactLocation: { uri: encodeURI(fix.file ?? finding.file) }, replacements: fix.edits.map((edit) => ({ deletedRegion: region(edit.range), insertedContent: { text: edit.newText } })) }] })) }),
  };
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };

function location(file: string, range: ReportRange): object {
  return { physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region: region(range) } };
}

function region({ start, end }: ReportRange): object {
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}
