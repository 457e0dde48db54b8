import { type LogOutputChannel, ProgressLocation, RelativePattern, Uri, window, workspace } from 'vscode';
import type { RenderingsParams } from '../server/protocol.ts';
import { DisposableStore } from './disposables.ts';

/** Renders the chart of a folder on disk; rejects only when the signal ends it. */
export type RenderChart = (folder: string, signal: AbortSignal) => Promise<{ readonly output: string } | { readonly failure: string }>;

type Rendered = RenderingsParams['renderings'][number];

/** Charts that are rendered at most: each costs a process, and beyond them a repository is a collection of charts. */
const maximumCharts = 100;
/** Milliseconds that a chart's files rest before it is rendered again. */
const rest = 300;

/** One chart that is rendered when its files change. */
interface Chart {
  readonly folder: string;
  readonly watcher: DisposableStore;
  timer?: ReturnType<typeof setTimeout>;
  /** Ends the rendering that is under way. */
  running?: AbortController;
  failure?: string;
}

/** Has the charts of the workspace rendered, one after the other, and again when a file of theirs has changed on disk. */
export class Charts extends DisposableStore {
  readonly #render: RenderChart | undefined;
  readonly #send: (params: RenderingsParams) => Promise<void>;
  readonly #log: LogOutputChannel;
  readonly #charts = new Map<string, Chart>();
  readonly #queue = new Set<Chart>();
  #works = false;

  /** @param render undefined where no program can be run */
  constructor(render: RenderChart | undefined, send: (params: RenderingsParams) => Promise<void>, log: LogOutputChannel) {
    super();
    this.#render = render;
    this.#send = send;
    this.#log = log;
    this.add(workspace.onDidGrantWorkspaceTrust(() => { for (const chart of this.#charts.values()) this.#enqueue(chart); }));
  }

  /** The charts that there are now, in the place of those before. */
  update(folders: readonly string[]): void {
    for (const [folder, chart] of this.#charts) {
      if (folders.includes(folder)) continue;
      this.#charts.delete(folder);
      this.#stop(chart);
    }
    for (const folder of folders) {
      if (this.#charts.has(folder)) continue;
      const chart: Chart = { folder, watcher: new DisposableStore() };
      this.#charts.set(folder, chart);
      const watcher = chart.watcher.add(workspace.createFileSystemWatcher(new RelativePattern(Uri.parse(folder), '**')));
      const changed = (): void => {
        chart.running?.abort();
        clearTimeout(chart.timer);
        chart.timer = setTimeout(() => { this.#enqueue(chart); }, rest);
      };
      chart.watcher.add(watcher.onDidCreate(changed));
      chart.watcher.add(watcher.onDidChange(changed));
      chart.watcher.add(watcher.onDidDelete(changed));
      this.#enqueue(chart);
    }
  }

  override dispose(): void {
    for (const chart of this.#charts.values()) this.#stop(chart);
    this.#charts.clear();
    super.dispose();
  }

  #stop(chart: Chart): void {
    clearTimeout(chart.timer);
    chart.running?.abort();
    chart.watcher.dispose();
    this.#queue.delete(chart);
  }

  #enqueue(chart: Chart): void {
    this.#queue.add(chart);
    if (this.#works) return;
    this.#works = true;
    void window.withProgress({ location: ProgressLocation.Window, title: 'Kubeprom: rendering charts' }, () => this.#work());
  }

  async #work(): Promise<void> {
    for (const chart of this.#queue) {
      this.#queue.delete(chart);
      try {
        const rendered = await this.#rendered(chart);
        if (this.#charts.get(chart.folder) !== chart) continue;
        if (rendered.failure !== undefined && rendered.failure !== chart.failure) this.#log.warn(`${workspace.asRelativePath(Uri.parse(chart.folder))}: ${rendered.failure}`);
        if (rendered.failure === undefined) delete chart.failure;
        else chart.failure = rendered.failure;
        await this.#send({ renderings: [rendered] });
      } catch (error) {
        // One that was ended is in the queue again, or gone.
        if (chart.running?.signal.aborted !== true) this.#log.error(error instanceof Error ? error : String(error));
      } finally {
        delete chart.running;
      }
    }
    this.#works = false;
  }

  async #rendered(chart: Chart): Promise<Rendered> {
    const { folder } = chart;
    const uri = Uri.parse(folder);
    const obstacle = this.#obstacle(uri);
    if (obstacle !== undefined || this.#render === undefined) return { folder, failure: `The templates of this chart are not rendered, so nothing is said of what they make: ${obstacle ?? ''}` };
    chart.running = new AbortController();
    return { folder, ...await this.#render(uri.fsPath, chart.running.signal) };
  }

  /** Why the chart of a folder cannot be rendered here. */
  #obstacle({ scheme }: Uri): string | undefined {
    if (this.#render === undefined) return 'helm cannot be run in a browser. Open the folder in VS Code on the desktop.';
    if (scheme !== 'file') return 'the folder is virtual, and helm reads folders on disk.';
    if (!workspace.isTrusted) return 'helm is not run in Restricted Mode. Trust the workspace to have them rendered.';
    if (this.#charts.size > maximumCharts) return `there are ${String(this.#charts.size)} charts in the workspace, and at most ${String(maximumCharts)} are rendered. Open the folder of one.`;
    return undefined;
  }
}
