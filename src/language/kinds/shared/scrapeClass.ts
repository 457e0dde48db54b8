import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { rejected, type MonitorScope } from './monitorScope.ts';

/** A scrape class that the Prometheus does not have. */
export function checkScrapeClass(name: Source, { prometheus }: MonitorScope): Problem[] {
  if (name.text === '' || !prometheus.exists) return [];
  const known = prometheus.at('scrapeClasses').items.map((item) => item.at('name').text);
  if (known.includes(name.text)) return [];
  const remedy = known.length === 0 ? 'It has none: remove this, or add the class there.' : `It has ${known.map((item) => `"${item}"`).join(', ')}.`;
  return [rejected(name, 'scrape/class-not-found', `scrapeClass "${name.text}" not found in the scrapeClasses of ${prometheus.object.kind} "${prometheus.object.metadata.name}".`, remedy)];
}
