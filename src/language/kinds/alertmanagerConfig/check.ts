/**
 * The verdicts of the operator's controller and of its webhook on an AlertmanagerConfig (prometheus-operator v0.93.1), on an object
 * that went through the API server: pruned and with the schema's defaults. The controller reads v1alpha1; v1beta1 is converted first.
 */

import type { Problem } from '../../finding.ts';
import { namespaceOf } from '../../generate/generation.ts';
import { Source } from '../../generate/source.ts';
import { parseVersion } from '../../version.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { typeFaults } from './goTypes.ts';
import { integrationKeys, validateReceivers } from './integrations.ts';
import { checkReceivers } from './integrationVersions.ts';
import { References } from './references.ts';
import { checkInhibitRules, checkRouteVersion, validateRoute, type ApiVersion } from './routes.ts';
import { validateTimeIntervals } from './timeIntervals.ts';
import { Verdict } from './verdict.ts';

/** Which of the two versions an object is written in. */
export function apiVersionOf(config: KubernetesObject): ApiVersion {
  return config.apiVersion.endsWith('/v1beta1') ? 'v1beta1' : 'v1alpha1';
}

/** The field that holds the named time intervals. */
export function timeIntervalsKey(version: ApiVersion): 'timeIntervals' | 'muteTimeIntervals' {
  return version === 'v1beta1' ? 'timeIntervals' : 'muteTimeIntervals';
}

/** What the operator's admission webhook refuses; it knows neither the Alertmanager nor any Secret. */
export function validateAlertmanagerConfig(config: KubernetesObject): Problem[] {
  const verdict = new Verdict();
  validate(config, verdict);
  return verdict.problems;
}

/**
 * Why the operator leaves an AlertmanagerConfig out; empty when it takes it for an Alertmanager of that version (as
 * `spec.version`, with or without `v`). Without a complete lookup nothing is said of Secrets that are not known.
 */
export function checkAlertmanagerConfig(config: KubernetesObject, lookup: ObjectLookup, alertmanagerVersion: string): Problem[] {
  const verdict = new Verdict();
  const version = parseVersion(alertmanagerVersion);
  if (!validate(config, verdict) || version === undefined) return verdict.problems;
  const spec = Source.of(config).at('spec');
  if (apiVersionOf(config) === 'v1beta1') checkConversion(spec, verdict);
  const references = new References(lookup, namespaceOf(config), verdict);
  checkReceivers(spec.at('receivers'), integrationKeys, { version, references, verdict });
  checkRouteVersion(spec.at('route'), version, verdict);
  checkInhibitRules(spec.at('inhibitRules'), version, verdict);
  return verdict.problems;
}

/** False when the object cannot even be decoded. */
function validate(config: KubernetesObject, verdict: Verdict): boolean {
  const faults = typeFaults(config.spec, ['spec']);
  for (const { path, message } of faults) verdict.reject(Source.of(config).at(...path), 'type', `This is ${message}`);
  if (faults.length > 0) return false;
  const spec = Source.of(config).at('spec');
  const api = apiVersionOf(config);
  const receivers = validateReceivers(spec.at('receivers'), verdict);
  const timeIntervals = validateTimeIntervals(spec.at(timeIntervalsKey(api)), verdict);
  validateRoute(spec.at('route'), { receivers, timeIntervals }, api, verdict);
  return true;
}

/** The conversion of v0.93.1 dereferences `threading` without asking whether it is there. */
function checkConversion(spec: Source, verdict: Verdict): void {
  for (const receiver of spec.at('receivers').items) {
    for (const email of receiver.at('emailConfigs').items) {
      if (email.at('threading').exists) continue;
      verdict.reject(email, 'conversion', "The conversion webhook of operator v0.93 crashes on a v1beta1 email without threading, so the object cannot be stored", 'Use v1alpha1, or set threading.');
    }
  }
}
