import { type Event, EventEmitter, workspace } from 'vscode';
import type { ClusterMonitoring } from '../../../monitoring/clusterMonitoring.ts';
import { DisposableStore } from '../../disposables.ts';
import { settings } from '../../names.ts';

/** Milliseconds between two readings for those who look from the corner of an eye. */
const interval = 60_000;
/** What needs to know how many alerts fire while no view is seen, and whether it does unless it is told. */
const watchers: Readonly<Record<string, boolean>> = { [settings.statusBar]: true, [settings.alertBadge]: true, [settings.alertNotify]: false };

/**
 * Reads the alerts of a cluster as often as somebody needs them: with every evaluation while their view is seen; else each
 * Alertmanager once a minute for the status bar, the badge and notices; not at all where those are off.
 */
export class AlertReading extends DisposableStore {
  readonly #monitoring: ClusterMonitoring;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onChange: Event<void> = this.#changed.event;
  #isVisible = false;
  #ends: readonly (() => void)[] = [];
  #told: number | undefined;

  constructor(monitoring: ClusterMonitoring) {
    super();
    this.#monitoring = monitoring;
    this.add(workspace.onDidChangeConfiguration((event) => { if (Object.keys(watchers).some((setting) => event.affectsConfiguration(setting))) this.#subscribe(); }));
    this.add({ dispose: monitoring.alerts.onChange(() => { this.#tell(); }) });
    this.add({ dispose: monitoring.onState(() => { this.#tell(); }) });
    this.add({ dispose: () => { for (const end of this.#ends) end(); } });
    this.#subscribe();
  }

  /** Alerts that are neither silenced nor inhibited; undefined where no Alertmanager was read. */
  get count(): number | undefined {
    return this.#monitoring.alerts.isRead ? this.#monitoring.alerts.counts.firing : undefined;
  }

  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#subscribe();
  }

  #subscribe(): void {
    const before = this.#ends;
    const isWatched = Object.entries(watchers).some(([setting, isOn]) => workspace.getConfiguration().get<boolean>(setting, isOn));
    this.#ends = [
      ...(isWatched ? [this.#monitoring.subscribe({ topic: 'alerts', every: interval })] : []),
      ...(this.#isVisible ? (['rules', 'alerts', 'silences'] as const).map((topic) => this.#monitoring.subscribe({ topic })) : []),
    ];
    // The new interests come first, so that what goes on being read is not read anew.
    for (const end of before) end();
  }

  #tell(): void {
    if (this.count === this.#told) return;
    this.#told = this.count;
    this.#changed.fire();
  }
}
