import { lowerCase, type Fields, type FieldValue } from './fields.ts';
import type { Generation } from './generation.ts';
import { list, type Node } from './node.ts';
import { parseBytes } from './bytes.ts';
import { quantityToNumber } from './quantity.ts';
import type { Source } from './source.ts';

interface Limit {
  readonly field: string;
  readonly key: string;
  readonly enforced: string;
  readonly minimumVersion: string;
}

const limits: readonly Limit[] = [
  { field: 'sampleLimit', key: 'sample_limit', enforced: 'enforcedSampleLimit', minimumVersion: '0.0.0' },
  { field: 'targetLimit', key: 'target_limit', enforced: 'enforcedTargetLimit', minimumVersion: '2.21.0' },
  { field: 'labelLimit', key: 'label_limit', enforced: 'enforcedLabelLimit', minimumVersion: '2.27.0' },
  { field: 'labelNameLengthLimit', key: 'label_name_length_limit', enforced: 'enforcedLabelNameLengthLimit', minimumVersion: '2.27.0' },
  { field: 'labelValueLengthLimit', key: 'label_value_length_limit', enforced: 'enforcedLabelValueLengthLimit', minimumVersion: '2.27.0' },
  { field: 'keepDroppedTargets', key: 'keep_dropped_targets', enforced: 'enforcedKeepDroppedTargets', minimumVersion: '2.47.0' },
];

/** Limits of the object, each held down to the one that the Prometheus enforces. */
export function limitFields(generation: Generation, object: Source): Fields {
  return Object.fromEntries(limits.map(({ field, key, enforced, minimumVersion }) =>
    [key, generation.since(minimumVersion, lowerLimit(generation, object.at(field), generation.spec.at(enforced)))]));
}

/** Zero is no limit. From 2.45 on the global section carries the enforced limit for objects without one. */
function lowerLimit(generation: Generation, own: Source, enforced: Source): Source | undefined {
  if (enforced.number === 0) return own;
  if (own.number === 0) return generation.atLeast('2.45.0') ? undefined : enforced;
  return enforced.number > own.number ? own : enforced;
}

/** `body_size_limit`: the smaller one of the object's and the enforced one. */
export function bodySizeLimit(generation: Generation, own: Source): Fields {
  return { body_size_limit: generation.since('2.28.0', lowerSize(own, generation.spec.at('enforcedBodySizeLimit'))) };
}

function lowerSize(own: Source, enforced: Source): Source | undefined {
  if (enforced.text === '') return own.text === '' ? undefined : own;
  if (own.text === '') return enforced;
  return (parseBytes(own.text) ?? 0) > (parseBytes(enforced.text) ?? 0) ? enforced : own;
}

/** `body_size_limit` of a Probe, which has none of its own. */
export function enforcedBodySizeLimit(generation: Generation): Fields {
  const enforced = generation.spec.at('enforcedBodySizeLimit');
  return { body_size_limit: enforced.text === '' ? undefined : generation.since('2.28.0', enforced) };
}

/** How histograms are scraped. */
export function histogramFields(generation: Generation, object: Source): Fields {
  const factor = object.at('nativeHistogramMinBucketFactor');
  const classic = object.at('scrapeClassicHistograms');
  const quantity = typeof factor.value === 'string' || typeof factor.value === 'number' ? quantityToNumber(factor.value) : undefined;
  return {
    scrape_native_histograms: generation.since('3.8.0', object.at('scrapeNativeHistograms')),
    native_histogram_bucket_limit: generation.since('2.45.0', object.at('nativeHistogramBucketLimit')),
    native_histogram_min_bucket_factor: generation.since('2.50.0', quantity === undefined ? undefined : factor.scalar(quantity)),
    ...(generation.version.major === 3
      ? { always_scrape_classic_histograms: classic }
      : { scrape_classic_histograms: generation.since('2.45.0', classic) }),
    convert_classic_histograms_to_nhcb: generation.since('3.0.0', object.at('convertClassicHistogramsToNHCB')),
  };
}

/** `scrape_protocols` and `fallback_scrape_protocol`. */
export function protocolFields(generation: Generation, protocols: Source, fallback: Source): Fields {
  return {
    scrape_protocols: protocols.isFilled ? generation.since('2.49.0', list(knownProtocols(generation, protocols), protocols.origin)) : undefined,
    fallback_scrape_protocol: generation.since('3.0.0', fallback),
  };
}

function knownProtocols(generation: Generation, protocols: Source): Node[] {
  return protocols.items
    .map((item) => item.text === 'PrometheusText1.0.0' ? generation.since('3.0.0-rc.0', item) : item.copy())
    .filter((node) => node !== undefined);
}

/** `honor_labels`, which the Prometheus may overrule. */
export function honorLabels(generation: Generation, own: Source): Fields {
  const overruled = generation.spec.at('overrideHonorLabels');
  return { honor_labels: own.isTrue && overruled.isTrue ? overruled.scalar(false) : own.scalar(own.isTrue) };
}

/** `honor_timestamps`: written only when someone said something about it. */
export function honorTimestamps(generation: Generation, own: Source): Fields {
  const overruled = generation.spec.at('overrideHonorTimestamps');
  if (overruled.isTrue) return { honor_timestamps: generation.since('2.9.0', overruled.scalar(false)) };
  return { honor_timestamps: generation.since('2.9.0', own) };
}

/** `track_timestamps_staleness`. */
export function trackTimestampsStaleness(generation: Generation, own: Source): Fields {
  return { track_timestamps_staleness: generation.since('2.48.0', own) };
}

/** A string field that is left out when it is empty. */
export function unlessEmpty(source: Source): FieldValue {
  return source.text === '' ? undefined : source;
}

const escapingSchemes: Readonly<Record<string, string>> = { AllowUTF8: 'allow-utf-8', Underscores: 'underscores', Dots: 'dots', Values: 'values' };

/** Which names of metrics and labels are taken, and how others are escaped. */
export function nameSchemes(generation: Generation, object: Source): Fields {
  const own = object.at('nameEscapingScheme');
  const escaping = escapingSchemes[own.text];
  return {
    metric_name_validation_scheme: generation.since('3.0.0', lowerCase(object.at('nameValidationScheme'))),
    metric_name_escaping_scheme: generation.since('3.4.0', escaping === undefined ? undefined : own.scalar(escaping)),
  };
}
