/** What the operator refuses in the sections of a Prometheus or PrometheusAgent that are not about scraping. */

import type { Problem } from '../../finding.ts';
import { quantityToNumber } from '../../generate/quantity.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast } from '../../version.ts';
import { rejected, type MonitorScope } from '../shared/monitorScope.ts';
import { checkTlsSettings } from '../shared/tlsConfig.ts';
import { checkAlerting } from './alertmanagers.ts';
import { checkRemoteRead, checkRemoteWrite } from './remoteStorage.ts';

/**
 * The faults that keep the operator from writing a configuration: GenerateServerConfiguration and GenerateAgentConfiguration of
 * v0.93.1, and what their callers read beforehand. Of an agent's fields the schema leaves only those that it has.
 */
export function checkSections(spec: Source, scope: MonitorScope): Problem[] {
  return [
    ...checkRemoteWrite(spec.at('remoteWrite'), scope),
    ...checkRemoteRead(spec.at('remoteRead'), scope),
    ...checkAlerting(spec, scope),
    ...checkTsdb(spec.at('tsdb'), spec.at('enableFeatures')),
    ...checkOtlp(spec.at('otlp'), spec.at('nameValidationScheme'), scope),
    ...checkTracing(spec.at('tracingConfig')),
  ];
}

function checkTsdb(tsdb: Source, features: Source): Problem[] {
  const floats = tsdb.at('chunkEncoding', 'floats');
  return [
    ...checkFraction(tsdb.at('staleSeriesCompactionThreshold')),
    ...(floats.text === 'Xor' && features.texts.includes('st-storage')
      ? [rejected(floats, 'prometheus/chunk-encoding', 'Chunk encoding "Xor" is incompatible with --enable-feature=st-storage (XOR chunks do not store start timestamps).', 'Write Xor2, or remove the feature.')]
      : []),
  ];
}

/** A quantity from 0 to 1. */
function checkFraction(fraction: Source): Problem[] {
  if (typeof fraction.value !== 'string' && typeof fraction.value !== 'number') return [];
  const value = quantityToNumber(fraction.value);
  if (value === undefined || (value >= 0 && value <= 1)) return [];
  return [rejected(fraction, 'prometheus/fraction', `"${String(fraction.path.at(-1))}" must be between 0 and 1.`, 'Write a fraction, such as "0.2".')];
}

/** Strategies of translation that are refused for older versions. */
const strategies: Readonly<Record<string, string>> = { NoTranslation: '3.4.0', UnderscoreEscapingWithoutSuffixes: '3.6.0' };

function checkOtlp(otlp: Source, nameScheme: Source, { version }: MonitorScope): Problem[] {
  if (!otlp.exists) return [];
  const refuse = (place: Source, fault: string, remedy: string): Problem => rejected(place, 'prometheus/otlp', fault, remedy, { on: 'key' });
  if (!atLeast(version, '2.55.0')) return [refuse(otlp, 'OTLP configuration is only supported from Prometheus version 2.55.0.', 'Remove it, or use a newer Prometheus.')];
  const strategy = otlp.at('translationStrategy');
  const since = strategies[strategy.text];
  const [promoted, ignored, all] = [otlp.at('promoteResourceAttributes'), otlp.at('ignoreResourceAttributes'), otlp.at('promoteAllResourceAttributes')];
  return [
    ...(strategy.text === 'NoUTF8EscapingWithSuffixes' && nameScheme.text === 'Legacy' ? [refuse(strategy, 'nameValidationScheme "Legacy" is not compatible with OTLP translation strategy "NoUTF8EscapingWithSuffixes".', 'Use another strategy, or names in UTF8.')] : []),
    ...(since !== undefined && !atLeast(version, since) ? [refuse(strategy, `"${strategy.text}" is only supported from Prometheus version ${since}.`, 'Use another strategy, or a newer Prometheus.')] : []),
    ...(atLeast(version, '3.5.0') && promoted.isFilled && all.isTrue ? [refuse(promoted, "'promoteAllResourceAttributes' cannot be set to 'true' simultaneously with 'promoteResourceAttributes'.", 'Keep one of the two.')] : []),
    ...(atLeast(version, '3.5.0') && ignored.isFilled && !all.isTrue ? [refuse(ignored, "'ignoreResourceAttributes' can only be set when 'promoteAllResourceAttributes' is true.", 'Set promoteAllResourceAttributes, or remove it.')] : []),
  ];
}

/** The operator reads none of the Secrets that it names. */
function checkTracing(tracing: Source): Problem[] {
  return [...checkTlsSettings(tracing.at('tlsConfig')), ...checkFraction(tracing.at('samplingFraction'))];
}
