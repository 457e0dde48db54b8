/** Fields of a server that its version is too old for: the operator leaves them out (WithMinimumVersion and the like, v0.93.1). */

import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast, type Version } from '../../version.ts';

/** A field below `spec`, `*` for each item of a list, and the first version that has it. */
type Row = readonly [field: string, since: string];

const remoteWrite: readonly Row[] = [
  ['remoteWrite.*.headers', '2.15.0'], ['remoteWrite.*.name', '2.15.0'], ['remoteWrite.*.metadataConfig', '2.23.0'], ['remoteWrite.*.sigv4', '2.26.0'],
  ['remoteWrite.*.followRedirects', '2.26.0'], ['remoteWrite.*.queueConfig.retryOnRateLimit', '2.26.0'], ['remoteWrite.*.sendExemplars', '2.27.0'],
  ['remoteWrite.*.metadataConfig.maxSamplesPerSend', '2.29.0'], ['remoteWrite.*.enableHTTP2', '2.35.0'], ['remoteWrite.*.sendNativeHistograms', '2.40.0'],
  ['remoteWrite.*.azureAd', '2.45.0'], ['remoteWrite.*.queueConfig.sampleAgeLimit', '2.50.0'], ['remoteWrite.*.messageVersion', '2.54.0'],
  ['remoteWrite.*.roundRobinDNS', '3.1.0'], ['remoteWrite.*.azureAd.scope', '3.9.0'],
];

const otlp: readonly Row[] = [
  ['otlp.translationStrategy', '3.0.0'], ['otlp.keepIdentifyingResourceAttributes', '3.1.0'], ['otlp.convertHistogramsToNHCB', '3.4.0'], ['otlp.promoteAllResourceAttributes', '3.5.0'],
  ['otlp.ignoreResourceAttributes', '3.5.0'], ['otlp.promoteScopeMetadata', '3.6.0'], ['otlp.labelNameUnderscoreSanitization', '3.8.0'], ['otlp.labelNamePreserveMultipleUnderscores', '3.8.0'],
];

/** What Prometheus and PrometheusAgent have in common. */
const common: readonly Row[] = [
  ...remoteWrite, ...otlp,
  ['web.tlsConfig', '2.24.0'], ['web.httpConfig', '2.24.0'], ['enableFeatures', '2.25.0'], ['enableRemoteWriteReceiver', '2.33.0'], ['bodySizeLimit', '2.45.0'], ['sampleLimit', '2.45.0'],
  ['targetLimit', '2.45.0'], ['labelLimit', '2.45.0'], ['labelNameLengthLimit', '2.45.0'], ['labelValueLengthLimit', '2.45.0'], ['keepDroppedTargets', '2.47.0'], ['scrapeProtocols', '2.49.0'],
  ['runtime', '2.53.0'], ['remoteWriteReceiverMessageVersions', '2.54.0'], ['scrapeFailureLogFile', '2.55.0'], ['nameValidationScheme', '3.0.0'], ['nameEscapingScheme', '3.4.0'],
  ['convertClassicHistogramsToNHCB', '3.4.0'], ['scrapeClassicHistograms', '3.5.0'], ['scrapeNativeHistograms', '3.8.0'], ['tsdb.staleSeriesCompactionThreshold', '3.10.0'], ['tsdb.chunkEncoding', '3.13.0'],
];

const fieldVersions: Readonly<Record<string, readonly Row[]>> = {
  Prometheus: [
    ...common,
    ['retentionSize', '2.7.0'], ['walCompression', '2.11.0'], ['queryLogFile', '2.16.0'], ['exemplars.maxSize', '2.29.0'], ['remoteRead.*.headers', '2.26.0'], ['remoteRead.*.followRedirects', '2.26.0'],
    ['remoteRead.*.filterExternalLabels', '2.34.0'], ['tsdb.outOfOrderTimeWindow', '2.39.0'], ['ruleQueryOffset', '2.53.0'],
  ],
  PrometheusAgent: [...common, ['tsdb.outOfOrderTimeWindow', '2.54.0']],
  Alertmanager: [
    ['web.getConcurrency', '0.17.0'], ['web.timeout', '0.17.0'], ['web.tlsConfig', '0.22.0'], ['web.httpConfig', '0.22.0'], ['clusterTLS', '0.24.0'], ['clusterLabel', '0.26.0'], ['enableFeatures', '0.27.0'], ['limits', '0.28.0'],
  ],
  ThanosRuler: [
    ['web.tlsConfig', '0.21.0'], ['web.httpConfig', '0.21.0'], ['remoteWrite.*.sendNativeHistograms', '0.30.0'], ['ruleOutageTolerance', '0.30.0'], ['ruleGracePeriod', '0.30.0'], ['remoteWrite.*.azureAd', '0.31.0'],
    ['remoteWrite.*.queueConfig.sampleAgeLimit', '0.32.0'], ['remoteWrite.*.noProxy', '0.32.0'], ['remoteWrite.*.proxyFromEnvironment', '0.32.0'], ['remoteWrite.*.proxyConnectHeader', '0.32.0'],
    ['remoteWrite.*.azureAd.sdk', '0.36.0'], ['remoteWrite.*.messageVersion', '0.37.0'], ['ruleConcurrentEval', '0.37.0'], ['ruleQueryOffset', '0.38.0'], ['remoteWrite.*.roundRobinDNS', '0.38.0'], ['enableFeatures', '0.39.0'],
  ],
};

/** A warning at each field that the version does not have; one for a field within another that is left out. */
export function ignoredFields(spec: Source, version: Version): Problem[] {
  const { kind } = spec.object;
  const tooNew = (fieldVersions[kind] ?? []).filter(([, since]) => !atLeast(version, since));
  return tooNew.filter(([field]) => !tooNew.some(([other]) => field.startsWith(`${other}.`))).flatMap(([field, since]) =>
    places(spec, field.split('.')).filter((place) => place.isFilled && place.value !== false).map((place): Problem => ({
      code: 'server/field-ignored',
      severity: 'warning',
      path: place.path,
      on: 'key',
      message: `"${String(place.path.at(-1))}" needs ${kind === 'ThanosRuler' ? 'Thanos' : kind === 'Alertmanager' ? 'Alertmanager' : 'Prometheus'} ${since}; for an older one the operator leaves it out.`,
    })));
}

function places(from: Source, [first, ...rest]: readonly string[]): Source[] {
  if (first === undefined) return [from];
  return first === '*' ? from.items.flatMap((item) => places(item, rest)) : places(from.at(first), rest);
}
