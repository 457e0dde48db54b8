/** Settings of a scrape that have no effect, or another one than they seem to have. */

import type { Problem } from '../../finding.ts';
import { parseBytes } from '../../generate/bytes.ts';
import type { Source } from '../../generate/source.ts';
import { information, warning, type MonitorScope } from './monitorScope.ts';

/** A client's TLS settings without https. */
export function adviseTls(tls: Source, scheme: Source): Problem[] {
  if (tls.fields.length === 0 || scheme.text.toLowerCase() === 'https') return [];
  return [warning(tls, 'monitor/tls-without-https', 'The targets are scraped with http, so that tlsConfig has no effect unless they redirect. Add `scheme: https`.', {
    on: 'key', fixes: [{ title: 'Add "scheme: https"', changes: [{ kind: 'set', path: scheme.path, value: 'https' }] }],
  })];
}

/** A path with a query behind it. */
export function advisePath(path: Source): Problem[] {
  if (!path.text.includes('?')) return [];
  const start = path.text.indexOf('?');
  return [{ ...warning(path, 'monitor/path-query', 'Prometheus sends the "?" as a part of the path (%3F), not as the beginning of a query. Write the parameters into `params`.'), within: { start, end: path.text.length } }];
}

/** Which namespaces are looked at. */
export function adviseNamespaceSelector(selector: Source, { prometheus }: MonitorScope): Problem[] {
  const names = selector.at('matchNames');
  if (prometheus.at('ignoreNamespaceSelectors').isTrue && selector.isFilled) {
    return [warning(selector, 'monitor/namespace-selector-ignored', `Prometheus "${prometheus.object.metadata.name}" ignores namespace selectors (ignoreNamespaceSelectors), so that only the object's own namespace is looked at.`, { on: 'key' })];
  }
  if (!selector.at('any').isTrue || names.items.length === 0) return [];
  return [warning(names, 'monitor/namespace-selector-ignored', '`any: true` stands for all namespaces, so that matchNames is ignored. Keep one of the two.', { on: 'key' })];
}

/** Values of a selector that the operator makes regular expressions of, where a dot stands for any character. */
export function adviseSelectorValues(selector: Source, mechanism: Source): Problem[] {
  if (mechanism.text === 'RoleSelector') return [];
  const values = [...selector.at('matchLabels').fields.map(([, value]) => value), ...selector.at('matchExpressions').items.flatMap((expression) => expression.at('values').items)];
  return values.filter(({ text }) => text.includes('.')).map((value) =>
    information(value, 'monitor/selector-dot', `The operator makes a regular expression of this, in which "." is any character: "${value.text.replaceAll('.', '-')}" is selected, too. \`selectorMechanism: RoleSelector\` compares exactly.`));
}

/** Fields whose place is taken by newer ones. */
export function adviseDeprecated(place: Source, names: readonly string[]): Problem[] {
  return names.map((name) => place.at(name)).filter((field) => field.isFilled).map((field) =>
    information(field, 'monitor/deprecated', `${String(field.path.at(-1))} is deprecated: use \`authorization\` instead.`, { on: 'key' }));
}

/** Fields that the Prometheus overrules: `field` is the object's, `overrule` the one of the Prometheus. */
const overruled = [
  { field: 'honorLabels', overrule: 'overrideHonorLabels' },
  { field: 'honorTimestamps', overrule: 'overrideHonorTimestamps' },
] as const;

/** Labels and timestamps of the targets that the object wants to be kept, and the Prometheus does not. */
export function adviseOverruled(settings: Source, { prometheus }: MonitorScope): Problem[] {
  return overruled.filter(({ field, overrule }) => settings.at(field).isTrue && prometheus.at(overrule).isTrue).map(({ field, overrule }) =>
    warning(settings.at(field), 'monitor/overruled', `Prometheus "${prometheus.object.metadata.name}" overrules this (${overrule}): the scrape job has ${field} false.`, { on: 'key' }));
}

/** Limits and the ones that a Prometheus may enforce on all objects. */
const limits: readonly (readonly [field: string, enforced: string])[] = [
  ['sampleLimit', 'enforcedSampleLimit'],
  ['targetLimit', 'enforcedTargetLimit'],
  ['labelLimit', 'enforcedLabelLimit'],
  ['labelNameLengthLimit', 'enforcedLabelNameLengthLimit'],
  ['labelValueLengthLimit', 'enforcedLabelValueLengthLimit'],
  ['keepDroppedTargets', 'enforcedKeepDroppedTargets'],
  ['bodySizeLimit', 'enforcedBodySizeLimit'],
];

/** Limits that are higher than the Prometheus allows: the lower ones count. */
export function adviseLimits(spec: Source, { prometheus }: MonitorScope): Problem[] {
  return limits.flatMap(([field, enforcedField]) => {
    const [own, enforced] = [spec.at(field), prometheus.at(enforcedField)];
    if (amount(enforced) === 0 || amount(own) <= amount(enforced)) return [];
    return [warning(own, 'monitor/limit-enforced', `Prometheus "${prometheus.object.metadata.name}" allows ${String(enforced.value)} at most (${enforcedField}), which counts instead.`)];
  });
}

function amount(limit: Source): number {
  return typeof limit.value === 'number' ? limit.value : parseBytes(limit.text) ?? 0;
}
