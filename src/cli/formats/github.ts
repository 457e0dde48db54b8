import type { Severity } from '../../language/finding.ts';
import type { Format } from './format.ts';

/** Workflow commands, which GitHub Actions shows at the lines of a pull request. */
export const github: Format = (report) =>
  report.findings
    .map(({ file, range, severity, code, message }) => {
      const { start, end } = range;
      const properties = { file, line: start.line + 1, col: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1, title: code };
      return `::${levels[severity]} ${Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',')}::${escapeData(message)}\n`;
    })
    .join('');

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' };

function escapeData(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(value: string): string {
  return escapeData(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
