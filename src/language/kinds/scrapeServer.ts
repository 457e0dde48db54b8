import type { Problem } from '../finding.ts';
import { GenerationError, Generation } from '../generate/generation.ts';
import { loadProblems } from '../generate/loading/loadProblems.ts';
import { defaultOperatorOptions } from '../generate/operatorOptions.ts';
import { generationProblems } from '../generate/prometheusProblems.ts';
import { generateScrapeConfigs } from '../generate/scrapeConfigs.ts';
import type { Source } from '../generate/source.ts';
import { operatorRelease } from '../operatorRelease.ts';
import { parseVersion, type Version } from '../version.ts';
import type { KindChecks } from './kindCheck.ts';
import { scrapeServers } from './monitors.ts';
import type { KubernetesObject, ObjectLookup } from './objects.ts';
import { adviseServer } from './servers/advice.ts';
import { checkAdditionalArguments, prometheusFlags, sidecarFlags } from './servers/arguments.ts';
import { unloadableSections } from './servers/loading.ts';
import { adviseSelectors, checkSelectors, hasNoMonitorSelector } from './servers/selectors.ts';
import { checkWebTls } from './servers/web.ts';
import { rejected } from './shared/monitorScope.ts';

/**
 * The verdicts on Prometheus and PrometheusAgent objects: what keeps the operator from generating
 * any scrape job, and what Prometheus cannot load of what is generated from the object itself.
 */
export const servers: readonly KindChecks[] = scrapeServers.map((kind) => ({
  kind,
  judges: ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'PrometheusRule'],
  check({ object, lookup }): Problem[] {
    try {
      const generation = new Generation(object, lookup, defaultOperatorOptions, []);
      const errors = [...checkSelectors(object), ...configurationProblems(generation, object, lookup), ...podProblems(generation)];
      return [...errors, ...adviseServer(generation.spec, generation.version), ...adviseSelectors(object, lookup)];
    } catch (error) {
      if (error instanceof GenerationError) return [error.failure.problem];
      throw error;
    }
  },
}));

/** What is wrong with the configuration that is generated; nothing where the operator leaves it to somebody else. */
function configurationProblems(generation: Generation, object: KubernetesObject, lookup: ObjectLookup): Problem[] {
  if (!generation.isAgent && hasNoMonitorSelector(object)) return [];
  const problems = generationProblems(generation, defaultOperatorOptions);
  if (problems.length > 0) return problems;
  const generated = generateScrapeConfigs({ prometheus: object, monitors: [], lookup, operator: defaultOperatorOptions });
  if (generated.failure !== undefined) return [generated.failure.problem];
  const unloadable = loadProblems(generated).flatMap((problem) => (problem.object === object || problem.object === undefined ? [problem.problem] : []));
  return [...unloadable, ...unloadableSections(generation.spec, generation.version)];
}

/** What keeps the operator from building the pods (makeStatefulSetSpec, v0.93.1). */
function podProblems({ spec, version, isAgent }: Generation): Problem[] {
  return [...checkWebTls(spec.at('web', 'tlsConfig')), ...checkAdditionalArguments(spec.at('additionalArgs'), prometheusFlags(spec, version, isAgent)), ...checkSidecar(spec)];
}

function checkSidecar(spec: Source): Problem[] {
  const thanos = spec.at('thanos');
  if (!thanos.exists) return [];
  const version = thanosVersion(thanos.at('version'));
  if (version === undefined) return [rejected(thanos.at('version'), 'server/version', `"${thanos.at('version').text}" is no version of Thanos.`, `Write for example ${operatorRelease().thanos}.`)];
  return checkAdditionalArguments(thanos.at('additionalArgs'), sidecarFlags(spec, version));
}

/** The version of Thanos that is asked for, the operator's default where none is; undefined when it is none. */
export function thanosVersion(version: Source): Version | undefined {
  return parseVersion(version.text.trim() === '' ? operatorRelease().thanos : version.text);
}
