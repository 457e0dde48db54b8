/** From a selector to what it selects, from a port to the port, from a reference to the Secret, from a route to its receiver; and back. */

import type { Path } from '../finding.ts';
import { referencesIn } from '../generate/assets.ts';
import { Source } from '../generate/source.ts';
import { childRoutes } from '../kinds/alertmanagerConfig/routes.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { compileAnchoredRe2 } from '../re2.ts';
import { monitorsLookingAt } from '../workspace/links/monitors.ts';
import { podsIn, podsOf, podsOfService, podsSelected } from '../workspace/links/pods.ts';
import { namespacesOf } from '../workspace/links/scope.ts';
import { providerOf } from '../workspace/links/secrets.ts';
import { picks, portsOf, servicesIn, servicesSelected } from '../workspace/links/services.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A field of an object. */
export interface LinkedField {
  readonly object: KubernetesObject;
  readonly path: Path;
}

/** What stands at a place is linked with. */
export interface Links {
  /** What it leads to. */
  readonly definitions: readonly LinkedField[];
  /** What leads to it. */
  readonly references: readonly LinkedField[];
}

const nothing: Links = { definitions: [], references: [] };

/** The links of what stands at an offset of a file; empty where it is no link. */
export function linksAt(file: SourceFile, offset: number, workspace: Workspace): Links {
  const document = file.documents.find(({ start, end }) => start <= offset && offset <= end);
  if (document === undefined) return { definitions: recordingRules(wordAt(file.text, offset), workspace), references: [] };
  const { path } = document.pathAt(offset);
  const source = file.objects.find((one) => one.document.whole === document && one.path.every((step, index) => path[index] === step));
  const links = source === undefined ? nothing : linksOf((workspace.formsOf(source)[0] ?? source).value, path.slice(source.path.length), workspace);
  return links.definitions.length + links.references.length > 0 ? links : { definitions: recordingRules(wordAt(file.text, offset), workspace), references: [] };
}

/** The word of PromQL at an offset of any text: dashboards keep their expressions in strings of JSON. */
function wordAt(text: string, offset: number): string {
  const before = /[\w:]*$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? '';
  const after = /^[\w:]*/.exec(text.slice(offset, offset + 200))?.[0] ?? '';
  return before + after;
}

/** The rules that record a metric. A word without a colon may be anything. */
function recordingRules(name: string, lookup: ObjectLookup): LinkedField[] {
  if (!/\w:\w/.test(name)) return [];
  return lookup.list('PrometheusRule').flatMap((object) => Source.of(object).at('spec', 'groups').items.flatMap((group) =>
    group.at('rules').items.filter((rule) => rule.at('record').text === name).map((rule) => ({ object, path: [...rule.path, 'record'] }))));
}

/** The links of a field of an object. */
export function linksOf(object: KubernetesObject, path: Path, lookup: ObjectLookup): Links {
  const secret = secretLinks(object, path, lookup);
  if (secret !== undefined) return secret;
  const [first, second, index, field] = path;
  if (object.kind === 'ServiceMonitor' && first === 'spec') return serviceMonitorLinks(object, second, index, field, lookup);
  if (object.kind === 'PodMonitor' && first === 'spec') return podMonitorLinks(object, second, index, field, lookup);
  if (object.kind === 'Service') return serviceLinks(object, path, lookup);
  if (object.kind === 'AlertmanagerConfig' && first === 'spec') return receiverLinks(object, path);
  if (podsOf(object) !== undefined && (path.includes('labels') || path.at(-1) === 'name')) return { definitions: [], references: servicesOfPods(object, lookup) };
  if ((object.kind === 'Secret' || object.kind === 'ConfigMap') && (first === 'metadata' || first === 'data' || first === 'stringData')) return { definitions: [], references: users(object, first === 'metadata' ? undefined : String(second), lookup) };
  return nothing;
}

function named(object: KubernetesObject): LinkedField {
  return { object, path: ['metadata', 'name'] };
}

function serviceMonitorLinks(object: KubernetesObject, section: string | number | undefined, index: string | number | undefined, field: string | number | undefined, lookup: ObjectLookup): Links {
  const spec = Source.of(object).at('spec');
  const services = servicesSelected(spec, Source.nowhere(object), lookup);
  if (section === 'selector' || section === 'namespaceSelector') return { definitions: services.map(named), references: [] };
  if (section !== 'endpoints' || (field !== 'port' && field !== 'targetPort')) return nothing;
  const value = spec.at('endpoints', index ?? 0, field);
  if (field === 'targetPort') return { definitions: services.flatMap((service) => podsOfService(service, lookup)).flatMap(({ object: pods, ports }) => ports.filter(({ name, number }) => name === value.text || number === value.value).map(({ place }) => ({ object: pods, path: place.path }))), references: [] };
  const compiled = compileAnchoredRe2(value.text);
  if ('error' in compiled) return nothing;
  return { definitions: services.flatMap((service) => portsOf(service).filter((port) => compiled.regex.matcher(port.at('name').text).find()).map((port) => ({ object: service, path: [...port.path, 'name'] }))), references: [] };
}

