import { type TextDocument, type Event, EventEmitter, workspace } from 'vscode';
import { DisposableStore } from './disposables.ts';
import { settingsFileName } from '../language/settings/settingsFile.ts';

/** Languages whose documents may hold objects of ours. */
export const documentSelector = [{ language: 'yaml' }, { language: 'helm' }, { language: 'promql' }];

const languages = new Set(documentSelector.map((filter) => filter.language));

/** Whether a document is worth waking the language server for. Reads the text once, without parsing. */
export function isMonitoringDocument(document: TextDocument): boolean {
  if (!languages.has(document.languageId)) return false;
  if (document.languageId === 'promql') return true;
  return document.uri.path.endsWith(`/${settingsFileName}`) || document.getText().includes('monitoring.coreos.com/');
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
