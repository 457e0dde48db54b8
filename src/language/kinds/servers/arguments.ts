/** The command lines that the operator builds, as far as `additionalArgs` may clash with them (BuildArgs and its callers, v0.93.1). */

import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast, type Version } from '../../version.ts';
import { rejected } from '../shared/monitorScope.ts';

/** A flag, and whether the operator sets it. */
type Row = readonly [flag: string, isSet: boolean];

/** Flags of `additionalArgs` that the operator sets itself: then it builds no pod at all. A `no-` in front makes no difference. */
export function checkAdditionalArguments(list: Source, rows: readonly Row[]): Problem[] {
  const managed = new Set(rows.filter(([, isSet]) => isSet).map(([flag]) => bare(flag)));
  return list.items.map((item) => item.at('name')).filter(({ text }) => managed.has(bare(text))).map((name) =>
    rejected(name, 'server/managed-argument', `Can't set arguments which are already managed by the operator: ${name.text}.`, 'Use the field of the specification that stands for it, or remove the argument.'));
}

function bare(flag: string): string {
  return flag.replace(/^no-/, '');
}

/** The flags of a Prometheus or PrometheusAgent. */
export function prometheusFlags(spec: Source, version: Version, isAgent: boolean): Row[] {
  const since = (minimum: string): boolean => atLeast(version, minimum);
  const is = (...path: string[]): boolean => spec.at(...path).isTrue;
  const has = (...path: string[]): boolean => spec.at(...path).exists;
  const filled = (...path: string[]): boolean => spec.at(...path).isFilled;
  const receiver = is('enableRemoteWriteReceiver');
  const otlp = is('enableOTLPReceiver') || (!has('enableOTLPReceiver') && has('otlp'));
  const writesVersion2 = spec.at('remoteWrite').items.some((entry) => entry.at('messageVersion').text === 'V2.0');
  const wantsXor2 = spec.at('tsdb', 'chunkEncoding', 'floats').text === 'Xor2' && !spec.at('enableFeatures').texts.includes('xor2-encoding') && since('3.13.0');
  const features = (filled('enableFeatures') && since('2.25.0')) || (writesVersion2 && since('2.54.0') && !since('3.4.0')) || (otlp && version.major < 3 && since('2.47.0')) || wantsXor2;
  const common: Row[] = [
    ['config.file', true],
    ['web.route-prefix', true],
    ['web.config.file', since('2.24.0')],
    ['web.console.templates', version.major === 2],
    ['web.console.libraries', version.major === 2],
    ['web.enable-lifecycle', spec.at('reloadStrategy').text !== 'ProcessSignal'],
    ['web.page-title', has('web', 'pageTitle')],
    ['web.max-connections', has('web', 'maxConnections')],
    ['web.enable-remote-write-receiver', receiver && since('2.33.0')],
    ['web.remote-write-receiver.accepted-protobuf-messages', receiver && filled('remoteWriteReceiverMessageVersions') && since('2.54.0')],
    ['web.enable-otlp-receiver', otlp && version.major >= 3],
    ['enable-feature', features || (isAgent && version.major === 2)],
    ['web.external-url', filled('externalUrl')],
    ['log.level', filled('logLevel') && spec.at('logLevel').text !== 'info'],
    ['log.format', filled('logFormat') && spec.at('logFormat').text !== 'logfmt'],
    ['web.listen-address', is('listenLocal')],
  ];
  if (isAgent) return [...common, ['agent', version.major === 3], ['storage.agent.path', true], ['storage.agent.wal-compression', has('walCompression')]];
  const beforeFile = !since('3.11.0');
  return [
    ...common,
    ['storage.tsdb.path', true],
    ['storage.tsdb.retention.time', beforeFile && (filled('retention') || !filled('retentionSize'))],
    ['storage.tsdb.retention.size', beforeFile && filled('retentionSize')],
    ['web.enable-admin-api', is('enableAdminAPI')],
    ['rules.alert.for-outage-tolerance', filled('rules', 'alert', 'forOutageTolerance')],
    ['rules.alert.for-grace-period', filled('rules', 'alert', 'forGracePeriod')],
    ['rules.alert.resend-delay', filled('rules', 'alert', 'resendDelay')],
    ['query.lookback-delta', has('query', 'lookbackDelta')],
    ['query.max-samples', spec.at('query', 'maxSamples').number > 0],
    ['query.max-concurrency', spec.at('query', 'maxConcurrency').number > 0],
    ['query.timeout', has('query', 'timeout')],
    ['storage.tsdb.allow-overlapping-blocks', is('allowOverlappingBlocks') && since('2.11.0') && !since('2.39.0')],
    ['storage.tsdb.wal-compression', has('walCompression') && since('2.11.0')],
    ...compactionFlags(spec, since),
  ];
}

