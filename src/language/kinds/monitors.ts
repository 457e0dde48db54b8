import type { Problem } from '../finding.ts';
import { loadProblems } from '../generate/loading/loadProblems.ts';
import { defaultOperatorOptions } from '../generate/operatorOptions.ts';
import { type GeneratedScrapeConfigs, generateScrapeConfigs } from '../generate/scrapeConfigs.ts';
import { isRecord } from '../json.ts';
import { operatorRelease } from '../operatorRelease.ts';
import type { Target } from '../settings/settings.ts';
import { atLeast } from '../version.ts';
import type { CheckContext, KindChecks } from './kindCheck.ts';
import type { KubernetesObject, ObjectLookup } from './objects.ts';
import { checkPodMonitor } from './podMonitor.ts';
import { checkProbe } from './probe.ts';
import { checkScrapeConfig } from './scrapeConfig.ts';
import { checkServiceMonitor } from './serviceMonitor.ts';
import { instanceName, instancesFor, mergeVerdicts } from './shared/instances.ts';
import type { MonitorContext } from './shared/monitorScope.ts';
import type { SelectedKind } from './shared/selection.ts';

/** The kinds of servers that scrape. */
export const scrapeServers = ['Prometheus', 'PrometheusAgent'] as const;

type MonitorCheck = (object: KubernetesObject, context: MonitorContext) => Problem[];

const checks: Readonly<Record<string, MonitorCheck>> = {
  ServiceMonitor: checkServiceMonitor, PodMonitor: checkPodMonitor, Probe: checkProbe, ScrapeConfig: checkScrapeConfig,
};

/**
 * The verdicts on the four kinds that become scrape jobs: what the operator rejects, and of what it
 * takes, what Prometheus then cannot load.
 */
export const monitors: readonly KindChecks[] = (['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig'] as const).map(monitorChecks);

/** Why the operator rejects a monitor for a server that selects it; empty when it takes it. */
export function checkMonitor(object: KubernetesObject, { lookup, target }: CheckContext, server: KubernetesObject): Problem[] {
  const version = target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus;
  return checks[object.kind]?.(object, { prometheus: server, prometheusVersion: version, lookup }) ?? [];
}

function monitorChecks(kind: SelectedKind): KindChecks {
  const check = (object: KubernetesObject, context: MonitorContext): Problem[] => checks[kind]?.(object, context) ?? [];
  return {
    kind,
    judges: scrapeServers,
    check(context) {
      const { selecting, unselected } = instancesFor(context, kind, scrapeServers);
      const servers = selecting.map((server) => withPrometheusVersion(server, context.target));
      const verdicts = servers.length === 0
        ? [{ judge: undefined, problems: judge(context, check, undefined) }]
        : servers.map((server) => ({ judge: instanceName(server), problems: judge(context, check, server) }));
      return [...mergeVerdicts(verdicts), ...(unselected === undefined ? [] : [unselected])];
    },
  };
}

function judge({ object, lookup, target }: CheckContext, check: MonitorCheck, server: KubernetesObject | undefined): Problem[] {
  const version = target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus;
  const rejections = check(object, { ...(server === undefined ? {} : { prometheus: server }), prometheusVersion: version, lookup });
  if (rejections.some((problem) => problem.severity === 'error')) return rejections;
  const prometheus = server ?? assumedPrometheus(object, version);
  const generated = generateScrapeConfigs({ prometheus, monitors: [object], lookup, operator: defaultOperatorOptions });
  if (generated.failure?.object === object) return [...rejections, generated.failure.problem];
  const ignored = generated.ignored
    .filter(({ origin }) => origin.object === object)
    .map(({ origin, minimumVersion }): Problem => ({
      code: 'monitor/field-ignored',
      severity: 'warning',
      path: origin.path,
      on: 'key',
      message: `"${String(origin.path.at(-1))}" needs Prometheus ${minimumVersion}; for an older one the operator leaves it out.`,
    }));
  return [...rejections, ...ignored, ...unloadable(generated, object, prometheus, lookup)];
}

/**
 * What Prometheus cannot load once this object is selected; what is wrong without it is told elsewhere.
 * The loading rules are those of Prometheus 3: nothing is said for an older one.
 */
function unloadable(generated: GeneratedScrapeConfigs, object: KubernetesObject, prometheus: KubernetesObject, lookup: ObjectLookup): Problem[] {
  const spec = isRecord(prometheus.spec) ? prometheus.spec : {};
  if (typeof spec['version'] === 'string' && !atLeast(spec['version'], '3.0.0')) return [];
  const problems = loadProblems(generated);
  const own = problems.filter((problem) => problem.object === object || problem.object === undefined).map(({ problem }) => problem);
  if (own.length > 0 || problems.length === 0) return own;
  const without = loadProblems(generateScrapeConfigs({ prometheus, monitors: [], lookup, operator: defaultOperatorOptions }));
  if (without.length > 0) return [];
  return problems.map(({ object: at, problem }) => ({
    ...problem,
    path: ['metadata', 'name'],
    ...(at === undefined ? {} : { related: [{ object: at, path: problem.path, message: `the field of ${instanceName(at)}` }] }),
  }));
}

/** Where nobody knows a Prometheus: one as the CRD's defaults make it. */
export function assumedPrometheus(object: KubernetesObject | undefined, version: string): KubernetesObject {
  const namespace = object?.metadata.namespace;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: 'prometheus', ...(namespace === undefined ? {} : { namespace }) },
    spec: { version, scrapeInterval: '30s' },
  };
}

/** A server as one of the version that the settings name. */
export function withPrometheusVersion(server: KubernetesObject, { prometheusVersion }: Target): KubernetesObject {
  return prometheusVersion === undefined ? server : { ...server, spec: { ...(server.spec as object | undefined), version: prometheusVersion } };
}