function podMonitorLinks(object: KubernetesObject, section: string | number | undefined, index: string | number | undefined, field: string | number | undefined, lookup: ObjectLookup): Links {
  const spec = Source.of(object).at('spec');
  const pods = podsSelected(spec.at('selector'), podsIn(lookup, namespacesOf(spec, Source.nowhere(object), lookup)));
  if (section === 'selector' || section === 'namespaceSelector') return { definitions: pods.map((one) => named(one.object)), references: [] };
  if (section !== 'podMetricsEndpoints') return nothing;
  const value = spec.at('podMetricsEndpoints', index ?? 0, field ?? 'port');
  return { definitions: pods.flatMap(({ object: owner, ports }) => ports.filter(({ name, number }) => name === value.text || number === value.value).map(({ place }) => ({ object: owner, path: place.path }))), references: [] };
}

/** A Service leads to its pods, and monitors lead to it. */
function serviceLinks(service: KubernetesObject, path: Path, lookup: ObjectLookup): Links {
  const monitors = monitorsLookingAt('ServiceMonitor', service.metadata.namespace, lookup).filter((monitor) => picks(Source.of(monitor).at('spec'), service));
  const [first, second] = path;
  if (first === 'spec' && second === 'selector') return { definitions: podsOfService(service, lookup).map(({ object }) => named(object)), references: [] };
  if (first === 'spec' && second === 'ports') {
    const port = Source.of(service).at('spec', 'ports', path[2] ?? 0);
    const target = port.at('targetPort').text;
    const definitions = path[3] === 'targetPort' ? podsOfService(service, lookup).flatMap(({ object, ports }) => ports.filter(({ name }) => name === target).map(({ place }) => ({ object, path: place.path }))) : [];
    const endpoints = monitors.flatMap((monitor) => Source.of(monitor).at('spec', 'endpoints').items.filter((endpoint) => endpoint.at('port').text === port.at('name').text && port.at('name').text !== '').map((endpoint) => ({ object: monitor, path: [...endpoint.path, 'port'] })));
    return { definitions, references: endpoints };
  }
  return first === 'metadata' ? { definitions: [], references: monitors.map((monitor) => ({ object: monitor, path: ['spec', 'selector'] })) } : nothing;
}

function servicesOfPods(object: KubernetesObject, lookup: ObjectLookup): LinkedField[] {
  const { namespace } = object.metadata;
  const services = servicesIn(lookup, namespace === undefined ? undefined : [namespace]).filter((service) => podsOfService(service, lookup).some((pods) => pods.object === object));
  const monitors = monitorsLookingAt('PodMonitor', namespace, lookup).filter((monitor) => podsSelected(Source.of(monitor).at('spec', 'selector'), [podsOf(object) ?? []].flat()).length > 0);
  return [...services.map((service) => ({ object: service, path: ['spec', 'selector'] })), ...monitors.map((monitor) => ({ object: monitor, path: ['spec', 'selector'] }))];
}

/** A reference to a key of a Secret or ConfigMap; undefined where the path is in none. */
function secretLinks(object: KubernetesObject, path: Path, lookup: ObjectLookup): Links | undefined {
  const last = path.at(-1);
  if (!object.apiVersion.startsWith('monitoring.coreos.com/') || (last !== 'name' && last !== 'key')) return undefined;
  const place = Source.of(object).at(...path.slice(0, -1));
  const [reference] = place.exists ? [...referencesIn(place)] : [];
  if (reference === undefined || reference.selector.path.length !== place.path.length) return undefined;
  const provider = providerOf(reference.kind, object.metadata.namespace ?? 'default', place.at('name').text, lookup);
  if (provider === undefined) return nothing;
  const key = place.at('key').text;
  const field = ['stringData', 'data'].find((name) => Source.of(provider.object).at(name, key).exists);
  return { definitions: [last === 'key' && field !== undefined ? { object: provider.object, path: [field, key] } : named(provider.object)], references: [] };
}

const referring = ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'AlertmanagerConfig', 'Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'];

/** The references that lead to a Secret or ConfigMap, or to a key of it. */
function users(asset: KubernetesObject, key: string | undefined, lookup: ObjectLookup): LinkedField[] {
  const namespace = asset.metadata.namespace ?? 'default';
  return referring.flatMap((kind) => lookup.list(kind)).filter(({ metadata }) => (metadata.namespace ?? 'default') === namespace).flatMap((object) =>
    [...referencesIn(Source.of(object).at('spec'))].filter((reference) => reference.kind === asset.kind && reference.selector.at('name').text === asset.metadata.name && (key === undefined || reference.selector.at('key').text === key))
      .map(({ selector }) => ({ object, path: [...selector.path, 'name'] })));
}

/** A route leads to its receiver, and routes lead to a receiver. */
function receiverLinks(object: KubernetesObject, path: Path): Links {
  const spec = Source.of(object).at('spec');
  const receivers = spec.at('receivers').items;
  if (path[1] === 'receivers' && path[3] === 'name') {
    const name = spec.at('receivers', path[2] ?? 0, 'name').text;
    const open = [spec.at('route')];
    const found: LinkedField[] = [];
    for (let route = open.pop(); route !== undefined; route = open.pop()) {
      if (route.at('receiver').text === name) found.push({ object, path: [...route.path, 'receiver'] });
      open.push(...childRoutes(route).reverse());
    }
    return { definitions: [{ object, path }], references: found };
  }
  if (path[1] !== 'route' || path.at(-1) !== 'receiver') return nothing;
  const name = Source.of(object).at(...path).text;
  return { definitions: receivers.filter((receiver) => receiver.at('name').text === name).map((receiver) => ({ object, path: [...receiver.path, 'name'] })), references: [] };
}
