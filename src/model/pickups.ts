import { type SelectedKind, selects } from '../language/kinds/shared/selection.ts';
import type { Evidence, NotPickedUp, Pickup } from './entities.ts';
import { keyOf, notPickedUpKey } from './keys.ts';
import { keyPartsOf, type LiveObject, valueAt } from './liveObject.ts';
import { type OperatorScope, outOfScope } from './operatorScope.ts';

/** Which kinds of servers select which kinds of objects. */
export const serversOf: Readonly<Record<SelectedKind, readonly string[]>> = {
  ServiceMonitor: ['Prometheus', 'PrometheusAgent'],
  PodMonitor: ['Prometheus', 'PrometheusAgent'],
  Probe: ['Prometheus', 'PrometheusAgent'],
  ScrapeConfig: ['Prometheus', 'PrometheusAgent'],
  PrometheusRule: ['Prometheus', 'ThanosRuler'],
  AlertmanagerConfig: ['Alertmanager'],
};

/** The kinds that servers select. */
export const selectedKinds = Object.keys(serversOf) as SelectedKind[];

/** The kinds that a server selects. */
export function kindsFor(serverKind: string): SelectedKind[] {
  return selectedKinds.filter((kind) => serversOf[kind].includes(serverKind));
}

/** Whether a server picks an object up, before anybody looks into the object: the operator's scope, then the selectors. */
export function pickupOf(object: LiveObject, server: LiveObject, namespace: LiveObject | undefined, scopes: readonly OperatorScope[]): Pickup {
  const selection = isNamedBy(object, server) ? { verdict: 'selected' as const } : selects(server, object, object.kind as SelectedKind, namespace);
  if (selection.verdict === 'not selected') return { state: 'not selected', reason: selection.reason };
  const reason = outOfReach(object, server, scopes);
  if (reason !== undefined) return { state: 'out of scope', reason };
  return selection.verdict === 'unknown' ? { state: 'unknown', reason: selection.reason } : { state: 'selected' };
}

/** An Alertmanager may name one AlertmanagerConfig of its own namespace, without selecting it. */
function isNamedBy(object: LiveObject, server: LiveObject): boolean {
  return object.kind === 'AlertmanagerConfig' && object.metadata.namespace === server.metadata.namespace && valueAt(server.spec, 'alertmanagerConfiguration', 'name') === object.metadata.name;
}

/** Why no operator brings an object and a server together; where no operator is known, nothing is said. */
export function outOfReach(object: LiveObject, server: LiveObject, scopes: readonly OperatorScope[]): string | undefined {
  const ofServer = scopes.map((scope) => ({ scope, reason: outOfScope(scope, server) }));
  const responsible = ofServer.filter(({ reason }) => reason === undefined);
  const [first] = ofServer;
  if (first === undefined) return undefined;
  const { namespace, name } = keyPartsOf(server);
  if (responsible.length === 0) return `${server.kind} ${namespace}/${name} is not reconciled. ${first.reason ?? ''}`;
  const reasons = responsible.map(({ scope }) => outOfScope(scope, object));
  return reasons.includes(undefined) ? undefined : reasons[0];
}

/** What every server makes of one object. */
export type Pickups = ReadonlyMap<string, Pickup>;

/** The statements that follow from what all servers make of an object. Empty when at least one takes it and none refuses it. */
export function notPickedUp(object: LiveObject, pickups: Pickups, evidenceOf: (instance: string | undefined) => readonly Evidence[], declaredBy: NotPickedUp['declaredBy']): NotPickedUp[] {
  const { namespace, name } = keyPartsOf(object);
  const key = keyOf(object);
  const node = (instance: string | undefined, cause: NotPickedUp['cause'], reason: string, code?: string): NotPickedUp => ({
    node: 'notPickedUp', key: notPickedUpKey(key, instance), object: key, kind: object.kind, namespace, name, instance, cause, reason, code, evidence: evidenceOf(instance), declaredBy,
  });
  const refused = [...pickups].flatMap(([instance, pickup]) =>
    (pickup.state === 'rejected' || pickup.state === 'unloadable' ? [node(instance, pickup.state, pickup.reason, pickup.code)] : []));
  if (refused.length > 0) return refused;
  const all = [...pickups.values()];
  if (all.some(({ state }) => state === 'selected' || state === 'accepted' || state === 'unknown')) return [];
  if (all.length === 0) return [node(undefined, 'no server', `The cluster has no ${serversOf[object.kind as SelectedKind].join(' and no ')}, so that nothing comes of it.`)];
  // Who would select it, and may not, says more than who would not.
  const scoped = all.find(({ state }) => state === 'out of scope');
  const first = scoped ?? all[0];
  const others = all.length - 1;
  const rest = others === 0 ? '' : ` ${String(others)} ${others === 1 ? 'other does' : 'others do'} not pick it up either.`;
  return [node(undefined, scoped === undefined ? 'not selected' : 'out of scope', `${first !== undefined && 'reason' in first ? first.reason : ''}${rest}`)];
}
