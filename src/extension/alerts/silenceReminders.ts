import { commands as vscodeCommands, type Memento, window } from 'vscode';
import type { Clusters } from '../clusters/connection.ts';
import { matchersText } from '../../model/silences.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import { withoutLinks } from '../plainText.ts';
import { clock } from './alertWording.ts';

/** A silence whose end somebody wants to hear of. */
export interface Reminder {
  readonly cluster: string;
  /** The key of the Alertmanager. */
  readonly alertmanager: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

const stateKey = 'kubeprom.silenceReminders';
/** Milliseconds before the end. */
const ahead = 600_000;
/** Timers cannot wait longer than 24 days, and a clock may be set. */
const longestWait = 3_600_000;

/** Tells once, ten minutes before it ends, of each silence for which somebody asked. Nothing is read until then. */
export class SilenceReminders extends DisposableStore {
  readonly #state: Memento;
  readonly #clusters: Clusters;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: Memento, clusters: Clusters) {
    super();
    this.#state = state;
    this.#clusters = clusters;
    this.add({ dispose: () => { clearTimeout(this.#timer); } });
    this.#wait();
  }

  async remind(reminder: Reminder): Promise<void> {
    await this.#state.update(stateKey, [...this.#all().filter(({ id }) => id !== reminder.id), reminder]);
    this.#wait();
  }

  #all(): readonly Reminder[] {
    return this.#state.get<readonly Reminder[]>(stateKey, []);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const first = Math.min(...this.#all().map(({ endsAt }) => endsAt - ahead));
    if (first === Infinity) return;
    this.#timer = setTimeout(() => { void this.#tell(); }, Math.min(longestWait, Math.max(0, first - Date.now())));
  }

  async #tell(): Promise<void> {
    const due = this.#all().filter(({ endsAt }) => endsAt - ahead <= Date.now());
    // Told once, whatever comes of it.
    await this.#state.update(stateKey, this.#all().filter(({ id }) => !due.some((one) => one.id === id)));
    this.#wait();
    for (const reminder of due) await this.#tellOf(reminder);
  }

  async #tellOf({ cluster: name, alertmanager, id }: Reminder): Promise<void> {
    const cluster = this.#clusters.all.find((one) => one.name === name);
    const silence = await cluster?.monitoring?.alertmanager(alertmanager).silence(id).catch(() => undefined);
    // It was expired by hand, or nobody is connected to where it is.
    if (cluster === undefined || silence === undefined || silence.state === 'expired') return;
    const extend = 'Extend…';
    const chosen = await window.showInformationMessage(`A silence in ${withoutLinks(name)} ends at ${clock(silence.endsAt)}: ${withoutLinks(matchersText(silence.matchers))}`, extend);
    if (chosen === extend) await vscodeCommands.executeCommand(commands.editSilence, { row: 'silence', id: '', cluster, key: `${alertmanager} > silence ${id}` });
  }
}
