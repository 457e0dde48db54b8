import { isSelectedKind } from '../language/kinds/shared/selection.ts';
import type { Evidence, NotPickedUp, Pickup } from './entities.ts';
import { bindingOf, Rejections } from './evidence.ts';
import { keyOf } from './keys.ts';
import type { LiveObject } from './liveObject.ts';
import type { ObjectStore } from './objectStore.ts';
import type { OperatorScope } from './operatorScope.ts';
import { notPickedUp, pickupOf, serversOf } from './pickups.ts';
import type { Server } from './server.ts';
import { faultFor, type VerdictContext } from './verdicts.ts';

/** Counts of what was done, for tests and benchmarks. */
export interface StateWork {
  /** An object held against the selectors of a server. */
  selections: number;
  /** An object judged by our checks for a server. */
  verdicts: number;
}

interface Verdict {
  readonly object: LiveObject;
  readonly server: LiveObject;
  readonly pickup: Pickup;
}

const accepted: Pickup = { state: 'accepted' };

/** What becomes of every object that servers select, and whose fault it is when nothing does. */
export class ObjectStates {
  readonly work: StateWork = { selections: 0, verdicts: 0 };
  readonly rejections = new Rejections();
  readonly #store: ObjectStore;
  readonly #servers: ReadonlyMap<string, Server>;
  readonly #context: () => VerdictContext;
  readonly #pickups = new Map<string, Map<string, Pickup>>();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #queue = new Map<string, { readonly object: string; readonly server: string }>();
  /** Objects that changed since they were first seen: that they were loaded says nothing of their new form. With the newest event of before. */
  readonly #changed = new Map<string, number>();
  readonly #nodes = new Map<string, readonly NotPickedUp[]>();

  constructor(store: ObjectStore, servers: ReadonlyMap<string, Server>, context: () => VerdictContext) {
    this.#store = store;
    this.#servers = servers;
    this.#context = context;
  }

  /** What a server makes of an object; undefined for servers that never select its kind. */
  pickup(object: string, server: string): Pickup | undefined {
    return this.#pickups.get(object)?.get(server);
  }

  notPickedUp(object: string): readonly NotPickedUp[] {
    return this.#nodes.get(object) ?? [];
  }

