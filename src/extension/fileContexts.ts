import { commands, Uri } from 'vscode';
import type { VerdictBasis } from '../server/protocol.ts';

const scrapeKinds: ReadonlySet<string> = new Set(['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'Prometheus', 'PrometheusAgent']);

/** Tells menus which files they are for, by what was found in them. */
export class FileContexts {
  readonly #scrapeFiles = new Set<string>();

  /** A document was checked. */
  update({ uri, kinds }: VerdictBasis): void {
    const belongs = kinds.some((kind) => scrapeKinds.has(kind));
    if (belongs === this.#scrapeFiles.has(uri)) return;
    if (belongs) this.#scrapeFiles.add(uri);
    else this.#scrapeFiles.delete(uri);
    // By path: a remote host's `file:` is another scheme to the workbench, which compares a path of either form.
    const paths = [...this.#scrapeFiles].map((one) => Uri.parse(one)).flatMap(({ path, fsPath }) => [path, fsPath]);
    void commands.executeCommand('setContext', 'kubeprom.scrapeFiles', paths);
  }
}
