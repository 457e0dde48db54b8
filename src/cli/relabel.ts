import { readFile } from 'node:fs/promises';
import { placeProblem } from '../language/placeProblem.ts';
import { nameSchemeOf } from '../language/relabel/labelNames.ts';
import { relabel as applyRelabeling } from '../language/relabel/relabel.ts';
import { operatorRelease } from '../language/operatorRelease.ts';
import { readYaml } from '../language/yaml/reader.ts';
import { LoadedFiles } from './loadFiles.ts';
import { documentFindings } from '../language/documentFindings.ts';
import type { Environment } from './environment.ts';
import { json } from './formats/json.ts';
import { text } from './formats/text.ts';
import { readLabels } from './labels.ts';
import { reportFindings } from './report.ts';
import { targetOf, targetOptions } from './targetOptions.ts';
import { readOptions, UsageError } from './usage.ts';

const help = `Usage: kubeprom relabel FILE --labels JSON [options]

Applies a list of relabel configs (YAML, in the operator's spelling) to a label set, as Prometheus does.

  --labels JSON                 the labels, such as '{"job":"node","instance":"a:9100"}'
  --format text|json            json: {"kept","labels","steps":[{"config","labels","kept"}]}
  --prometheus-version VERSION  judge the list for this Prometheus
  --operator-version VERSION    judge it as this operator

Exit codes: 0 applied, 1 the list is not valid (with findings), 2 could not run.
`;

/** `kubeprom relabel`: resolves to the exit code. */
export async function relabel(args: readonly string[], environment: Environment): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...targetOptions,
    labels: { type: 'string' },
    format: { type: 'string', default: 'text' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('name one file with a list of relabel configs.');
  if (values.format !== 'text' && values.format !== 'json') throw new UsageError('--format takes text or json.');
  const labels = readLabels(values.labels);
  const target = targetOf(values);
  const source = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`"${path}" cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  });
  const [document] = readYaml(source);
  const { service } = await LoadedFiles.load([], environment, { complete: false, target });
  const { problems, configs } = await service.relabelList(document?.toJS() ?? [], target);
  const reference = { apiVersion: '', kind: 'RelabelConfig', name: path };
  const findings = document === undefined
    ? []
    : [...documentFindings(document), ...problems.map((problem) => placeProblem(problem, { file: { uri: path, text: source }, document, path: [], reference }))];
  if (findings.some((finding) => finding.severity === 'error')) {
    const report = { version: 1 as const, files: 1, documents: 1, findings: reportFindings(path, findings, () => source) };
    process.stdout.write((values.format === 'json' ? json : text)(report, () => source));
    return 1;
  }
  const result = applyRelabeling(configs, labels, nameSchemeOf(target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus));
  if (values.format === 'json') {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return 0;
  }
  for (const [index, step] of result.steps.entries()) {
    process.stdout.write(`${index + 1}. ${step.config.action ?? 'replace'}: ${step.kept ? labelText(step.labels) : 'dropped'}\n`);
  }
  process.stdout.write(result.kept ? `kept: ${labelText(result.labels)}\n` : 'dropped\n');
  return 0;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
