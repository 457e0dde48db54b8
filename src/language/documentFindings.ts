import type { Finding, Severity } from './finding.ts';
import { isRecord } from './json.ts';
import type { YamlDocument } from './yaml/document.ts';
import type { YamlIssue } from './yaml/node.ts';

/** The API group of the operator's kinds. */
export const monitoringGroup = 'monitoring.coreos.com';

/** Whether a document holds an object of ours, or says so where it cannot be read. */
export function isOurs(document: YamlDocument): boolean {
  const value = document.toJS();
  if (isRecord(value)) {
    if (hasOurGroup(value)) return true;
    if (Array.isArray(value['items'])) return value['items'].some((item) => isRecord(item) && hasOurGroup(item));
    if (typeof value['apiVersion'] === 'string') return false;
  }
  return document.issues.length > 0 && /^[ \t]*['"]?apiVersion['"]?[ \t]*:[ \t]*['"]?monitoring\.coreos\.com\//m.test(document.fragment.text);
}

function hasOurGroup(value: Record<string, unknown>): boolean {
  return typeof value['apiVersion'] === 'string' && value['apiVersion'].startsWith(`${monitoringGroup}/`);
}

/** What the YAML reader found in a document. */
export function documentFindings(document: YamlDocument): Finding[] {
  return document.issues.map((issue) => ({
    ...findingOf(issue),
    span: { start: issue.start, end: Math.max(issue.end, issue.start) },
    ...(issue.first === undefined ? {} : { related: [{ span: issue.first, message: 'the first one' }] }),
  }));
}

function findingOf(issue: YamlIssue): { code: string; severity: Severity; message: string } {
  switch (issue.kind) {
    case 'syntax':
      return { code: 'yaml/syntax', severity: 'error', message: `${issue.message.replace(/\.?$/, '.')} This is no YAML that the API server reads.` };
    case 'duplicate':
      return { code: 'yaml/duplicate-key', severity: 'warning', message: `"${issue.message}" is set twice; kubectl keeps the last one and drops this without a word.` };
    case 'alias':
      return { code: 'yaml/alias', severity: 'error', message: issue.message };
    case 'depth':
      return { code: 'yaml/depth', severity: 'error', message: issue.message };
    case 'key':
      return { code: 'yaml/key', severity: 'error', message: issue.message };
    case 'value':
      return { code: 'yaml/value', severity: 'error', message: issue.message };
    case 'ignored':
      return { code: 'yaml/ignored', severity: 'warning', message: issue.message };
  }
}
