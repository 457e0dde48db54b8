import { type TextDocument, type Event, EventEmitter, type Uri, languages as vscodeLanguages, workspace } from 'vscode';
import { DisposableStore } from './disposables.ts';
import { settings } from './names.ts';
import { settingsFileName } from '../language/settings/settingsFile.ts';

/** Languages whose documents may hold objects of ours. */
export const documentSelector = [{ language: 'yaml' }, { language: 'helm' }, { language: 'promql' }];

const languages = new Set(documentSelector.map((filter) => filter.language));

/** Objects of ours, Alertmanager's configuration in a Secret, and the values of kube-prometheus-stack. */
const marks = /monitoring\.coreos\.com\/|^\s*(?:alertmanager\.ya?ml|kube-prometheus-stack|prometheusSpec|additionalPrometheusRules(?:Map)?):/m;

/** Whether a document is worth waking the language server for. Reads the text once, without parsing. */
export function isMonitoringDocument(document: TextDocument): boolean {
  if (!languages.has(document.languageId)) return false;
  if (document.languageId === 'promql') return true;
  return document.uri.path.endsWith(`/${settingsFileName}`) || marks.test(document.getText()) || isPlainFile(document);
}

/** The user's setting of what plain files are (glob → kind) for what stands at a URI, as far as it is one. */
export function plainFilesSetting(folder: Uri | undefined): Record<string, string> {
  const value = workspace.getConfiguration(undefined, folder).get<unknown>(settings.files);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function isPlainFile(document: TextDocument): boolean {
  return Object.keys(plainFilesSetting(document.uri)).some((glob) => vscodeLanguages.match({ pattern: glob.startsWith('**/') ? glob : `**/${glob}` }, document) > 0);
}

/** Waits for the first document of ours, and then asks no more: until then the extension does nothing. */
export class FirstMonitoringDocument extends DisposableStore {
  readonly #seen = this.add(new EventEmitter<void>());

  get onSeen(): Event<void> {
    return this.#seen.event;
  }

  watch(): void {
    this.add(workspace.onDidOpenTextDocument((document) => { this.#look(document); }));
    this.add(workspace.onDidChangeTextDocument(({ document }) => { this.#look(document); }));
    for (const document of workspace.textDocuments) this.#look(document);
  }

  #look(document: TextDocument): void {
    if (isMonitoringDocument(document)) this.#seen.fire();
  }
}
