import { type Event, EventEmitter, workspace } from 'vscode';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import { DisposableStore } from '../../disposables.ts';
import { settings } from '../../names.ts';

/** Milliseconds between two readings. */
const interval = 60_000;

/** How many alerts fire in a cluster, for the status bar: one read of each Alertmanager a minute, and none where the setting is off. */
export class FiringCount extends DisposableStore {
  readonly #monitoring: ClusterMonitoring;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onChange: Event<void> = this.#changed.event;
  #timer: NodeJS.Timeout | undefined;
  #known = '';
  #count: number | undefined;

  constructor(monitoring: ClusterMonitoring) {
    super();
    this.#monitoring = monitoring;
    this.add(workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(settings.statusBar)) this.#restart(); }));
    // The first reading is worth something once there is somebody to ask.
    this.add({ dispose: monitoring.model.onChange(() => { if (this.#alertmanagers().join() !== this.#known) this.#restart(); }) });
    this.add({ dispose: () => { clearTimeout(this.#timer); } });
  }

  /** Alerts that are neither silenced nor inhibited; undefined where no Alertmanager was read. */
  get count(): number | undefined {
    return this.#count;
  }

  #alertmanagers(): string[] {
    return this.#monitoring.model.instances.filter(({ kind, ready, origin }) => kind === 'Alertmanager' && (ready > 0 || origin === 'settings')).map(({ key }) => key);
  }

  #restart(): void {
    this.#known = this.#alertmanagers().join();
    clearTimeout(this.#timer);
    this.#set(undefined);
    if (this.#known !== '' && workspace.getConfiguration().get<boolean>(settings.statusBar, true)) void this.#read();
  }

  async #read(): Promise<void> {
    const known = this.#known;
    const answers = await Promise.allSettled(this.#alertmanagers().map((key) => this.#monitoring.alertmanager(key).alerts()));
    if (known !== this.#known) return;
    const alerts = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    this.#set(answers.some(({ status }) => status === 'fulfilled') ? new Set(alerts.filter(({ state }) => state === 'active').map(({ fingerprint }) => fingerprint)).size : undefined);
    this.#timer = setTimeout(() => { void this.#read(); }, interval);
  }

  #set(count: number | undefined): void {
    if (count === this.#count) return;
    this.#count = count;
    this.#changed.fire();
  }
}
