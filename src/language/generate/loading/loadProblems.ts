import type { Problem } from '../../finding.ts';
import type { KubernetesObject } from '../../kinds/objects.ts';
import { list, map, nearest, toPlain } from '../node.ts';
import type { GeneratedScrapeConfigs } from '../scrapeConfigs.ts';
import { loadScrapeConfigs } from './loadScrapeConfigs.ts';

/** A fault of an object that makes the configuration of the whole Prometheus unloadable. */
export interface LoadProblem {
  /** The object that the path of the problem belongs to; undefined when no single field is to blame. */
  readonly object: KubernetesObject | undefined;
  readonly problem: Problem;
}

/**
 * Judges generated jobs by Prometheus' own loading rules, and says it where the values come from. What depends on
 * a Secret that nobody knows is not judged. One problem for each field.
 */
export function loadProblems({ configs, global }: Pick<GeneratedScrapeConfigs, 'configs' | 'global'>): LoadProblem[] {
  const root = map([...(global === undefined ? [] : [['global', global] as const]), ['scrape_configs', list(configs)]]);
  const problems = new Map<string, LoadProblem>();
  for (const error of loadScrapeConfigs(toPlain(root))) {
    const { node, origin } = nearest(root, error.path);
    if (node.kind === 'scalar' && node.content === 'unknown') continue;
    const path = origin?.path ?? [];
    const message = `${error.message}: the operator accepts this, but Prometheus refuses the whole generated configuration; every reload fails from then on, and a restarted pod does not start.`;
    const key = JSON.stringify([origin?.object.kind, origin?.object.metadata, path]);
    if (!problems.has(key)) problems.set(key, { object: origin?.object, problem: { code: 'scrape/unloadable', severity: 'error', message, path } });
  }
  return [...problems.values()];
}
