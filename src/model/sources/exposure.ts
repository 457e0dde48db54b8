import { metricsPortName } from '../../language/creating/scrapePorts.ts';
import type { PodFacts } from './sourceFacts.ts';

/** By what a pod seems to have metrics, as a sentence; undefined where nothing says so. */
export function exposureOf({ annotations, ports }: PodFacts): string | undefined {
  if (annotations['prometheus.io/scrape'] === 'true') return 'Its annotations (prometheus.io/scrape) ask to be scraped, which the operator does not read.';
  const port = ports.find(({ name = '', protocol = 'TCP' }) => protocol === 'TCP' && metricsPortName.test(name));
  return port === undefined ? undefined : `Its port ${port.name ?? ''} (${String(port.containerPort)}) is named as one that serves metrics.`;
}
