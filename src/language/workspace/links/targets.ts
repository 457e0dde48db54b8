/** What the files say of a monitor's targets: pods and ports, before any cluster is asked. */

import { Source } from '../../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../../kinds/objects.ts';
import { compileAnchoredRe2 } from '../../re2.ts';
import { podsIn, podsOfService, portBehind, type ContainerPort } from './pods.ts';
import { namespacesOf } from './scope.ts';
import { portsOf, servicesSelected } from './services.ts';
import { unmetByTarget } from './targetLabels.ts';

/** A port that an endpoint of a monitor leads to. */
export interface MonitorTarget {
  /** The endpoint in the monitor. */
  readonly endpoint: Source;
  /** The Service and its port by which it is found; undefined for a PodMonitor's. */
  readonly service: KubernetesObject | undefined;
  readonly servicePort: Source | undefined;
  /** Who makes the pods; undefined where they are not among the files. */
  readonly pod: KubernetesObject | undefined;
  /** The container's port; 0 where it is not known. */
  readonly port: number;
}

/** The targets of a ServiceMonitor or PodMonitor for a Prometheus' spec, which need not exist, as far as the files tell. */
export function targetsOf(monitor: KubernetesObject, prometheus: Source, lookup: ObjectLookup): MonitorTarget[] {
  const spec = Source.of(monitor).at('spec');
  if (monitor.kind === 'ServiceMonitor') {
    const services = servicesSelected(spec, prometheus, lookup);
    return spec.at('endpoints').items.flatMap((endpoint) => services.flatMap((service) => serviceTargets(endpoint, service, lookup)));
  }
  if (monitor.kind !== 'PodMonitor') return [];
  const pods = podsIn(lookup, namespacesOf(spec, prometheus, lookup)).filter(({ labels }) => unmetByTarget(spec.at('selector'), labels, spec.at('selectorMechanism')).length === 0);
  return spec.at('podMetricsEndpoints').items.flatMap((endpoint) => {
    const isMeant = podPort(endpoint);
    return pods.flatMap(({ object, ports }) => ports.filter(isMeant).map(({ number }) => ({ endpoint, service: undefined, servicePort: undefined, pod: object, port: number })));
  });
}

function serviceTargets(endpoint: Source, service: KubernetesObject, lookup: ObjectLookup): MonitorTarget[] {
  const pods = podsOfService(service, lookup);
  const [name, target] = [endpoint.at('port').text, endpoint.at('targetPort')];
  const compiled = name === '' ? undefined : compileAnchoredRe2(name);
  if (compiled !== undefined && 'error' in compiled) return [];
  const isDeclared = ({ name: portName, number }: ContainerPort): boolean => (typeof target.value === 'number' ? number === target.value : portName === target.text);
  return portsOf(service).filter((port) => compiled === undefined || compiled.regex.matcher(port.at('name').text).find()).flatMap((servicePort): MonitorTarget[] => {
    const found = { endpoint, service, servicePort };
    if (pods.length === 0) return compiled === undefined && target.exists ? [] : [{ ...found, pod: undefined, port: 0 }];
    return pods.flatMap((template) => {
      const number = portBehind(servicePort, template);
      // A target is a port of the Service that leads to the declared port.
      const isTarget = number !== undefined && (compiled !== undefined || !target.exists || template.ports.some((port) => port.number === number && isDeclared(port)));
      return isTarget ? [{ ...found, pod: template.object, port: number }] : [];
    });
  });
}

/** Which container ports an endpoint of a PodMonitor means: of its fields the first counts. */
function podPort(endpoint: Source): (port: ContainerPort) => boolean {
  const [port, number, target] = [endpoint.at('port'), endpoint.at('portNumber'), endpoint.at('targetPort')];
  if (port.text !== '') {
    const compiled = compileAnchoredRe2(port.text);
    return 'error' in compiled ? () => false : ({ name }) => compiled.regex.matcher(name).find();
  }
  if (number.number !== 0) return (one) => one.number === number.number;
  if (typeof target.value === 'number' && target.value !== 0) return (one) => one.number === target.value;
  return target.text === '' ? () => true : ({ name }) => name === target.text;
}

