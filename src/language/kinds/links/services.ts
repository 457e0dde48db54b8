import type { Fix, Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import { nearestName } from '../../nearestName.ts';
import { compileAnchoredRe2 } from '../../re2.ts';
import { podsOfService } from '../../workspace/links/pods.ts';
import { namespacesOf } from '../../workspace/links/scope.ts';
import { picks, portsOf, servicesIn } from '../../workspace/links/services.ts';
import { unmetByTarget } from '../../workspace/links/targetLabels.ts';
import type { KubernetesObject } from '../objects.ts';
import { selectorFaults, unmetRequirements } from '../shared/labelSelector.ts';
import { information, type MonitorScope, warning } from '../shared/monitorScope.ts';
import { type Candidate, likelyMeant, selectorFix, selectorText, type Unmet } from './likelyMeant.ts';
import { elsewhereProblem, namespaceText } from './namespaces.ts';

/** What a ServiceMonitor and the Services of the files say together: it picks none, or none has its port. Nothing where no Service is known. */
export function adviseServices(spec: Source, scope: MonitorScope): Problem[] {
  const selector = spec.at('selector');
  const namespaces = namespacesOf(spec, scope.prometheus, scope.lookup);
  const here = servicesIn(scope.lookup, namespaces);
  const selected = here.filter((service) => picks(spec, service));
  if (selected.length > 0) return spec.at('endpoints').items.flatMap((endpoint) => advisePort(endpoint, selected, scope));
  if (!selector.isFilled || selectorFaults(selector).length > 0) return [];
  const elsewhere = namespaces === undefined ? [] : servicesIn(scope.lookup, undefined).filter((service) => picks(spec, service));
  if (elsewhere.length > 0) return [elsewhereProblem('servicemonitor/selects-nothing', spec, elsewhere, scope)];
  const unmet: Unmet = (source, labels) => unmetByTarget(source, labels, spec.at('selectorMechanism'));
  const meant = likelyMeant(selector, spec.object.metadata.name, here.map((service) => candidateOf(service, selector)), unmet);
  const words = `No Service${namespaceText(namespaces)} among the files has the labels ${selectorText(selector)}, so that nothing is scraped`;
  if (meant === undefined) {
    if (here.length === 0 && !scope.lookup.complete) return [];
    return [(scope.lookup.complete ? warning : information)(selector, 'servicemonitor/selects-nothing', `${words}${scope.lookup.complete ? '' : ' unless one comes from elsewhere'}.`, { on: 'key' })];
  }
  const fix = selectorFix(selector, meant, unmet);
  const [own, pods] = [labelsText(meant.labels), meant.isHinted === true ? ' These are labels of its pods; a ServiceMonitor selects Services by their own.' : ''];
  return [{
    ...warning(unmet(selector, meant.labels)[0] ?? selector, 'servicemonitor/selects-nothing', `${words}. Service "${meant.object.metadata.name}" has ${own}.${pods}`, fix === undefined ? {} : { fixes: [fix] }),
    related: [{ object: meant.object, path: ['metadata', 'name'], message: `has ${own}` }],
  }];
}

function candidateOf(service: KubernetesObject, selector: Source): Candidate {
  const pods = Source.of(service).at('spec', 'selector');
  return { object: service, labels: service.metadata.labels ?? {}, labelsPath: ['metadata', 'labels'], isHinted: pods.isFilled && unmetRequirements(selector, pods.value).length === 0 };
}

/** Labels in a sentence. */
export function labelsText(labels: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  return texts.length === 0 ? 'no labels' : texts.length <= 6 ? texts.join(', ') : `${texts.slice(0, 6).join(', ')} and others`;
}

/** A port that none of the selected Services has. */
function advisePort(endpoint: Source, services: readonly KubernetesObject[], scope: MonitorScope): Problem[] {
  const [port, target] = [endpoint.at('port'), endpoint.at('targetPort')];
  if (port.text === '') return target.exists ? adviseTargetPort(target, services, scope) : [];
  const compiled = compileAnchoredRe2(port.text);
  const names = [...new Set(services.flatMap((service) => portsOf(service).map((one) => one.at('name').text)))];
  if ('error' in compiled || names.some((name) => compiled.regex.matcher(name).find())) return [];
  const known = names.filter((name) => name !== '');
  const which = services.map(({ metadata }) => `"${metadata.name}"`).join(', ');
  const has = known.length === 0 ? 'names none of its ports: give it a name' : `has ${known.map((name) => `"${name}"`).join(', ')}`;
  return [{
    ...warning(port, 'servicemonitor/port-not-found', `No selected Service has a port with the name "${port.text}", so that nothing is scraped. Service ${which} ${has}.`, { fixes: portFixes(port, known, services) }),
    related: services.slice(0, 5).map((service) => ({ object: service, path: ['spec', 'ports'], message: 'its ports' })),
  }];
}

function portFixes(port: Source, known: readonly string[], services: readonly KubernetesObject[]): Fix[] {
  const ports = services.flatMap(portsOf);
  // A number that stands for the name of a port is that port's.
  const numbered = ports.find((one) => /^[0-9]+$/.test(port.text) && [one.at('port').value, one.at('targetPort').value].includes(Number(port.text)));
  const [only] = ports;
  if (known.length === 0 && only !== undefined && (ports.length === 1 || numbered !== undefined) && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(port.text)) {
    return [{ title: `Name the port "${port.text}"`, object: only.object, changes: [{ kind: 'set', path: [...(numbered ?? only).path, 'name'], value: port.text }] }];
  }
  const first = numbered?.at('name').text ?? nearestName(port.text, known) ?? known[0];
  return [...new Set([first, ...known])].filter((name): name is string => name !== undefined && name !== '').slice(0, 4).map((name) => ({ title: `Change to "${name}"`, changes: [{ kind: 'set', path: port.path, value: name }] }));
}

/** `targetPort` is a port that a container declares, whatever the Service says; nothing is said where the pods are not all known. */
function adviseTargetPort(target: Source, services: readonly KubernetesObject[], { lookup }: MonitorScope): Problem[] {
  const pods = services.map((service) => ({ service, templates: podsOfService(service, lookup) }));
  if (pods.some(({ templates }) => templates.length === 0)) return [];
  const ports = pods.flatMap(({ templates }) => templates).flatMap((template) => template.ports);
  if (ports.some(({ name, number }) => (typeof target.value === 'number' ? number === target.value : name === target.text))) return [];
  const known = [...new Set(ports.map(({ name, number }) => (name === '' ? number : name)))];
  const declared = known.length === 0 ? 'They declare none' : `They declare ${known.map((one) => (typeof one === 'string' ? `"${one}"` : String(one))).join(', ')}`;
  const servicePort = services.flatMap(portsOf).find((one) => one.at('name').text !== '' && [one.at('targetPort').value, one.at('port').value].includes(target.value));
  const near = typeof target.value === 'string' ? nearestName(target.value, known.filter((one) => typeof one === 'string')) : undefined;
  const others = typeof target.value === 'number' ? [...new Set(ports.map(({ number }) => number))].sort((a, b) => Math.abs(a - Number(target.value)) - Math.abs(b - Number(target.value))) : known;
  const values = [...new Set([...(near === undefined ? [] : [near]), ...others])].slice(0, 4);
  const fixes: Fix[] = [
    ...(servicePort === undefined ? [] : [{ title: `Change to "port: ${servicePort.at('name').text}"`, changes: [{ kind: 'remove' as const, path: target.path }, { kind: 'set' as const, path: [...target.path.slice(0, -1), 'port'], value: servicePort.at('name').text }] }]),
    ...values.map((value) => ({ title: `Change to ${String(value)}`, changes: [{ kind: 'set' as const, path: target.path, value }] })),
  ];
  return [warning(target, 'servicemonitor/port-not-found', `No container of the selected pods declares the port ${JSON.stringify(target.value)}, and \`targetPort\` finds no other, so that nothing is scraped. ${declared}.`, { fixes })];
}
