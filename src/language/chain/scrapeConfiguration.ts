import type { Problem } from '../finding.ts';
import { loadProblems } from '../generate/loading/loadProblems.ts';
import type { OperatorOptions } from '../generate/operatorOptions.ts';
import { type GeneratedScrapeConfigs, generateScrapeConfigs } from '../generate/scrapeConfigs.ts';
import type { CheckContext } from '../kinds/kindCheck.ts';
import { checkMonitor, scrapeServers, withPrometheusVersion } from '../kinds/monitors.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { type SelectedKind, selects } from '../kinds/shared/selection.ts';

/** The kinds that become scrape jobs, in no particular order. */
export const monitorKinds = ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig'] as const satisfies readonly SelectedKind[];

/** What a Prometheus will scrape, and who is left out. */
export interface ScrapeConfiguration extends GeneratedScrapeConfigs {
  readonly server: KubernetesObject;
  /** In their form of the API server, with what is wrong with each; a monitor with an error is left out. */
  readonly monitors: readonly { readonly object: KubernetesObject; readonly problems: readonly Problem[] }[];
  /** Why Prometheus could not load it. */
  readonly unloadable: readonly { readonly object: KubernetesObject | undefined; readonly problem: Problem }[];
}

/** The scrape configuration to be of a Prometheus or PrometheusAgent, from everything that it selects. */
export function scrapeConfiguration(server: KubernetesObject, context: Omit<CheckContext, 'object'>, operator: OperatorOptions): ScrapeConfiguration {
  const { lookup, target, stored } = context;
  const prometheus = withPrometheusVersion(stored(server), target);
  const monitors = monitorKinds.flatMap((kind) =>
    lookup.list(kind).map(stored)
      .filter((object) => selects(prometheus, object, kind, namespaceOf(object, lookup)).verdict !== 'not selected')
      .map((object) => ({ object, problems: checkMonitor(object, { ...context, object }, prometheus) })),
  );
  const accepted = monitors.filter(({ problems }) => !problems.some((problem) => problem.severity === 'error')).map(({ object }) => object);
  const generated = generateScrapeConfigs({ prometheus, monitors: accepted, lookup, operator });
  return { ...generated, server: prometheus, monitors, unloadable: loadProblems(generated) };
}

/** Every Prometheus and PrometheusAgent that is known. */
export function scrapeServersIn(lookup: ObjectLookup): readonly KubernetesObject[] {
  return scrapeServers.flatMap((kind) => lookup.list(kind));
}

function namespaceOf(object: KubernetesObject, lookup: ObjectLookup): KubernetesObject | undefined {
  return lookup.get('Namespace', 'default', object.metadata.namespace ?? 'default');
}
