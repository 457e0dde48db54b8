/** What a server's object says that is taken, and hardly meant so. */

import type { Problem } from '../../finding.ts';
import { parseBytes } from '../../generate/bytes.ts';
import { quantityToNumber } from '../../generate/quantity.ts';
import type { Source } from '../../generate/source.ts';
import { compareVersions, parseVersion, type Version } from '../../version.ts';
import { information, removal, warning } from '../shared/monitorScope.ts';
import { ignoredFields } from './ignoredFields.ts';

/** Advice on a server of any kind, of the version that it runs as the operator sees it. */
export function adviseServer(spec: Source, version: Version): Problem[] {
  return [...ignoredFields(spec, version), ...adviseImage(spec, version), ...adviseDeprecated(spec), ...adviseReplicas(spec), ...adviseStorage(spec), ...adviseRetention(spec), ...adviseExternalLabels(spec)];
}

/** The version of an image's tag; undefined where it has none, or one that says nothing. */
function taggedVersion(image: string): Version | undefined {
  const tag = /:([^:/@]+)(?:@[^@]*)?$/.exec(image)?.[1];
  return tag !== undefined && /^v?\d+\.\d+\.\d+/.test(tag) ? parseVersion(tag) : undefined;
}

/** The image is taken as it is; what the operator generates follows the version alone. */
function adviseImage(spec: Source, version: Version): Problem[] {
  const image = spec.at('image');
  const tagged = taggedVersion(image.text);
  // Builds of others (-distroless, -rhel9) have the features of what they are built from.
  if (tagged === undefined || compareVersions({ ...tagged, preRelease: [] }, { ...version, preRelease: [] }) === 0) return [];
  const written = spec.at('version').text;
  const text = `${String(tagged.major)}.${String(tagged.minor)}.${String(tagged.patch)}`;
  return [warning(image, 'server/image-version', `The image is of version ${text}, but the operator generates for ${written === '' ? `its default, ${String(version.major)}.${String(version.minor)}.${String(version.patch)}` : written}: it decides by \`version\` alone. Write the same in both.`, {
    fixes: [{ title: `Set version to "${text}"`, changes: [{ kind: 'set', path: ['spec', 'version'], value: text }] }],
  })];
}

/** Fields that others have replaced (recordDeprecatedFields of each kind, v0.93.1); the operator says so in the status of the object. */
const deprecated: readonly (readonly [field: string, instead: string])[] = [
  ['baseImage', 'image'], ['tag', 'image'], ['sha', 'image'], ['thanos.baseImage', 'thanos.image'], ['thanos.tag', 'thanos.image'], ['thanos.sha', 'thanos.image'],
  ['prometheusRulesExcludedFromEnforce', 'excludedFromEnforcement'],
];

function adviseDeprecated(spec: Source): Problem[] {
  const logins = ['remoteWrite', 'remoteRead'].flatMap((name) => spec.at(name).items).flatMap((entry) => [entry.at('bearerToken'), entry.at('bearerTokenFile')]);
  return [
    ...deprecated.map(([field, instead]) => [spec.at(...field.split('.')), instead] as const).filter(([place]) => place.isFilled).map(([place, instead]) => {
      const hasImage = instead === 'image' ? spec.at('image').text !== '' : instead === 'thanos.image' && spec.at('thanos', 'image').text !== '';
      return information(place, 'server/deprecated', `${String(place.path.at(-1))} is deprecated: use spec.${instead} instead.${hasImage ? ' As image is set, this has no effect.' : ''}`, { on: 'key', ...(hasImage ? { fixes: [removal(place)] } : {}) });
    }),
    ...logins.filter((login) => login.isFilled).map((login) => information(login, 'server/deprecated', `${String(login.path.at(-1))} is deprecated: use \`authorization\` instead.`, { on: 'key' })),
  ];
}

function adviseReplicas(spec: Source): Problem[] {
  const [replicas, shards, paused] = [spec.at('replicas'), spec.at('shards'), spec.at('paused')];
  return [
    ...(replicas.value === 0 ? [information(replicas, 'server/replicas', 'No pod runs with 0 replicas.')] : []),
    ...(shards.exists && shards.number < 1 ? [information(shards, 'server/replicas', `The operator takes ${String(shards.number)} shards for 1.`)] : []),
    ...(paused.isTrue ? [information(paused, 'server/paused', 'The operator takes no action on this object while it is paused: neither changes of it nor of what it selects have any effect.', { on: 'key' })] : []),
  ];
}

/** Of several storages one counts. */
function adviseStorage(spec: Source): Problem[] {
  const storage = spec.at('storage');
  const given = ['emptyDir', 'ephemeral', 'volumeClaimTemplate'].map((name) => storage.at(name)).filter((place) => place.exists && (place.path.at(-1) !== 'volumeClaimTemplate' || place.at('spec').isFilled));
  const [first, ...others] = given;
  if (first === undefined) return [];
  return others.map((other) => warning(other, 'server/storage', `${String(first.path.at(-1))} counts, and this is ignored: one storage at most is used.`, { on: 'key', fixes: [removal(other)] }));
}

/** A limit of size that the volume cannot hold is never reached. */
function adviseRetention(spec: Source): Problem[] {
  const size = spec.at('retentionSize');
  const claim = spec.at('storage', 'volumeClaimTemplate', 'spec', 'resources', 'requests', 'storage');
  const limit = parseBytes(size.text);
  const volume = typeof claim.value === 'string' || typeof claim.value === 'number' ? quantityToNumber(claim.value) : undefined;
  if (limit === undefined || limit === 0 || volume === undefined || spec.at('storage', 'emptyDir').exists || spec.at('storage', 'ephemeral').exists || limit <= volume) return [];
  return [warning(size, 'server/retention-size', `Prometheus may keep ${size.text}, more than the ${String(claim.value)} that the volume is asked for: it fills up before anything is deleted. Leave some 15 % for the write-ahead log.`)];
}

/** Labels that the operator sets itself win. */
function adviseExternalLabels(spec: Source): Problem[] {
  const nameOf = (field: string, fallback: string): string => (spec.at(field).exists ? spec.at(field).text : fallback);
  const own = new Map([[nameOf('prometheusExternalLabelName', 'prometheus'), 'prometheusExternalLabelName'], [nameOf('replicaExternalLabelName', 'prometheus_replica'), 'replicaExternalLabelName']]);
  return spec.at('externalLabels').fields.filter(([name]) => name !== '' && own.has(name)).map(([name, value]) =>
    warning(value, 'prometheus/external-label', `The operator sets the external label "${name}" itself, and ignores this one. Use another name, or set ${own.get(name) ?? ''} to "".`, { on: 'key', fixes: [removal(value)] }));
}
