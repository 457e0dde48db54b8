import type { ScrapeConfiguration } from '../language/chain/scrapeConfiguration.ts';
import { mergeChains, mermaid } from '../language/chain/chainText.ts';
import { objectChain } from '../language/chain/objectChain.ts';
import { explainObjects } from '../language/chain/explainObjects.ts';
import { type OperatorOptions, defaultOperatorOptions, parseFeatureGates } from '../language/generate/operatorOptions.ts';
import { list } from '../language/generate/node.ts';
import { isEvidence } from '../language/helm/settled.ts';
import { printYaml } from '../language/generate/printYaml.ts';
import { instanceName } from '../language/kinds/shared/instances.ts';
import { parseVersion } from '../language/version.ts';
import type { Environment } from './environment.ts';
import { LoadedFiles } from './loadFiles.ts';
import { targetOf, targetOptions } from './targetOptions.ts';
import { readOptions, UsageError } from './usage.ts';

const help = `Usage: kubeprom explain [options] FILES…

Says in plain sentences what the objects in the files will do: who selects them, the scrape jobs that they
become, what is loaded and where alerts go.

  --graph                           print the chain of the objects as a Mermaid flowchart
  --format text|json                json: [{"object","sentences":[…]}]
  --scrape-config                   print the scrape_configs that the operator will write, as YAML (Secrets' values included)
  --complete                        nothing exists but the given files
  --no-helm                         do not run helm: of charts only what stands plainly in their templates is explained
  --operator-feature-gates LIST     the operator's own flag, such as PrometheusTopologySharding=false
  --kubernetes-version VERSION      that of the cluster (${defaultOperatorOptions.kubernetesVersion})
  --prometheus-version VERSION, --operator-version VERSION, --alertmanager-version VERSION

Exit codes: 0 fine, 1 an object is not valid, 2 could not run.
`;

/** `kubeprom explain`: resolves to the exit code. */
export async function explain(args: readonly string[], environment: Environment): Promise<number> {
  const { values, positionals } = readOptions(args, {
    ...targetOptions,
    graph: { type: 'boolean', default: false },
    'scrape-config': { type: 'boolean', default: false },
    'operator-feature-gates': { type: 'string' },
    'kubernetes-version': { type: 'string' },
    complete: { type: 'boolean', default: false },
    'no-helm': { type: 'boolean', default: false },
    format: { type: 'string', default: 'text' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (values.format !== 'text' && values.format !== 'json') throw new UsageError('--format takes text or json.');
  if (positionals.length === 0) throw new UsageError('name the files to be explained.');
  const target = targetOf(values);
  const operator = operatorOptions(values['operator-feature-gates'], values['kubernetes-version']);
  const loaded = await LoadedFiles.load(positionals, environment, { complete: values.complete, target });
  if (!values['no-helm']) for (const note of await loaded.renderCharts()) process.stderr.write(`${note}\n`);
  await loaded.loadSchemas();
  if (values['scrape-config']) return printScrapeConfigurations(loaded.service.scrapeConfigurations(loaded.workspace, target, operator));
  const surroundings = await loaded.service.surroundings(loaded.workspace, target, ['Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager', 'AlertmanagerConfig', 'ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'PrometheusRule']);
  if (values.graph) {
    const objects = [...loaded.workspace.files].flatMap((file) => loaded.workspace.appliedIn(file).filter(isEvidence).map(({ value }) => value)).filter(({ kind }) => graphKinds.has(kind));
    process.stdout.write(mermaid(mergeChains(objects.map((object) => objectChain(object, surroundings)))));
    return 0;
  }
  const explanations = explainObjects(loaded.workspace, {
    scrape: loaded.service.scrapeConfigurations(loaded.workspace, target, operator),
    routing: loaded.service.alertRoutings(loaded.workspace, target),
    surroundings,
    problemsOf: (file) => loaded.service.problems(file, loaded.workspace, target),
  });
  if (values.format === 'json') {
    process.stdout.write(`${JSON.stringify(explanations, null, 2)}\n`);
  } else {
    for (const { object, sentences } of explanations) {
      process.stdout.write(`${object.kind} ${object.namespace ?? 'default'}/${object.name}\n${sentences.map((sentence) => `  ${sentence}\n`).join('')}`);
    }
  }
  return explanations.some((explanation) => explanation.rejected) ? 1 : 0;
}

/** The kinds in which chains begin: a Service or pod is shown where one of them leads to it. */
const graphKinds: ReadonlySet<string> = new Set(['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'PrometheusRule']);

/** @throws UsageError for gates or a version that are none */
function operatorOptions(gates: string | undefined, kubernetesVersion: string | undefined): OperatorOptions {
  const parsed = parseFeatureGates(gates ?? '');
  if ('error' in parsed) throw new UsageError(`--operator-feature-gates: ${parsed.error}`);
  if (kubernetesVersion !== undefined && parseVersion(kubernetesVersion) === undefined) throw new UsageError(`--kubernetes-version takes a version such as 1.36; not "${kubernetesVersion}".`);
  return { kubernetesVersion: kubernetesVersion ?? defaultOperatorOptions.kubernetesVersion, featureGates: parsed.featureGates };
}

/** Prints the list of each Prometheus; where there are several, each as a document of its own with its name above. */
function printScrapeConfigurations(configurations: readonly ScrapeConfiguration[]): number {
  if (configurations.length === 0) throw new UsageError('there is no Prometheus or PrometheusAgent among the files, so nothing says what will be generated.');
  let faulty = false;
  for (const configuration of configurations) {
    if (configurations.length > 1) process.stdout.write(`---\n# ${instanceName(configuration.server)}\n`);
    process.stdout.write(printYaml(list(configuration.configs)).text);
    const complaints = [
      ...configuration.monitors.flatMap(({ object, problems }) => problems.filter((problem) => problem.severity === 'error').map((problem) => `${instanceName(object)} is left out: ${problem.message}`)),
      ...(configuration.failure === undefined ? [] : [`${instanceName(configuration.failure.object)}: ${configuration.failure.problem.message}`]),
      ...configuration.unloadable.map(({ object, problem }) => `${object === undefined ? '' : `${instanceName(object)}: `}${problem.message}`),
    ];
    for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
    faulty ||= complaints.length > 0;
  }
  return faulty ? 1 : 0;
}
