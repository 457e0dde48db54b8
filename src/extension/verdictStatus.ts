import { languages, LanguageStatusSeverity, window, workspace } from 'vscode';
import type { VerdictBasis } from '../server/protocol.ts';
import { DisposableStore } from './disposables.ts';
import { documentSelector } from './monitoringDocuments.ts';

/** The language status item: by which Prometheus and features the file in front is judged. */
export class VerdictStatus extends DisposableStore {
  readonly #bases = new Map<string, VerdictBasis>();
  readonly #item = this.add(languages.createLanguageStatusItem('kubeprom.verdictBasis', documentSelector));

  constructor() {
    super();
    this.#item.name = 'Kubeprom';
    this.#item.command = { command: 'workbench.action.openSettings', arguments: ['kubeprom.'], title: 'Settings' };
    this.add(window.onDidChangeActiveTextEditor(() => { this.#show(); }));
    this.add(workspace.onDidCloseTextDocument((document) => this.#bases.delete(document.uri.toString())));
    this.#show();
  }

  /** A document was checked. */
  update(basis: VerdictBasis): void {
    this.#bases.set(basis.uri, basis);
    this.#show();
  }

  #show(): void {
    const basis = this.#bases.get(window.activeTextEditor?.document.uri.toString() ?? '');
    if (basis === undefined || basis.kinds.length === 0) {
      this.#item.text = 'Kubeprom: no monitoring object';
      this.#item.detail = '';
      this.#item.severity = LanguageStatusSeverity.Information;
      return;
    }
    this.#item.text = basis.judges.length === 0 ? `Prometheus Operator ${basis.operatorVersion}` : basis.judges.join(', ');
    this.#item.detail = [
      `operator ${basis.operatorVersion}`,
      basis.features.length === 0 ? 'no feature flags' : basis.features.join(', '),
      `${basis.findings.errors} errors, ${basis.findings.warnings} warnings`,
      ...(basis.note === undefined ? [] : [basis.note]),
    ].join(' · ');
    this.#item.severity = basis.findings.errors > 0 ? LanguageStatusSeverity.Error : basis.findings.warnings > 0 ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
  }
}