function compactionFlags(spec: Source, since: (minimum: string) => boolean): Row[] {
  const thanos = spec.at('thanos');
  const uploads = thanos.at('objectStorageConfig').exists || thanos.at('objectStorageConfigFile').exists;
  const version = thanos.at('version').text;
  const delays = uploads && !spec.at('disableCompaction').isTrue && since('3.9.0') && (version === '' || atLeast(version, '0.41.0'));
  const disables = spec.at('disableCompaction').isTrue || (uploads && !delays);
  return [
    ['storage.tsdb.max-block-duration', disables],
    ['storage.tsdb.min-block-duration', disables],
    ['storage.tsdb.delay-compact-file.path', delays],
    ['storage.tsdb.allow-overlapping-compaction', (delays || disables) && spec.at('tsdb', 'outOfOrderTimeWindow').exists && since('2.55.0')],
  ];
}

/** The flags of the Thanos sidecar beside a Prometheus. */
export function sidecarFlags(spec: Source, version: Version): Row[] {
  const thanos = spec.at('thanos');
  const uploads = thanos.at('objectStorageConfig').exists || thanos.at('objectStorageConfigFile').exists;
  const tls = thanos.at('grpcServerTlsConfig');
  const traces = thanos.at('tracingConfig').exists || thanos.at('tracingConfigFile').isFilled;
  return [
    ['prometheus.url', true],
    ['grpc-address', true],
    ['http-address', true],
    ['grpc-server-tls-cert', tls.at('certFile').isFilled],
    ['grpc-server-tls-key', tls.at('keyFile').isFilled],
    ['grpc-server-tls-client-ca', tls.at('caFile').isFilled],
    ['objstore.config-file', thanos.at('objectStorageConfigFile').exists],
    ['objstore.config', uploads && !thanos.at('objectStorageConfigFile').exists],
    ['tsdb.path', uploads],
    ['tracing.config-file', thanos.at('tracingConfigFile').isFilled],
    ['tracing.config', traces && !thanos.at('tracingConfigFile').isFilled],
    ['log.level', thanos.at('logLevel').isFilled || spec.at('logLevel').isFilled],
    ['log.format', thanos.at('logFormat').isFilled || spec.at('logFormat').isFilled],
    ['min-time', thanos.at('minTime').isFilled],
    ['prometheus.ready_timeout', thanos.at('readyTimeout').isFilled],
    ['prometheus.get_config_timeout', thanos.at('getConfigTimeout').isFilled && atLeast(version, '0.29.0')],
    ['prometheus.get_config_interval', thanos.at('getConfigInterval').isFilled && atLeast(version, '0.29.0')],
    ['prometheus.http-client-file', atLeast(version, '0.24.0')],
  ];
}

