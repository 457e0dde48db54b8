/** What Prometheus cannot load of a configuration's sections that are not about scraping (config.go of Prometheus 3.13), by field. */

import type { Problem } from '../../finding.ts';
import { userSteps } from '../../generate/relabeling.ts';
import { Judged } from '../../generate/loading/judge.ts';
import { judgeRelabelStep } from '../../generate/loading/relabelSteps.ts';
import { toPlain } from '../../generate/node.ts';
import type { Source } from '../../generate/source.ts';
import { parseDuration } from '../../duration.ts';
import { isLabelName, type NameScheme } from '../../relabel/labelNames.ts';
import { parseGoUrl } from '../../routing/goUrl.ts';
import { atLeast, type Version } from '../../version.ts';

/** The faults that the operator lets through and no Prometheus 3 loads; nothing is said for an older one. */
export function unloadableSections(spec: Source, version: Version): Problem[] {
  if (!atLeast(version, '3.0.0')) return [];
  const scheme: NameScheme = spec.at('nameValidationScheme').text === 'Legacy' ? 'legacy' : 'utf8';
  const [writes, reads] = [spec.at('remoteWrite').items, spec.at('remoteRead').items];
  return [
    ...spec.at('externalLabels').fields.filter(([name]) => !isLabelName(name, scheme)).map(([name, value]) => unloadable(value, `${JSON.stringify(name)} is not a valid label name`)),
    ...[...writes, ...reads].flatMap((entry) => [...checkUrl(entry.at('url')), ...checkHeaders(entry.at('headers'))]),
    ...[writes, reads].flatMap(duplicateNames),
    ...writes.flatMap((entry) => [...checkSteps(entry.at('writeRelabelConfigs'), scheme), ...checkQueue(entry.at('queueConfig'))]),
    ...reads.flatMap(checkOneClientLogin),
    ...[...writes, ...reads, ...spec.at('alerting', 'alertmanagers').items].flatMap((entry) => checkAuthorizationType(entry.at('authorization'))),
    ...spec.at('alerting', 'alertmanagers').items.flatMap(checkProxySettings),
    ...(scheme === 'legacy' && spec.at('otlp', 'translationStrategy').text === 'NoTranslation' ? [unloadable(spec.at('otlp', 'translationStrategy'), 'OTLP translation strategy "NoTranslation" is not allowed when UTF8 is disabled')] : []),
    ...spec.at('alerting', 'alertmanagers').items.flatMap((entry) => ['relabelings', 'alertRelabelings'].flatMap((name) => checkSteps(entry.at(name), scheme))),
  ];
}

function unloadable(place: Source, fault: string): Problem {
  return {
    code: 'prometheus/unloadable',
    severity: 'error',
    path: place.path,
    message: `${fault}: the operator accepts this, but Prometheus refuses the whole generated configuration; every reload fails from then on, and a restarted pod does not start.`,
  };
}

function checkUrl(url: Source): Problem[] {
  const parsed = parseGoUrl(url.text);
  return 'error' in parsed ? [unloadable(url, parsed.error)] : [];
}

/** Headers that Prometheus sets itself. */
const reserved: ReadonlySet<string> = new Set([
  'host', 'content-encoding', 'content-length', 'content-type', 'user-agent', 'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'www-authenticate',
  'accept-encoding', 'x-prometheus-remote-write-version', 'x-prometheus-remote-read-version', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256',
]);

function checkHeaders(headers: Source): Problem[] {
  return headers.fields.flatMap(([name, value]) => {
    if (name.toLowerCase() === 'authorization') return [unloadable(value, 'authorization header must be changed via the basicAuth, authorization, oauth2, sigv4 or azureAd parameter')];
    return reserved.has(name.toLowerCase()) ? [unloadable(value, `${name} is a reserved header. It must not be changed`)] : [];
  });
}

function duplicateNames(entries: readonly Source[]): Problem[] {
  const seen = new Set<string>();
  return entries.map((entry) => entry.at('name')).filter(({ text }) => {
    const isSecond = text !== '' && seen.has(text);
    seen.add(text);
    return isSecond;
  }).map((name) => unloadable(name, `found multiple ${name.path.includes('remoteRead') ? 'remote read' : 'remote write'} configs with job name ${JSON.stringify(name.text)}`));
}

function checkSteps(list: Source, scheme: NameScheme): Problem[] {
  return userSteps(list).flatMap((step, index) => Judged.judge(toPlain(step), [], (value) => { judgeRelabelStep(value, scheme); }).slice(0, 1).map(({ message }) => unloadable(list.at(index), message)));
}

/** Zeros are left out by the operator, so that the defaults of Prometheus count. */
function checkQueue(queue: Source): Problem[] {
  if (!queue.exists) return [];
  const number = (name: string, fallback: number): number => queue.at(name).number || fallback;
  const duration = (name: string, fallback: number): number => parseDuration(queue.at(name).text) ?? fallback;
  const positive = (['maxShards', 'minShards', 'maxSamplesPerSend', 'capacity'] as const).filter((name) => queue.at(name).number < 0);
  return [
    ...positive.map((name) => unloadable(queue.at(name), `remote write queue ${name} must be positive`)),
    ...(number('minShards', 1) > number('maxShards', 50) ? [unloadable(queue.at('minShards'), 'remote write queue min_shards must not be greater than max_shards (50 where it is not set)')] : []),
    ...(duration('maxBackoff', 5000) < duration('minBackoff', 30) ? [unloadable(queue.at(queue.at('maxBackoff').exists ? 'maxBackoff' : 'minBackoff'), 'remote write queue max_backoff (5s where it is not set) must not be less than min_backoff (30ms)')] : []),
  ];
}

/** The operator writes several logins of a remote read as they are. */
function checkOneClientLogin(entry: Source): Problem[] {
  const [, second] = ['basicAuth', 'oauth2', 'authorization'].map((name) => entry.at(name)).filter((login) => login.exists);
  return second === undefined ? [] : [unloadable(second, 'at most one of basic_auth, oauth2 & authorization must be configured')];
}

/** Without credentials to read, the operator does not look at the type. */
function checkAuthorizationType(authorization: Source): Problem[] {
  const type = authorization.at('type');
  if (authorization.at('credentials').exists || type.text.trim().toLowerCase() !== 'basic') return [];
  return [unloadable(type, 'authorization type cannot be set to "basic", use "basicAuth" instead')];
}

/** Of an Alertmanager's proxy the operator reads the Secrets only. */
function checkProxySettings(entry: Source): Problem[] {
  const [url, noProxy, header] = [entry.at('proxyUrl'), entry.at('noProxy'), entry.at('proxyConnectHeader')];
  const fromEnvironment = entry.at('proxyFromEnvironment').isTrue;
  return [
    ...(header.isFilled && !fromEnvironment && url.text === '' ? [unloadable(header, 'if proxyConnectHeader is configured, proxyUrl or proxyFromEnvironment must also be configured')] : []),
    ...(fromEnvironment && url.text !== '' ? [unloadable(url, 'if proxyFromEnvironment is configured, proxyUrl must not be configured')] : []),
    ...(noProxy.text !== '' && (fromEnvironment || url.text === '') ? [unloadable(noProxy, 'noProxy needs a proxyUrl, and no proxyFromEnvironment')] : []),
  ];
}
