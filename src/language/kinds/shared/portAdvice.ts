/** Ports of endpoints: which of several counts, and names that no port has. */

import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { compileAnchoredRe2 } from '../../re2.ts';
import { information, removal, warning } from './monitorScope.ts';

/** A ServiceMonitor's endpoint: `port` names a port of the Service, and wins over `targetPort`. */
export function advisePortOfService(endpoint: Source): Problem[] {
  const [port, targetPort] = [endpoint.at('port'), endpoint.at('targetPort')];
  return [
    ...port.text !== '' && isGiven(targetPort) ? [ignored(targetPort, port)] : [],
    ...port.text === '' && !isGiven(targetPort) ? [information(endpoint, 'monitor/port-missing', 'Without a port, every port of the Service is scraped. Write the name of one into `port`.')] : [],
    ...advisePortName(port, 'Service', 'targetPort'),
  ];
}

/** A PodMonitor's endpoint: `port` names a container's port, and wins over `portNumber`, which wins over `targetPort`. */
export function advisePortOfPod(endpoint: Source): Problem[] {
  const ports = ['port', 'portNumber', 'targetPort'].map((name) => endpoint.at(name)).filter(isGiven);
  const [first, ...others] = ports;
  if (first === undefined) return [information(endpoint, 'monitor/port-missing', 'Without a port, every port of every container is scraped, and one target more for each container that declares none. Write the name of one into `port`.')];
  return [...others.map((other) => ignored(other, first)), ...advisePortName(endpoint.at('port'), 'container', 'portNumber')];
}

function isGiven(port: Source): boolean {
  return typeof port.value === 'number' ? port.value !== 0 : port.text !== '';
}

function ignored(port: Source, winner: Source): Problem {
  const [name, winnerName] = [port, winner].map(({ path }) => String(path.at(-1)));
  return warning(port, 'monitor/port-ignored', `${winnerName} wins, so that ${name} is ignored. Keep one of the two.`, { on: 'key', fixes: [removal(port)] });
}

function advisePortName(port: Source, owner: string, numberField: string): Problem[] {
  const { text } = port;
  if (/^[0-9]+$/.test(text)) {
    const fixes = [{ title: `Change to "${numberField}: ${text}"`, changes: [{ kind: 'remove', path: port.path }, { kind: 'set', path: [...port.path.slice(0, -1), numberField], value: Number(text) }] as const }];
    return [warning(port, 'monitor/port-number', `\`port\` is the name of a port, and hardly any ${owner} has a port with the name "${text}". Write the name, or the number into \`${numberField}\`.`, { fixes })];
  }
  if (text === '' || /^[a-z0-9-]+$/.test(text)) return [];
  if (/^[A-Za-z0-9_ -]+$/.test(text)) return [warning(port, 'monitor/port-name', `No ${owner} has a port with the name "${text}": names of ports have lower case letters, digits and '-' only. Write the name as the ${owner} has it.`)];
  // What is no regular expression makes the whole configuration unloadable, which is told elsewhere.
  if ('error' in compileAnchoredRe2(text)) return [];
  return [information(port, 'monitor/port-pattern', `\`port\` becomes a regular expression: "${text}" picks every port whose whole name it matches.`)];
}