  /** In the order of kinds, namespaces and names. */
  all(): NotPickedUp[] {
    return [...this.#nodes.values()].flat().sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Whether objects wait for a verdict. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** An object has another spec than before. */
  changed(object: LiveObject): void {
    this.#changed.set(keyOf(object), this.rejections.about(object, undefined)?.at ?? 0);
  }

  /** Forgets an object that is gone. @returns the statements that are gone with it */
  forget(object: string): readonly NotPickedUp[] {
    const nodes = this.#nodes.get(object) ?? [];
    for (const server of this.#pickups.get(object)?.keys() ?? []) {
      this.#verdicts.delete(`${object} ${server}`);
      this.#queue.delete(`${object} ${server}`);
    }
    this.#pickups.delete(object);
    this.#nodes.delete(object);
    this.#changed.delete(object);
    return nodes;
  }

  /** Looks at an object anew. @returns whether any server's opinion changed, and the statements of before and now */
  renew(object: LiveObject, scopes: readonly OperatorScope[], declaredBy: NotPickedUp['declaredBy']): { readonly pickups: boolean; readonly before: readonly NotPickedUp[]; readonly now: readonly NotPickedUp[] } {
    const { kind } = object;
    const key = keyOf(object);
    const before = this.notPickedUp(key);
    if (!isSelectedKind(kind)) return { pickups: false, before, now: before };
    const known = this.#pickups.get(key);
    const pickups = new Map<string, Pickup>();
    const namespace = this.#store.namespaceOf(object);
    for (const server of this.#servers.values()) {
      if (server.object === undefined || !serversOf[kind].includes(server.kind)) continue;
      this.work.selections++;
      pickups.set(server.key, this.#judged(object, key, server, server.object, pickupOf(object, server.object, namespace, scopes)));
    }
    this.#pickups.set(key, pickups);
    const now = notPickedUp(object, pickups, (server) => this.#evidence(object, server), declaredBy);
    if (now.length === 0) this.#nodes.delete(key);
    else this.#nodes.set(key, now);
    return { pickups: known?.size !== pickups.size || [...pickups].some(([server, pickup]) => !isEqual(known.get(server), pickup)), before, now };
  }

  #judged(object: LiveObject, key: string, server: Server, serverObject: LiveObject, pickup: Pickup): Pickup {
    const pair = `${key} ${server.key}`;
    this.#queue.delete(pair);
    if (pickup.state !== 'selected' && pickup.state !== 'unknown') return pickup;
    const fault = server.faults.find(({ object: blamed }) => blamed?.kind === object.kind && blamed.metadata.name === object.metadata.name && blamed.metadata.namespace === object.metadata.namespace);
    if (fault !== undefined) return { state: 'unloadable', reason: fault.problem.message, code: fault.problem.code };
    const verdict = this.#verdicts.get(pair);
    const isCurrent = verdict?.object === object && verdict.server === serverObject;
    if (isCurrent && verdict.pickup.state !== 'accepted') return verdict.pickup;
    const binding = bindingOf(object, serverObject);
    if (binding?.accepted === true) return accepted;
    // Where the cluster refuses it, our verdict is asked for all the same: it knows the place and the remedy.
    if (binding !== undefined) return this.#refused(isCurrent, pair, key, server, binding.evidence.message);
    const isLoaded = server.targets.poolsOfObject(key).length > 0 || server.rules.groupsOfObject(key).length > 0;
    const changedAt = this.#changed.get(key);
    // What we cannot see (Secrets, other versions) the operator says itself; its events outlive the fault for a while.
    const event = isLoaded ? undefined : this.rejections.about(object, server.key);
    if (event !== undefined && event.at > (changedAt ?? -1)) return this.#refused(isCurrent, pair, key, server, event.message);
    if (isCurrent || (isLoaded && changedAt === undefined)) return accepted;
    this.#queue.set(pair, { object: key, server: server.key });
    return pickup;
  }

  #refused(isJudged: boolean, pair: string, object: string, server: Server, reason: string): Pickup {
    if (!isJudged) this.#queue.set(pair, { object, server: server.key });
    return { state: 'rejected', reason };
  }

  #evidence(object: LiveObject, server: string | undefined): readonly Evidence[] {
    const evidence: Evidence[] = [];
    const key = keyOf(object);
    const verdict = server === undefined ? undefined : this.#verdicts.get(`${key} ${server}`)?.pickup;
    if (verdict !== undefined && 'reason' in verdict) evidence.push({ from: 'verdict', message: verdict.reason });
    const serverObject = server === undefined ? undefined : this.#servers.get(server)?.object;
    const binding = serverObject === undefined ? undefined : bindingOf(object, serverObject);
    if (binding !== undefined) evidence.push(binding.evidence);
    const event = this.rejections.about(object, server);
    if (event !== undefined && event.at > (this.#changed.get(key) ?? -1)) evidence.push({ from: 'event', message: event.message, at: event.at });
    const loaded = server === undefined ? undefined : this.#servers.get(server);
    if (loaded !== undefined && (loaded.targets.poolsOfObject(key).length > 0 || loaded.rules.groupsOfObject(key).length > 0)) {
      evidence.push({ from: 'loaded', message: 'Its last accepted form is still loaded.' });
    }
    return evidence;
  }

  /** Judges the next of the objects that wait. @returns the keys of the objects that have a verdict now */
  checkSome(count: number): string[] {
    const done: string[] = [];
    for (const [pair, { object: key, server }] of this.#queue) {
      if (done.length >= count) break;
      this.#queue.delete(pair);
      const [kind = '', namespace = '', name = ''] = key.split('/');
      const object = this.#store.get(kind, namespace, name);
      const serverObject = this.#servers.get(server)?.object;
      if (object === undefined || serverObject === undefined) continue;
      this.work.verdicts++;
      const problem = faultFor(object, serverObject, this.#context());
      const pickup: Pickup = problem === undefined ? accepted
        : { state: problem.code.endsWith('/unloadable') ? 'unloadable' : 'rejected', reason: problem.message, code: problem.code };
      this.#verdicts.set(pair, { object, server: serverObject, pickup });
      done.push(key);
    }
    return done;
  }
}

function isEqual(a: Pickup | undefined, b: Pickup): boolean {
  return a === b || (a?.state === b.state && ('reason' in a ? a.reason : '') === ('reason' in b ? b.reason : ''));
}

/** Whether two lists of statements say the same. */
export function sameStatements(a: readonly NotPickedUp[], b: readonly NotPickedUp[]): boolean {
  return a.length === b.length && (a.length === 0 || JSON.stringify(a) === JSON.stringify(b));
}
