import { CodeLens, type CodeLensProvider, EventEmitter, languages, Range, type TextDocument } from 'vscode';
import type { Monitor, Rule } from '../../model/entities.ts';
import type { AboutObject } from '../../model/liveTree.ts';
import { DisposableStore } from '../disposables.ts';
import { commands } from '../names.ts';
import type { Clusters } from './connection.ts';
import { objectsIn } from './objectsInFile.ts';
import { groupLine, nameOf } from './wording.ts';

/** Milliseconds over which changes of the model are gathered before lenses are asked for again. */
const gathering = 500;

/** Over each object of a file: what the active cluster makes of it, as far as that is known; nothing is asked while the tree is hidden. */
export class ClusterLenses extends DisposableStore implements CodeLensProvider {
  readonly #clusters: Clusters;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(languages.registerCodeLensProvider([{ language: 'yaml' }, { language: 'helm' }], this));
    this.add(clusters.onChange(() => {
      this.#stop?.();
      this.#stop = clusters.active?.tree?.onChange(() => { this.#later(); });
      this.#later();
    }));
    this.add({ dispose: () => {
      clearTimeout(this.#timer);
      this.#stop?.();
    } });
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const { active } = this.#clusters;
    const tree = active?.tree;
    if (active === undefined || tree === undefined || active.state !== 'connected' || !document.getText().includes('monitoring.coreos.com')) return [];
    return (await objectsIn(document)).flatMap(({ kind, namespace = active.namespace, name, line, rules }) => {
      const about = tree.aboutObject(kind, namespace, name);
      const lens = (at: number, title: string): CodeLens => new CodeLens(new Range(at, 0, at, 0), { title, command: commands.revealInTree, arguments: [{ kind, namespace, name }] });
      const words = lensWords(about);
      return [
        ...(words === undefined ? [] : [lens(line, `${active.name}: ${words}`)]),
        ...rules.flatMap((rule) => {
          const loaded = about.groups.filter((group) => group.name === rule.group).flatMap((group) => {
            const live = tree.rulesOf(group.key)[rule.index];
            return live?.name === rule.name ? [ruleWords(instanceName(group.instance), live, live.type === 'recording' ? active.seriesOf(live) : live.firing + live.pending)] : [];
          });
          return loaded.length === 0 ? [] : [lens(rule.line, loaded.join(' · '))];
        }),
      ];
    });
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, gathering);
  }
}

/** What the cluster makes of an object in one line; undefined for one that it does not have. */
export function lensWords({ object, monitors, groups, notPickedUp }: AboutObject): string | undefined {
  if (object === undefined) return undefined;
  const refused = notPickedUp.map(({ reason }) => reason);
  const scraped = monitors.filter(({ pickup }) => pickup.state !== 'rejected' && pickup.state !== 'unloadable').map((monitor) => `scraped by ${instanceName(monitor.instance)}: ${scrapedWords(monitor)}`);
  const loaded = [...new Set(groups.map(({ instance }) => instance))].map((instance) => {
    const own = groups.filter((group) => group.instance === instance);
    const sum = own.reduce((all, { rules, failing, firing, pending }) => ({ rules: all.rules + rules, failing: all.failing + failing, firing: all.firing + firing, pending: all.pending + pending }), { rules: 0, failing: 0, firing: 0, pending: 0 });
    return `loaded by ${instanceName(instance)} · ${sum.failing === 0 ? 'ok · ' : ''}${groupLine(sum)}`;
  });
  const words = [...scraped, ...loaded, ...refused];
  return words.length === 0 ? undefined : words.join(' · ');
}

/** `2 up, 1 down`. */
function scrapedWords({ up, down, unknown }: Monitor): string {
  const words = [up > 0 ? `${String(up)} up` : '', down > 0 ? `${String(down)} down` : '', unknown > 0 ? `${String(unknown)} not scraped yet` : ''].filter((part) => part !== '');
  return words.length === 0 ? 'no targets' : words.join(', ');
}

/** `loaded by k8s · ok · 3 series, 2 firing`. @param series of an alert, those of its expression; undefined where nobody knows */
function ruleWords(server: string, { health, lastError, firing }: Rule, series: number | undefined): string {
  const state = health === 'err' ? `failing: ${lastError}` : health === 'ok' ? 'ok' : 'not evaluated yet';
  const count = series === undefined || health !== 'ok' ? [] : [`${series.toLocaleString('en')} series${firing > 0 ? `, ${String(firing)} firing` : ''}`];
  return [`loaded by ${server}`, state, ...count].join(' · ');
}

/** `k8s` of `Prometheus/monitoring/k8s`. */
function instanceName(key: string): string {
  const [, namespace = '', name = ''] = key.split('/');
  return nameOf({ namespace, name }).replace(/^.*\//, '');
}
