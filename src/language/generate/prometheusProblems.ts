import type { Problem } from '../finding.ts';
import type { MonitorScope } from '../kinds/shared/monitorScope.ts';
import { checkReference } from '../kinds/shared/references.ts';
import { checkRelabelLists } from '../kinds/shared/relabelLists.ts';
import { checkScrapeTimings } from '../kinds/shared/scrapeTimings.ts';
import { checkTlsConfig } from '../kinds/shared/tlsConfig.ts';
import { checkSections } from '../kinds/servers/sections.ts';
import { referencesIn } from './assets.ts';
import type { Generation } from './generation.ts';
import type { OperatorOptions } from './operatorOptions.ts';
import type { Source } from './source.ts';

/** What the operator reads for the Prometheus itself; of a scrape class only the certificates (v0.93.1). */
export function loadPrometheusAssets(generation: Generation): void {
  const { spec, namespace, assets } = generation;
  for (const field of ['remoteRead', 'remoteWrite', 'apiserverConfig']) assets.load(spec.at(field), namespace);
  assets.load(spec.at('alerting', 'alertmanagers'), namespace);
  for (const scrapeClass of spec.at('scrapeClasses').items) assets.load(scrapeClass.at('tlsConfig'), namespace);
}

/**
 * What in a Prometheus or PrometheusAgent keeps the operator from generating its configuration, for any monitor.
 */
export function generationProblems(generation: Generation, operator: OperatorOptions): Problem[] {
  const { spec, lookup, namespace, version } = generation;
  const scope: MonitorScope = { namespace, lookup, version, prometheus: spec };
  const apiServer = spec.at('apiserverConfig');
  const referring = ['basicAuth', 'authorization', 'proxyConnectHeader'].map((name) => apiServer.at(name));
  return [
    ...checkDaemonSet(generation, operator),
    ...checkScrapeClasses(spec.at('scrapeClasses').items, scope),
    ...referring.flatMap((place) => checkReferences(place, scope)),
    ...checkTlsConfig(apiServer.at('tlsConfig'), scope),
    // Without credentials to read, the operator does not look at the rest of an API server's authorization.
    ...(apiServer.at('authorization', 'credentials').exists ? checkAuthorization(apiServer.at('authorization')) : []),
    ...checkSections(spec, scope),
    ...checkScrapeTimings(spec.at('scrapeInterval'), spec.at('scrapeTimeout'), scope),
  ];
}

/** References that lead nowhere. Credentials of an authorization may have no name: then the operator reads none. */
function checkReferences(place: Source, scope: MonitorScope): Problem[] {
  return [...referencesIn(place)]
    .filter(({ selector }) => selector.path.at(-2) !== 'authorization' || selector.at('name').text !== '')
    .flatMap(({ kind, selector }) => checkReference(selector, kind, scope));
}

function checkDaemonSet(generation: Generation, operator: OperatorOptions): Problem[] {
  if (!generation.isDaemonSet || operator.featureGates['PrometheusAgentDaemonSet'] === true) return [];
  return [problem(generation.spec.at('mode'), 'prometheus/daemonset-gate', "feature gate for Prometheus Agent's DaemonSet mode is not enabled. Start the operator with --feature-gates=PrometheusAgentDaemonSet=true, or use mode StatefulSet.")];
}

function checkScrapeClasses(classes: readonly Source[], scope: MonitorScope): Problem[] {
  const [, ...more] = classes.filter((item) => item.at('default').isTrue);
  return [
    ...more.map((item) => problem(item.at('default'), 'prometheus/scrape-class', 'multiple default scrape classes defined. Leave `default: true` on one class.')),
    ...classes.flatMap((item) => [
      ...checkRelabelLists([item.at('relabelings'), item.at('metricRelabelings')], scope),
      ...checkTlsConfig(item.at('tlsConfig'), scope),
      ...checkAuthorization(item.at('authorization')),
    ]),
  ];
}

function checkAuthorization(authorization: Source): Problem[] {
  const [type, file] = [authorization.at('type'), authorization.at('credentialsFile')];
  return [
    ...(authorization.at('credentials').exists && file.text !== '' ? [problem(file, 'prometheus/authorization', 'authorization can not specify both "credentials" and "credentialsFile". Keep one of the two.')] : []),
    ...(type.text.trim().toLowerCase() === 'basic' ? [problem(type, 'prometheus/authorization', 'authorization type cannot be set to "basic". Use a type such as Bearer, or basicAuth in the monitors.')] : []),
  ];
}

function problem(place: Source, code: string, message: string): Problem {
  return { code, severity: 'error', message: `${message} Until then the operator generates no configuration for this ${place.object.kind}, for any monitor.`, path: place.path };
}
