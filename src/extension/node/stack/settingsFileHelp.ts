import { type CancellationToken, CompletionItem, CompletionItemKind, Diagnostic, DiagnosticSeverity, languages, MarkdownString, type Position, Range, type TextDocument, workspace } from 'vscode';
import { choicesFile } from '../../../stack/choices.ts';
import { DisposableStore } from '../../disposables.ts';
import { hasYamlExtension } from '../../yamlCoexistence.ts';

const source = 'Kubeprom';

/**
 * Completion and findings for the stack's settings file. Where the YAML extension is, the schema that the manifest contributes
 * does both, and nothing is said twice. What checks is loaded with the first such file.
 */
export class SettingsFileHelp extends DisposableStore {
  readonly #findings = this.add(languages.createDiagnosticCollection('kubeprom-stack'));

  constructor() {
    super();
    this.add(workspace.onDidOpenTextDocument((document) => { void this.#check(document); }));
    this.add(workspace.onDidChangeTextDocument(({ document }) => { void this.#check(document); }));
    this.add(workspace.onDidCloseTextDocument(({ uri }) => { this.#findings.delete(uri); }));
    this.add(languages.registerCompletionItemProvider({ language: 'yaml', pattern: `**/${choicesFile}` }, { provideCompletionItems: complete }));
    for (const document of workspace.textDocuments) void this.#check(document);
  }

  async #check(document: TextDocument): Promise<void> {
    if (document.languageId !== 'yaml' || !document.uri.path.endsWith(`/${choicesFile}`)) return;
    const { checkChoices } = await import('../../../stack/choicesFile.ts');
    if (document.isClosed) return;
    const { findings } = hasYamlExtension() ? { findings: [] } : checkChoices(document.getText());
    this.#findings.set(document.uri, findings.map(({ message, span }) => {
      const finding = new Diagnostic(new Range(document.positionAt(span.start), document.positionAt(span.end)), message, DiagnosticSeverity.Error);
      finding.source = source;
      return finding;
    }));
  }
}

async function complete(document: TextDocument, position: Position, token: CancellationToken): Promise<CompletionItem[]> {
  if (hasYamlExtension()) return [];
  const [{ completeBySchema }, { choicesSchema }] = await Promise.all([import('../../../language/settings/completeBySchema.ts'), import('../../../stack/choicesSchema.ts')]);
  if (token.isCancellationRequested) return [];
  const { span, offers } = completeBySchema(choicesSchema(), document.getText(), document.offsetAt(position));
  return offers.map(({ kind, label, text, documentation }) => {
    const item = new CompletionItem(label, kind === 'field' ? CompletionItemKind.Field : CompletionItemKind.Value);
    item.insertText = text;
    item.range = new Range(document.positionAt(span.start), document.positionAt(span.end));
    if (documentation !== undefined) item.documentation = new MarkdownString(documentation);
    return item;
  });
}
