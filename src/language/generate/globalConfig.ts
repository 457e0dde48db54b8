import { filled, mapOf } from './fields.ts';
import type { Generation } from './generation.ts';
import type { MapNode } from './node.ts';
import { nameSchemes } from './scrapeSettings.ts';

/** What jobs inherit of the `global` section: times and name schemes, as the operator writes them. */
export function globalSection(generation: Generation): MapNode {
  const { spec } = generation;
  return mapOf({
    scrape_interval: spec.at('scrapeInterval'),
    scrape_timeout: filled(spec.at('scrapeTimeout')),
    ...nameSchemes(generation, spec),
  }, spec.origin);
}
