import { YamlDocument } from '../yaml/document.ts';
import { readGrammar } from '../yaml/grammarReader.ts';
import { isRejection } from '../yaml/node.ts';
import { missingKey, readKey } from './assets.ts';
import { GenerationError, type Generation } from './generation.ts';
import { list, map, scalar, type MapNode, type Node } from './node.ts';
import { shardingUnlessHashed } from './sharding.ts';
import type { Source } from './source.ts';

/** Deeper nesting of a Secret's YAML is not followed. */
const maximumDepth = 100;

/** The jobs that spec.additionalScrapeConfigs adds from a Secret as they are, sharded like the others unless they hash themselves. */
export function additionalJobs(generation: Generation): MapNode[] {
  const selector = generation.spec.at('additionalScrapeConfigs');
  if (!selector.exists) return [];
  const text = readKey(generation.lookup, 'Secret', generation.namespace, selector.at('name').text, selector.at('key').text);
  if (text === undefined) {
    const missing = selector.at('optional').isTrue ? undefined : missingKey(generation.lookup, 'Secret', selector, generation.namespace);
    if (missing !== undefined) throw failure(selector, missing);
    return [];
  }
  const jobs = parseJobs(selector, text);
  if (generation.isDaemonSet || generation.shards === 1) return jobs;
  return jobs.map((job) => {
    const relabelings = job.entries.find(([key]) => key === 'relabel_configs')?.[1];
    const steps = relabelings?.kind === 'list' ? relabelings.items : [];
    if ((relabelings !== undefined && relabelings.kind !== 'list') || !steps.every((item) => item.kind === 'map')) throw failure(selector, 'error parsing relabel configs');
    const others = job.entries.filter(([key]) => key !== 'relabel_configs');
    return map([...others, ['relabel_configs', list([...steps, ...shardingUnlessHashed(generation, steps)])]], job.origin);
  });
}

function parseJobs(selector: Source, text: string): MapNode[] {
  const document = new YamlDocument(0, readGrammar(text));
  const fault = document.issues.find(isRejection);
  if (fault !== undefined) throw failure(selector, fault.message);
  const plain = document.toJS();
  if (plain === null || plain === undefined) return [];
  const jobs = Array.isArray(plain) ? plain.map((item) => nodeOf(item, maximumDepth)) : undefined;
  if (jobs === undefined || !jobs.every((job) => job.kind === 'map')) throw failure(selector, 'it is no list of scrape configurations');
  return jobs.map((job) => map(job.entries, selector.origin));
}

function nodeOf(value: unknown, depth: number): Node {
  if (Array.isArray(value) && depth > 0) return list(value.map((item) => nodeOf(item, depth - 1)));
  if (typeof value === 'object' && value !== null && depth > 0) return map(Object.entries(value).map(([key, item]) => [key, nodeOf(item, depth - 1)]));
  // All of it comes out of a Secret, so that any value may be a secret one.
  return scalar(typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null, undefined, 'secret');
}

function failure(selector: Source, reason: string): GenerationError {
  return new GenerationError(selector, 'prometheus/generation-failed', `The operator cannot read the additional scrape configurations, and writes no configuration at all: ${reason}.`);
}
