import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import type { Finding } from '../language/finding.ts';
import { LanguageService } from '../language/languageService.ts';
import { promqlFeatures } from '../language/promql/options.ts';
import { SchemaStore } from '../language/schemas/schemaStore.ts';
import type { PathSettings, Target } from '../language/settings/settings.ts';
import { parseVersion } from '../language/version.ts';
import { Workspace } from '../language/workspace/workspace.ts';
import type { Environment } from './environment.ts';
import { applyFixes } from './applyFixes.ts';
import { Baseline } from './baseline.ts';
import { changedSince } from './changedFiles.ts';
import type { Format } from './formats/format.ts';
import { github } from './formats/github.ts';
import { json } from './formats/json.ts';
import { sarif } from './formats/sarif.ts';
import { text } from './formats/text.ts';
import { findFiles, readText } from './inputFiles.ts';
import { type ReportFinding, reportFindings } from './report.ts';
import { SettingsFiles } from './settingsFiles.ts';
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
  --stdin --stdin-filename NAME     check the standard input under that name
  --max-warnings N                  fail when there are more warnings

Exit codes: 0 no error, 1 errors found, 2 could not run.
`;

/** `kubeprom check`: resolves to the exit code. */
export async function check(args: readonly string[], { readSchema }: Environment): Promise<number> {
  const { values, positionals } = readOptions(args, {
    format: { type: 'string', default: 'text' },
    'prometheus-version': { type: 'string' },
    'operator-version': { type: 'string' },
    'alertmanager-version': { type: 'string' },
    'enable-feature': { type: 'string', multiple: true },
    complete: { type: 'boolean', default: false },
    fix: { type: 'boolean', default: false },
    baseline: { type: 'string' },
    'changed-since': { type: 'string' },
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

  const workspace = new Workspace({ complete: values.complete });
  const files = values.stdin ? [{ path: resolve(workingFolder, values['stdin-filename'] ?? 'stdin.yaml'), name: values['stdin-filename'] ?? 'stdin.yaml' }] : [];
  if (values.stdin) {
    workspace.set(files[0]?.name ?? '', await streamText(process.stdin));
  }
  const named = await findFiles(values.stdin || positionals.length > 0 ? positionals : ['.'], workingFolder);
  const unread: ReportFinding[] = [];
  for (const file of named) {
    const content = await readText(file.path);
    if (content === undefined) unread.push(tooLarge(file.name));
    else workspace.set(file.name, content);
  }
  files.push(...named);

  const service = new LanguageService(await SchemaStore.open(readSchema));
  const settings = new SettingsFiles();
  const findings: ReportFinding[] = [...unread];
  for (const { path, name } of files) {
    const file = workspace.file(name);
    if (file === undefined || changed?.has(path) === false) continue;
    const found = await settings.forFile(path);
    const here: PathSettings = { ...found, target: { ...found.target, ...target } };
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

/** @throws UsageError for a version or feature that is none */
function targetOf(values: { readonly [name: string]: unknown }): Target {
  const target: { -readonly [Key in keyof Target]: Target[Key] } = {};
  for (const [option, key] of [['prometheus-version', 'prometheusVersion'], ['operator-version', 'operatorVersion'], ['alertmanager-version', 'alertmanagerVersion']] as const) {
    const version = values[option];
    if (version === undefined) continue;
    if (typeof version !== 'string' || parseVersion(version) === undefined) throw new UsageError(`--${option} takes a version such as 3.13.2; not "${String(version)}".`);
    target[key] = version;
  }
  const features = values['enable-feature'];
  if (Array.isArray(features)) {
    target.features = features.flatMap((names) => String(names).split(',')).map((name) => name.trim()).filter((name) => name !== '');
    const unknown = target.features.find((name) => name.startsWith('promql-') && !promqlFeatures.has(name));
    if (unknown !== undefined) process.stderr.write(`kubeprom check: "${unknown}" is no feature that changes PromQL; known are ${[...promqlFeatures.keys()].join(', ')}.\n`);
  }
  return target;
}
