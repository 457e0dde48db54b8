import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { nearestName } from '../../nearestName.ts';
import { compileAnchoredRe2 } from '../../re2.ts';
import { type PodTemplate, podsIn } from '../../workspace/links/pods.ts';
import { namespacesOf } from '../../workspace/links/scope.ts';
import { unmetByTarget } from '../../workspace/links/targetLabels.ts';
import { selectorFaults } from '../shared/labelSelector.ts';
import { information, type MonitorScope, warning } from '../shared/monitorScope.ts';
import { type Candidate, likelyMeant, selectorFix, selectorText, type Unmet } from './likelyMeant.ts';
import { elsewhereProblem, namespaceText } from './namespaces.ts';
import { labelsText } from './services.ts';

/** What a PodMonitor and the pods of the files say together: it picks none, or none has its port. Nothing where no pod is known. */
export function advisePods(spec: Source, scope: MonitorScope): Problem[] {
  const selector = spec.at('selector');
  const namespaces = namespacesOf(spec, scope.prometheus, scope.lookup);
  const unmet: Unmet = (source, labels) => unmetByTarget(source, labels, spec.at('selectorMechanism'));
  const here = podsIn(scope.lookup, namespaces);
  const selected = here.filter(({ labels }) => unmet(selector, labels).length === 0);
  if (selected.length > 0) return spec.at('podMetricsEndpoints').items.flatMap((endpoint) => advisePort(endpoint, selected));
  if (!selector.isFilled || selectorFaults(selector).length > 0) return [];
  const elsewhere = namespaces === undefined ? [] : podsIn(scope.lookup, undefined).filter(({ labels }) => unmet(selector, labels).length === 0);
  if (elsewhere.length > 0) return [elsewhereProblem('podmonitor/selects-nothing', spec, elsewhere.map(({ object }) => object), scope)];
  const words = `No pod${namespaceText(namespaces)} among the files has the labels ${selectorText(selector)}, so that nothing is scraped`;
  const meant = likelyMeant(selector, spec.object.metadata.name, here.map(candidateOf), unmet);
  if (meant === undefined) {
    if (here.length === 0 && !scope.lookup.complete) return [];
    return [(scope.lookup.complete ? warning : information)(selector, 'podmonitor/selects-nothing', `${words}${scope.lookup.complete ? '' : ' unless one comes from elsewhere'}.`, { on: 'key' })];
  }
  const fix = selectorFix(selector, meant, unmet);
  return [{
    ...warning(unmet(selector, meant.labels)[0] ?? selector, 'podmonitor/selects-nothing', `${words}. The pods of ${meant.object.kind} "${meant.object.metadata.name}" have ${labelsText(meant.labels)}.`, fix === undefined ? {} : { fixes: [fix] }),
    related: [{ object: meant.object, path: meant.labelsPath, message: 'the labels of its pods' }],
  }];
}

/** The pods of an object as something that a selector is meant for. */
export function candidateOf({ object, labels, place }: PodTemplate): Candidate {
  return { object, labels, labelsPath: [...place.path, 'metadata', 'labels'] };
}

/** A port that no container of the selected pods declares. */
function advisePort(endpoint: Source, pods: readonly PodTemplate[]): Problem[] {
  const ports = pods.flatMap((pod) => pod.ports);
  const port = ['port', 'portNumber', 'targetPort'].map((name) => endpoint.at(name)).find((place) => place.exists && place.value !== '' && place.value !== 0);
  if (port === undefined) return [];
  const isNumber = typeof port.value === 'number';
  const compiled = port.path.at(-1) === 'port' ? compileAnchoredRe2(port.text) : undefined;
  if (compiled !== undefined && 'error' in compiled) return [];
  const isThere = ports.some(({ name, number }) => (isNumber ? number === port.value : compiled === undefined ? name === port.text : compiled.regex.matcher(name).find()));
  if (isThere) return [];
  const names = [...new Set(ports.map(({ name }) => name).filter((name) => name !== ''))];
  const numbered = ports.find(({ name, number }) => name !== '' && number === Number(port.value));
  const near = numbered?.name ?? (isNumber ? undefined : nearestName(port.text, names)) ?? names[0];
  const field = port.path.at(-1);
  const numbers = [...new Set(ports.map(({ number }) => number))];
  const suggested = field === 'portNumber' ? [] : [...new Set(near === undefined ? [] : [near, ...names])].slice(0, 4);
  const fixes = [
    ...suggested.map((name) => ({ title: `Change to "${name}"`, changes: [{ kind: 'set' as const, path: port.path, value: name }] })),
    ...(suggested.length === 0 ? numbers.slice(0, 2).map((number) => ({
      title: `Change to "portNumber: ${String(number)}"`,
      changes: [...(field === 'portNumber' ? [] : [{ kind: 'remove' as const, path: port.path }]), { kind: 'set' as const, path: [...endpoint.path, 'portNumber'], value: number }],
    })) : []),
  ];
  const known = ports.map(({ name, number }) => (name === '' ? String(number) : `"${name}" (${String(number)})`));
  const declared = known.length === 0 ? 'They declare none: add it to `ports` of the container' : `They declare ${[...new Set(known)].join(', ')}`;
  return [{
    ...warning(port, 'podmonitor/port-not-found', `No container of the selected pods declares the port ${JSON.stringify(port.value)}, so that nothing is scraped. ${declared}.`, { fixes }),
    related: pods.slice(0, 5).map(({ object, place }) => ({ object, path: [...place.path, 'spec', 'containers'], message: 'the containers' })),
  }];
}
