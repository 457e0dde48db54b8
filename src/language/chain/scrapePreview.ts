import { list, type Origin } from '../generate/node.ts';
import { defaultOperatorOptions } from '../generate/operatorOptions.ts';
import { printYaml } from '../generate/printYaml.ts';
import { type GeneratedScrapeConfigs, generateScrapeConfigs } from '../generate/scrapeConfigs.ts';
import { loadProblems } from '../generate/loading/loadProblems.ts';
import { assumedPrometheus, checkMonitor, scrapeServers, withPrometheusVersion } from '../kinds/monitors.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { instanceName } from '../kinds/shared/instances.ts';
import { isSelectedKind, selects } from '../kinds/shared/selection.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { monitorKinds, scrapeConfiguration, scrapeServersIn } from './scrapeConfiguration.ts';
import type { Surroundings } from './surroundings.ts';

/** The scrape configuration to be as a text for people: what is to be said of it stands in comments above. */
export interface ScrapePreview {
  /** Whose configuration it is, such as `Prometheus monitoring/k8s`. */
  readonly server: string;
  /** Those whose configuration could be asked for: the servers that select the objects, else all that are known. */
  readonly candidates: readonly string[];
  readonly text: string;
  /** By line, from zero: the field that it comes from; undefined where it comes from none. */
  readonly origins: readonly (Origin | undefined)[];
}

/** What a preview needs to know besides its objects. */
export interface PreviewOptions extends Surroundings {
  /** The server whose configuration is wanted, as {@link ScrapePreview.server} names it. */
  readonly server?: string | undefined;
}

/** Whether an object becomes scrape jobs. */
export function isMonitor({ kind }: KubernetesObject): boolean {
  return (monitorKinds as readonly string[]).includes(kind);
}

/** Whether an object has a scrape configuration of its own. */
export function isScrapeServer({ kind }: KubernetesObject): boolean {
  return (scrapeServers as readonly string[]).includes(kind);
}

/** A line of comment and the field that it speaks of. */
interface Remark {
  readonly text: string;
  readonly origin?: Origin | undefined;
}

/**
 * What monitors become in the Prometheus that selects them; where they are wrong or not selected, what they would become, with a
 * remark that says so. Secrets are masked.
 */
export function previewMonitors(monitors: readonly KubernetesObject[], options: PreviewOptions): ScrapePreview {
  const { lookup, target, stored } = options;
  const servers = scrapeServersIn(lookup);
  const selecting = servers.filter((server) => isNamed(server, options) || monitors.some((monitor) => selectionOf(server, monitor, options).verdict !== 'not selected'));
  const candidates = (selecting.length > 0 ? selecting : servers).map(instanceName);
  const chosen = servers.find((server) => instanceName(server) === options.server) ?? selecting[0] ?? servers[0];
  const version = target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus;
  const prometheus = chosen === undefined ? assumedPrometheus(monitors[0], version) : withPrometheusVersion(stored(chosen), target);
  const own = monitors.map(stored);
  const generated = generateScrapeConfigs({ prometheus, monitors: own, lookup, operator: defaultOperatorOptions });
  const remarks: Remark[] = [
    chosen === undefined
      ? { text: `No Prometheus is among the files of the workspace. This is what one of version ${version} with the operator's defaults would scrape.` }
      : { text: `What ${instanceName(chosen)} will scrape because of ${monitors.map(instanceName).join(', ')}.`, origin: { object: chosen, path: ['metadata', 'name'] } },
    ...(chosen === undefined ? [] : monitors.flatMap((monitor) => selectionRemarks(chosen, monitor, options))),
    ...monitors.flatMap((monitor, index) => errorRemarks(monitor, own[index] ?? monitor, prometheus, options)),
    ...generationRemarks(generated, options),
  ];
  const configs = generated.configs.filter(({ origin }) => origin !== undefined && own.includes(origin.object));
  return { server: instanceName(prometheus), candidates, ...printed(remarks, { ...generated, configs }) };
}

