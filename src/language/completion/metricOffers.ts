import { isLabelName } from '../relabel/labelNames.ts';
import { plain } from '../hover/markdown.ts';
import type { Knowledge, KnownMetric, MetricFacts } from './knowledge.ts';
import type { Offer } from './offer.ts';
import type { Dialect } from './expected.ts';
import { fits } from './expected.ts';
import { quote } from '../promql/quoting.ts';

/** More names than this are not sent; typing on narrows them. */
const limit = 300;

/** Metrics whose names hold the letters typed so far: the workspace's, the cluster's, the catalogue's. */
export async function metricOffers(prefix: string, { knowledge, facts, dialect }: { readonly knowledge: Knowledge; readonly facts?: MetricFacts; readonly dialect: Dialect }): Promise<{ offers: Offer[]; incomplete: boolean }> {
  const found = new Map<string, KnownMetric>();
  const wanted = prefix.toLowerCase();
  let more = false;
  for (const metric of knowledge.names()) {
    if (!metric.name.toLowerCase().includes(wanted)) continue;
    if (found.size >= limit) {
      more = true;
      break;
    }
    found.set(metric.name, metric);
  }
  const names = (await facts?.metricNames(prefix)) ?? [];
  for (const name of names) {
    if (found.get(name)?.origin === 'recorded') continue;
    const metadata = (await facts?.metadataOf(name)) ?? { type: 'unknown', help: '' };
    const known = found.get(name);
    // A metric of the catalogue that the cluster has is the cluster's.
    found.set(name, { name, type: metadata.type === 'unknown' ? (known?.type ?? 'unknown') : metadata.type, help: metadata.help === '' ? (known?.help ?? '') : metadata.help, origin: 'cluster' });
  }
  const sorted = [...found.values()].sort((a, b) => Number(b.name.startsWith(prefix)) - Number(a.name.startsWith(prefix)) || order[a.origin] - order[b.origin]);
  return { offers: sorted.flatMap((metric) => metricOffer(metric, dialect)), incomplete: more || names.length >= limit };
}

const order = { recorded: 0, cluster: 1, catalogue: 2 } as const;
const origins = { recorded: 'recording rule', cluster: 'cluster', catalogue: 'catalogue' } as const;

function metricOffer({ name, type, help, origin }: KnownMetric, dialect: Dialect): Offer[] {
  const isPlain = isPlainMetric(name);
  const text = isPlain ? name : `{${quote(name)}}`;
  if (!isPlain && (!isLabelName(name, 'utf8') || !fits('', text, dialect))) return [];
  return [{
    kind: 'metric',
    label: name,
    detail: origin === 'recorded' ? origins.recorded : `${type} · ${origins[origin]}`,
    ...(help === '' ? {} : { documentation: plain(help) }),
    text,
  }];
}

/** Whether a name may stand without quotes. */
export function isPlainMetric(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}
