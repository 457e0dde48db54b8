import { writeFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import type { Finding } from '../language/finding.ts';
import type { Environment } from './environment.ts';
import { applyFixes } from './applyFixes.ts';
import { Baseline } from './baseline.ts';
import { changedSince } from './changedFiles.ts';
import type { Format } from './formats/format.ts';
import { github } from './formats/github.ts';
import { json } from './formats/json.ts';
import { sarif } from './formats/sarif.ts';
import { text } from './formats/text.ts';
import { LoadedFiles } from './loadFiles.ts';
import { type ReportFinding, reportFindings } from './report.ts';
import { targetOf, targetOptions } from './targetOptions.ts';
import { readOptions, UsageError } from './usage.ts';

const formats: Readonly<Record<string, Format>> = { text, json, sarif, github };

/** Fixes may make others possible; more rounds than this would be a fix that undoes another. */
const maximumRounds = 10;

const help = `Usage: kubeprom check [options] [paths…]

Checks the monitoring objects (monitoring.coreos.com) in files, folders and globs; the current folder by default.

  --format text|json|sarif|github   how findings are printed (text)
  --prometheus-version VERSION      judge rules and monitors for this Prometheus
                                    (default: that of the Prometheus object that selects them, else the operator's)
  --operator-version VERSION        judge as this operator (0.93.1)
  --alertmanager-version VERSION    judge AlertmanagerConfigs for this Alertmanager
  --enable-feature NAMES            features of Prometheus that are on, as in its own flag; a comma list, may repeat
  --complete                        nothing exists but the given files: what they miss is an error
  --fix                             apply the fixes that have one right outcome
  --baseline FILE                   count the findings of an earlier --format json report; fail for new ones only
  --changed-since REVISION          report only files that differ from a git revision
  --no-helm                         do not run helm: of charts only what stands plainly in their templates is checked
  --stdin --stdin-filename NAME     check the standard input under that name
  --max-warnings N                  fail when there are more warnings

Exit codes: 0 no error, 1 errors found, 2 could not run.
`;

/** `kubeprom check`: resolves to the exit code. */
export async function check(args: readonly string[], environment: Environment): Promise<number> {
  const { values, positionals } = readOptions(args, {
    format: { type: 'string', default: 'text' },
    ...targetOptions,
    complete: { type: 'boolean', default: false },
    fix: { type: 'boolean', default: false },
    baseline: { type: 'string' },
    'changed-since': { type: 'string' },
    'no-helm': { type: 'boolean', default: false },
    stdin: { type: 'boolean', default: false },
    'stdin-filename': { type: 'string' },
    'max-warnings': { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const format = Object.hasOwn(formats, values.format) ? formats[values.format] : undefined;
  if (format === undefined) throw new UsageError(`--format takes ${Object.keys(formats).join(', ')}; not "${values.format}".`);
  const maximumWarnings = values['max-warnings'] === undefined ? Number.POSITIVE_INFINITY : Number(values['max-warnings']);
  if (Number.isNaN(maximumWarnings) || maximumWarnings < 0) throw new UsageError('--max-warnings takes a number from 0.');
  const target = targetOf(values);
  const baseline = values.baseline === undefined ? undefined : await Baseline.read(values.baseline);
  const workingFolder = process.cwd();
  const changed = values['changed-since'] === undefined ? undefined : await changedSince(values['changed-since'], workingFolder);

  const given = values.stdin ? [{ name: values['stdin-filename'] ?? 'stdin.yaml', text: await streamText(process.stdin) }] : [];
  const loaded = await LoadedFiles.load(values.stdin || positionals.length > 0 ? positionals : ['.'], environment, { complete: values.complete, target, given });
  // Why a chart could not be rendered is a finding of its Chart.yaml.
  if (!values['no-helm']) await loaded.renderCharts();
  const { workspace, service, files } = loaded;
  const findings: ReportFinding[] = loaded.tooLarge.map(tooLarge);
  for (const input of files) {
    const { path, name } = input;
    const file = workspace.file(name);
    if (file === undefined || changed?.has(path) === false) continue;
    const here = await loaded.settingsFor(input);
    const judge = async (): Promise<Finding[]> => {
      await service.load(file, workspace, here.target);
      return service.check(file, workspace, here);
    };
    let fileFindings = await judge();
    if (values.fix) {
      for (let round = 0; round < maximumRounds; round++) {
        const fixed = applyFixes(file.text, fileFindings);
        if (fixed.applied === 0) break;
        workspace.set(name, fixed.text);
        if (!values.stdin) await writeFile(path, fixed.text);
        fileFindings = await judge();
      }
    }
    findings.push(...reportFindings(name, fileFindings, (other) => workspace.file(other)?.text ?? ''));
  }

  const { fresh, old } = baseline?.split(findings) ?? { fresh: findings, old: 0 };
  const documents = [...workspace.files].reduce((sum, file) => sum + file.documents.length, 0);
  process.stdout.write(format({ version: 1, files: files.length, documents, findings: fresh }, (name) => workspace.file(name)?.text));
  if (old > 0) process.stderr.write(`${old} findings of the baseline are not shown.\n`);
  const errors = fresh.some((finding) => finding.severity === 'error');
  return errors || fresh.filter((finding) => finding.severity === 'warning').length > maximumWarnings ? 1 : 0;
}

function tooLarge(name: string): ReportFinding {
  const start = { line: 0, character: 0 };
  return { file: name, range: { start, end: start }, severity: 'information', code: 'file/unread', message: 'Too large: not read.', related: [], fixes: [], docs: 'docs/checks.md#fileunread' };
}