/** The whole configuration of a Prometheus or PrometheusAgent, from everything that it selects. Secrets are masked. */
export function previewServer(server: KubernetesObject, options: PreviewOptions): ScrapePreview {
  const configuration = scrapeConfiguration(server, options, defaultOperatorOptions);
  const remarks: Remark[] = [
    { text: `What ${instanceName(server)} will scrape.`, origin: { object: server, path: ['metadata', 'name'] } },
    ...refusalRemarks(server, options),
    ...configuration.monitors.flatMap(({ object, problems }) =>
      problems.filter((problem) => problem.severity === 'error').slice(0, 1)
        .map((problem) => ({ text: `${instanceName(object)} is left out: ${problem.message}`, origin: { object, path: problem.path } }))),
    ...generationRemarks(configuration, options),
  ];
  if (configuration.failure === undefined && configuration.configs.length === 0) remarks.push({ text: 'It selects no monitor of the workspace.' });
  return { server: instanceName(server), candidates: [instanceName(server)], ...printed(remarks, configuration) };
}

function isNamed(server: KubernetesObject, { target }: Surroundings): boolean {
  return target.prometheus === `${server.metadata.namespace ?? 'default'}/${server.metadata.name}`;
}

function selectionOf(server: KubernetesObject, monitor: KubernetesObject, { lookup, stored }: Surroundings): ReturnType<typeof selects> {
  if (!isSelectedKind(monitor.kind)) return { verdict: 'unknown', reason: '' };
  return selects(stored(server), monitor, monitor.kind, lookup.get('Namespace', 'default', monitor.metadata.namespace ?? 'default'));
}

function selectionRemarks(server: KubernetesObject, monitor: KubernetesObject, options: PreviewOptions): Remark[] {
  const selection = selectionOf(server, monitor, options);
  if (selection.verdict === 'selected' || isNamed(server, options)) return [];
  if (selection.verdict === 'unknown') return [{ text: selection.reason }];
  return [{ text: `${instanceName(monitor)} is not scraped: ${selection.reason} This is what it would become.`, origin: { object: server, path: selection.selector } }];
}

function refusalRemarks(object: KubernetesObject, { refusal }: PreviewOptions): Remark[] {
  const problem = refusal(object);
  return problem === undefined ? [] : [{ text: `The API server refuses ${instanceName(object)}: ${problem.message}`, origin: { object, path: problem.path } }];
}

function errorRemarks(monitor: KubernetesObject, stored: KubernetesObject, prometheus: KubernetesObject, options: PreviewOptions): Remark[] {
  const refused = refusalRemarks(monitor, options);
  if (refused.length > 0) return refused;
  return checkMonitor(stored, { ...options, object: stored }, prometheus).filter(({ severity }) => severity === 'error').slice(0, 1)
    .map((problem) => ({ text: `The operator leaves out ${instanceName(monitor)}: ${problem.message} This is what it would become.`, origin: { object: monitor, path: problem.path } }));
}

function generationRemarks(generated: GeneratedScrapeConfigs, { stored }: PreviewOptions): Remark[] {
  const { failure } = generated;
  if (failure !== undefined) return [{ text: `The operator writes no configuration at all, for any monitor: ${failure.problem.message}`, origin: { object: failure.object, path: failure.problem.path } }];
  return [
    ...loadProblems(generated).map(({ object, problem }) => ({
      text: `Prometheus does not load this: ${problem.message}`,
      origin: object === undefined ? undefined : { object: stored(object), path: problem.path },
    })),
    ...generated.ignored.map(({ origin, minimumVersion }) => ({ text: `"${String(origin.path.at(-1))}" needs Prometheus ${minimumVersion}; for an older one the operator leaves it out.`, origin })),
  ];
}

function printed(remarks: readonly Remark[], { configs, failure }: GeneratedScrapeConfigs): Pick<ScrapePreview, 'text' | 'origins'> {
  const comments = remarks.map(({ text }) => `# ${text.replace(/\s+/g, ' ').trim()}\n`).join('');
  const origins = remarks.map(({ origin }) => origin);
  if (failure !== undefined || configs.length === 0) return { text: comments, origins };
  const body = printYaml(list(configs), { maskSecrets: true });
  return { text: `${comments}${body.text}`, origins: [...origins, ...body.origins] };
}