/** The flags of an Alertmanager. */
export function alertmanagerFlags(spec: Source, version: Version): Row[] {
  const since = (minimum: string): boolean => atLeast(version, minimum);
  const replicas = spec.at('replicas').exists ? spec.at('replicas').number : 1;
  const filled = (name: string): boolean => spec.at(name).isFilled;
  return [
    ['config.file', true],
    ['storage.path', true],
    ['data.retention', true],
    // For a single replica the operator writes the flag with its "=", and so sees no clash.
    ['cluster.listen-address', replicas !== 1 || spec.at('forceEnableClusterMode').isTrue],
    ['web.listen-address', true],
    ['web.external-url', filled('externalUrl')],
    ['enable-feature', since('0.27.0') && filled('enableFeatures')],
    ['web.route-prefix', true],
    ['web.get-concurrency', since('0.17.0') && spec.at('web', 'getConcurrency').exists],
    ['web.timeout', since('0.17.0') && spec.at('web', 'timeout').exists],
    ['silences.max-silences', since('0.28.0') && spec.at('limits', 'maxSilences').exists],
    ['silences.max-per-silence-bytes', since('0.28.0') && spec.at('limits', 'maxPerSilenceBytes').isFilled],
    ['log.level', filled('logLevel') && spec.at('logLevel').text !== 'info'],
    ['log.format', filled('logFormat') && spec.at('logFormat').text !== 'logfmt'],
    ['cluster.advertise-address', filled('clusterAdvertiseAddress')],
    ['cluster.gossip-interval', filled('clusterGossipInterval')],
    ['cluster.pushpull-interval', filled('clusterPushpullInterval')],
    ['cluster.peer-timeout', filled('clusterPeerTimeout')],
    ['cluster.peer-name', since('0.30.0')],
    ['cluster.label', since('0.26.0')],
    ['cluster.peer', replicas > 0 || filled('additionalPeers')],
    ['cluster.reconnect-timeout', true],
    ['cluster.tls-config', since('0.24.0') && spec.at('clusterTLS').exists],
    ['web.config.file', since('0.22.0')],
  ];
}

/** The flags of a ThanosRuler. */
export function rulerFlags(spec: Source, version: Version): Row[] {
  const since = (minimum: string): boolean => atLeast(version, minimum);
  const filled = (name: string): boolean => spec.at(name).isFilled;
  const has = (name: string): boolean => spec.at(name).exists;
  const tls = spec.at('grpcServerTlsConfig');
  return [
    ...['data-dir', 'eval-interval', 'tsdb.retention', 'label', 'alert.label-drop', 'rule-file'].map((flag) => [flag, true] as const),
    ['rule-query-offset', since('0.38.0') && filled('ruleQueryOffset')],
    ['rule-concurrent-evaluation', since('0.37.0') && spec.at('ruleConcurrentEval').number > 0],
    ['for-outage-tolerance', since('0.30.0') && filled('ruleOutageTolerance')],
    ['for-grace-period', since('0.30.0') && filled('ruleGracePeriod')],
    ['resend-delay', filled('resendDelay')],
    ['enable-feature', since('0.39.0') && filled('enableFeatures')],
    ['http-address', spec.at('listenLocal').isTrue],
    ['log.level', filled('logLevel') && spec.at('logLevel').text !== 'info'],
    ['log.format', filled('logFormat')],
    ['remote-write.config-file', since('0.24.0') && filled('remoteWrite')],
    ['query.config-file', has('queryConfig')],
    ['query', !has('queryConfig') && filled('queryEndpoints')],
    ['alertmanagers.config-file', has('alertmanagersConfig')],
    ['alertmanagers.url', !has('alertmanagersConfig') && filled('alertmanagersUrl')],
    ['objstore.config-file', has('objectStorageConfigFile') || has('objectStorageConfig')],
    ['tracing.config-file', filled('tracingConfigFile') || has('tracingConfig')],
    ['alert.relabel-config-file', has('alertRelabelConfigFile') || has('alertRelabelConfigs')],
    ['grpc-server-tls-cert', tls.at('certFile').isFilled],
    ['grpc-server-tls-key', tls.at('keyFile').isFilled],
    ['grpc-server-tls-client-ca', tls.at('caFile').isFilled],
    ['web.external-prefix', filled('externalPrefix')],
    ['web.route-prefix', filled('routePrefix')],
    ['alert.query-url', filled('alertQueryUrl')],
  ];
}
