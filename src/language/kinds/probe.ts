import type { Problem } from '../finding.ts';
import { Source } from '../generate/source.ts';
import { isIPv6 } from '../routing/goUrl.ts';
import { splitHostPort } from '../routing/hostPort.ts';
import type { KubernetesObject } from './objects.ts';
import { checkClient, checkProxy } from './shared/httpClient.ts';
import { monitorScope, rejected, warning, type MonitorContext, type MonitorScope } from './shared/monitorScope.ts';
import { checkReference } from './shared/references.ts';
import { adviseRelabelLists, checkRelabelLists } from './shared/relabelLists.ts';
import { checkScrapeClass } from './shared/scrapeClass.ts';
import { checkScrapeTimings } from './shared/scrapeTimings.ts';
import { adviseDeprecated, adviseLimits, adviseNamespaceSelector, advisePath, adviseSelectorValues, adviseTls } from './shared/settingAdvice.ts';
import { checkStaticLabels } from './shared/staticLabels.ts';

/**
 * Why the operator rejects a Probe (ResourceSelector.checkProbe of v0.93.1): the errors, all of them,
 * where the operator stops at the first. Then what it accepts, and the author hardly means. The object is as the API server keeps it, pruned and with the CRD's defaults.
 */
export function checkProbe(object: KubernetesObject, context: MonitorContext): Problem[] {
  const scope = monitorScope(object, context);
  const spec = Source.of(object).at('spec');
  const [staticConfig, ingress] = [spec.at('targets', 'staticConfig'), spec.at('targets', 'ingress')];
  return [
    ...checkScrapeClass(spec.at('scrapeClass'), scope),
    ...checkTargets(spec.at('targets')),
    ...checkReference(spec.at('bearerTokenSecret'), 'Secret', scope),
    ...checkClient(spec, scope),
    ...checkScrapeTimings(spec.at('interval'), spec.at('scrapeTimeout'), scope),
    ...checkRelabelLists([spec.at('metricRelabelings'), staticConfig.at('relabelingConfigs'), ingress.at('relabelingConfigs')], scope),
    ...checkStaticLabels(staticConfig.at('labels'), scope),
    ...checkProxy(spec.at('prober'), scope),
    ...checkProberUrl(spec.at('prober', 'url')),
    ...advise(spec, scope),
  ];
}

function checkTargets(targets: Source): Problem[] {
  if (targets.at('staticConfig').exists || targets.at('ingress').exists) return [];
  return [rejected(targets, 'probe/targets-missing', 'At least one of spec.targets.staticConfig and spec.targets.ingress is required.', 'List the addresses to probe in `staticConfig.static`.')];
}

/** The name says URL, but it is an address: a host, and a port behind a colon. */
function checkProberUrl(url: Source): Problem[] {
  const whole = /^(https?):\/\/([^/?#]+)(\/[^?#]*)?$/i.exec(url.text);
  if (whole !== null) return [withScheme(url, whole)];
  const split = splitHostPort(url.text);
  const [host, port] = 'error' in split ? [url.text, undefined] : [split.host, split.port];
  const remedy = 'Write `hostname` or `hostname:port`; the scheme goes into `prober.scheme`, the path into `prober.path`.';
  if (!isHost(host)) return [rejected(url, 'probe/prober-url', `The prober's url has an invalid host: "${host}".`, remedy)];
  if (port === undefined || isPort(port)) return [];
  return [rejected(url, 'probe/prober-url', `The prober's url has an invalid port: "${port}".`, remedy)];
}

/** A whole URL where the address belongs; its parts have fields of their own. */
function withScheme(url: Source, [, scheme = '', address = '', path = '/']: RegExpExecArray): Problem {
  const prober = url.path.slice(0, -1);
  const changes = [
    { kind: 'set', path: url.path, value: address },
    { kind: 'set', path: [...prober, 'scheme'], value: scheme.toLowerCase() },
    ...path === '/' ? [] : [{ kind: 'set', path: [...prober, 'path'], value: path } as const],
  ] as const;
  return rejected(url, 'probe/prober-url', `The prober's url must have neither scheme nor path: "${url.text}".`, `Write \`url: ${address}\` and \`scheme: ${scheme.toLowerCase()}\`.`, { fixes: [{ title: 'Take the URL apart', changes }] });
}

/** A DNS name, in which underscores are allowed too, or an IP address (govalidator.IsHost). */
function isHost(host: string): boolean {
  const isName = /^[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62}(?:\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*[._]?$/.test(host) && host.replaceAll('.', '').length <= 255;
  return isName || (isIPv6(host) && !host.includes('%'));
}

function isPort(port: string): boolean {
  const number = /^[+]?[0-9]+$/.test(port) ? Number(port) : 0;
  return number > 0 && number < 65536;
}

function advise(spec: Source, scope: MonitorScope): Problem[] {
  const [staticConfig, ingress, prober] = [spec.at('targets', 'staticConfig'), spec.at('targets', 'ingress'), spec.at('prober')];
  return [
    ...staticConfig.exists && ingress.exists ? [warning(ingress, 'probe/ingress-ignored', 'staticConfig wins, so that ingress is ignored. Write a second Probe for the Ingresses.', { on: 'key' })] : [],
    ...adviseNamespaceSelector(ingress.at('namespaceSelector'), scope),
    ...adviseSelectorValues(ingress.at('selector'), spec.at('selectorMechanism')),
    ...adviseTls(spec.at('tlsConfig'), prober.at('scheme')),
    ...advisePath(prober.at('path')),
    ...adviseDeprecated(spec, ['bearerTokenSecret']),
    ...adviseLimits(spec, scope),
    ...adviseRelabelLists([staticConfig.at('relabelingConfigs'), ingress.at('relabelingConfigs')], [spec.at('metricRelabelings')]),
  ];
}
