import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { additionalJobs } from './additionalJobs.ts';
import { Generation, GenerationError, namespaceOf, type GenerationFailure, type IgnoredField } from './generation.ts';
import { globalSection } from './globalConfig.ts';
import type { MapNode } from './node.ts';
import type { OperatorOptions } from './operatorOptions.ts';
import { podMonitorJobs } from './podMonitorJobs.ts';
import { probeJob } from './probeJob.ts';
import { generationProblems, loadPrometheusAssets } from './prometheusProblems.ts';
import { scrapeConfigJob } from './scrapeConfigJob.ts';
import { serviceMonitorJobs } from './serviceMonitorJobs.ts';
import { Source } from './source.ts';

/** What the scrape configuration is generated from. */
export interface ScrapeConfigInput {
  /** A Prometheus or PrometheusAgent, with the defaults of its CRD. */
  readonly prometheus: KubernetesObject;
  /** The monitors of any kind that it selects and the operator accepts, with the defaults of their CRDs. */
  readonly monitors: readonly KubernetesObject[];
  readonly lookup: ObjectLookup;
  readonly operator: OperatorOptions;
}

/** The `scrape_configs` list to be. */
export interface GeneratedScrapeConfigs {
  readonly configs: readonly MapNode[];
  /** What the jobs inherit of the configuration's section `global`; undefined when nothing is generated. */
  readonly global?: MapNode;
  /** Fields that the Prometheus is too old for, so that the operator leaves them out. */
  readonly ignored: readonly IgnoredField[];
  /** Why the operator writes nothing for this Prometheus, for any monitor; then `configs` is empty. */
  readonly failure?: GenerationFailure;
}

/**
 * The `scrape_configs` list that prometheus-operator v0.93.1 writes (pkg/prometheus/promcfg.go, GenerateServerConfiguration
 * and GenerateAgentConfiguration), each value with the field that it comes from.
 */
export function generateScrapeConfigs(input: ScrapeConfigInput): GeneratedScrapeConfigs {
  const ignored: IgnoredField[] = [];
  try {
    const generation = new Generation(input.prometheus, input.lookup, input.operator, ignored);
    const monitors = [...input.monitors].sort((a, b) => compare(keyOf(a), keyOf(b))).map((monitor) => Source.of(monitor));
    loadMonitorAssets(generation, monitors);
    loadPrometheusAssets(generation);
    const [problem] = generationProblems(generation, input.operator);
    if (problem !== undefined) return { configs: [], ignored, failure: { object: input.prometheus, problem } };
    return { configs: allJobs(generation, monitors), global: globalSection(generation), ignored };
  } catch (error) {
    if (error instanceof GenerationError) return { configs: [], ignored, failure: error.failure };
    throw error;
  }
}

/** The order of the jobs: kinds one after the other, each by namespace and name. An Agent starts with PodMonitors. */
function allJobs(generation: Generation, monitors: readonly Source[]): MapNode[] {
  const ofKind = (kind: string, jobs: (monitor: Source) => readonly MapNode[]): MapNode[] =>
    monitors.filter((monitor) => monitor.object.kind === kind).flatMap((monitor) => jobs(monitor));
  const serviceMonitors = (): MapNode[] => ofKind('ServiceMonitor', (monitor) => serviceMonitorJobs(generation, monitor));
  const podMonitors = (): MapNode[] => ofKind('PodMonitor', (monitor) => podMonitorJobs(generation, monitor));
  const others = (): MapNode[] => [
    ...ofKind('Probe', (monitor) => [probeJob(generation, monitor)]),
    ...ofKind('ScrapeConfig', (monitor) => [scrapeConfigJob(generation, monitor)]),
  ];
  if (!generation.isAgent) return [...serviceMonitors(), ...podMonitors(), ...others(), ...additionalJobs(generation)];
  const everywhere = [...podMonitors(), ...additionalJobs(generation)];
  // DaemonSet mode has no other kinds.
  return generation.isDaemonSet ? everywhere : [...everywhere, ...serviceMonitors(), ...others()];
}

/** Azure's authentication methods that end the operator's check of an entry before it has read any Secret. */
const secretless = new Set(['ManagedIdentity', 'SDK', 'WorkloadIdentity']);

/** What the operator's checks of the monitors have read. */
function loadMonitorAssets(generation: Generation, monitors: readonly Source[]): void {
  for (const monitor of monitors) {
    const namespace = namespaceOf(monitor.object);
    for (const [field, value] of monitor.at('spec').fields) {
      const entries = field === 'azureSDConfigs' ? value.items.filter((entry) => !secretless.has(entry.at('authenticationMethod').text)) : [value];
      for (const entry of entries) generation.assets.load(entry, namespace);
    }
  }
}

function keyOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${object.metadata.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
