import { type Event, EventEmitter, type LogOutputChannel } from 'vscode';
import type { Cluster } from '../../../cluster/cluster.ts';
import { ClusterError } from '../../../cluster/errors.ts';
import { type StackHealth, stackHealth } from '../../../stack/health.ts';
import { findInventories, type Inventory } from '../../../stack/inventory.ts';
import { DisposableStore } from '../../disposables.ts';
import { oneLine } from '../../plainText.ts';
import type { DeployedStack, StackPart } from '../../stack/deployedStack.ts';

/** Milliseconds between two looks while something is not ready, and while everything is. */
const soon = 10_000;
const later = 60_000;

/** What we deployed into a cluster, read as long as somebody sees the tree. Health is asked only where there is a deployment. */
export class StackReading extends DisposableStore {
  readonly #cluster: Cluster;
  readonly #log: LogOutputChannel;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onChange: Event<void> = this.#changed.event;
  #all: readonly DeployedStack[] = [];
  #isVisible = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | undefined;

  constructor(cluster: Cluster, log: LogOutputChannel) {
    super();
    this.#cluster = cluster;
    this.#log = log;
    this.add({ dispose: () => {
      this.#isVisible = false;
      clearTimeout(this.#timer);
      this.#reading?.abort();
    } });
  }

  get all(): readonly DeployedStack[] {
    return this.#all;
  }

  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    clearTimeout(this.#timer);
    if (isVisible) void this.read();
    else this.#reading?.abort();
  }

  /** Reads now; a reading that is on its way is given up. */
  async read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#reading?.abort();
    const reading = this.#reading = new AbortController();
    try {
      const inventories = await findInventories(this.#cluster, reading.signal);
      this.#set(inventories.map((inventory) => deployed(inventory, this.#all.find((one) => isOf(one, inventory))?.parts)));
      for (const inventory of inventories) this.take(inventory, await stackHealth(this.#cluster, inventory, reading.signal));
    } catch (error) {
      if (reading.signal.aborted) return;
      // Whoever may not list ConfigMaps everywhere sees no deployment here; a cluster that is away says so itself.
      if (!(error instanceof ClusterError)) throw error;
      this.#log.debug(`What is deployed cannot be read: ${error.message}`);
    }
    if (this.#isVisible) this.#timer = setTimeout(() => { void this.read(); }, this.#all.every(({ parts }) => parts?.every(({ state }) => state === 'ready') === true) ? later : soon);
  }

  /** What somebody else has just read. */
  take(inventory: Inventory, { components, checks, missing }: StackHealth): void {
    const parts: StackPart[] = [
      ...components.map(({ kind, namespace, name, state, detail }) => ({ name: oneLine(`${kind} ${namespace}/${name}`), state, detail: oneLine(detail) })),
      ...checks.map(({ name, state, detail }) => ({ name: oneLine(name), state, detail: oneLine(detail) })),
      ...missing.map((name) => ({ name: oneLine(name), state: 'missing' as const, detail: 'deployed, and not there any more' })),
    ];
    this.#set([...this.#all.filter((one) => !isOf(one, inventory)), deployed(inventory, parts)]);
  }

  #set(all: readonly DeployedStack[]): void {
    const sorted = all.toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
    if (JSON.stringify(sorted) === JSON.stringify(this.#all)) return;
    this.#all = sorted;
    this.#changed.fire();
  }
}

function deployed({ namespace, name, source, state }: Inventory, parts: readonly StackPart[] | undefined): DeployedStack {
  return { namespace, name, source: oneLine(source), state, parts };
}

const isOf = (one: DeployedStack, { namespace, name }: Inventory): boolean => one.namespace === namespace && one.name === name;
