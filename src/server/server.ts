import { type CodeAction, CodeActionKind, type CompletionList, type CompletionParams, type Connection, type Diagnostic, type Position, type Range, type ServerCapabilities, TextDocuments, TextDocumentSyncKind } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../language/finding.ts';
import { LanguageService } from '../language/languageService.ts';
import { LineIndex } from '../language/lineIndex.ts';
import { SchemaStore } from '../language/schemas/schemaStore.ts';
import { completeSettings } from '../language/settings/settingsSchema.ts';
import type { PathSettings, Target } from '../language/settings/settings.ts';
import type { SourceFile } from '../language/workspace/sourceFile.ts';
import { toDiagnostic, toQuickFix } from './convert.ts';
import { ClusterMetrics } from './clusterMetrics.ts';
import { registerCharts } from './features/charts.ts';
import { completionTriggers, toCompletionList } from './features/completion.ts';
import { toHover } from './features/hover.ts';
import { signatureTriggers, toSignatureHelp } from './features/signatureHelp.ts';
import { colourCapabilities, registerColours } from './features/colours.ts';
import { creatingActions, creatingKind, registerCreating } from './features/creating.ts';
import { formatPromqlKind, formattingActions, registerPromqlFormatting } from './features/formatting.ts';
import { fixAllActions, fixAllKind } from './features/fixAll.ts';
import type { FeatureContext } from './features/featureContext.ts';
import { navigationCapabilities, registerNavigation } from './features/navigation.ts';
import { registerQueries } from './features/queries.ts';
import { refactoringActions, refactoringKinds } from './features/refactoring.ts';
import { registerPanels } from './features/panels.ts';
import { BackgroundWork, inSlices } from './backgroundWork.ts';
import { isSettingsFile, isWithin, KnownFiles } from './knownFiles.ts';
import { outline } from './outline.ts';
import { type ClientOptions, type ClusterFacts, clusterFactsNotification, configurationNotification, type ServerConfiguration, statusRequest, type VerdictBasis, verdictBasisNotification, workspaceFilesNotification, type WorkspaceFilesParams } from './protocol.ts';
import { settingsFindings } from './settingsFindings.ts';

/** What differs between a Node process and a browser's worker. */
export interface Runtime {
  /** Reads a file of the schemas folder. */
  readonly readSchema: (path: string) => Promise<string>;
}

/** Milliseconds that a document rests before it is checked, a fast typist's pause, where its checks are slow. */
const restBeforeSlowCheck = 40;
/** Milliseconds that a check may take to be done after every keystroke. */
const quickCheck = 20;

const serverCapabilities: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  documentSymbolProvider: true,
  codeLensProvider: {},
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind, formatPromqlKind, ...refactoringKinds, creatingKind] },
  ...navigationCapabilities,
  ...colourCapabilities,
  completionProvider: { triggerCharacters: completionTriggers },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: signatureTriggers },
};

/** What was last said of an open document. */
interface Checked {
  readonly version: number;
  readonly lines: LineIndex;
  readonly findings: readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
  /** How long that took. */
  readonly milliseconds: number;
}

/** Runs the language server on a connection until it closes. */
export function startServer(connection: Connection, runtime: Runtime): void {
  new Server(connection, runtime).listen();
}

class Server {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #files = new KnownFiles();
  /** Resolves when the handshake is done: only then may the client be asked for anything. */
  readonly #initialized: Promise<void>;
  readonly #service: Promise<LanguageService>;
  readonly #checked = new Map<string, Checked>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #background = new BackgroundWork();
  #filesChanged: () => void = () => {};
  #configuration: ServerConfiguration = {};
  readonly #cluster: ClusterMetrics;
  #checks = 0;
  #renames = false;

  constructor(connection: Connection, runtime: Runtime) {
    this.#connection = connection;
    this.#cluster = new ClusterMetrics((method, params) => connection.sendRequest(method, params));
    this.#initialized = new Promise((resolve) => { connection.onInitialized(() => { resolve(); }); });
    this.#service = this.#initialized.then(() => SchemaStore.open(runtime.readSchema)).then((schemas) => new LanguageService(schemas));
    this.#service.catch((error: unknown) => {
      connection.console.error(`The schemas could not be read, so nothing is checked: ${describe(error)}`);
    });
  }

  listen(): void {
    const connection = this.#connection;
    let snippets = false;
    connection.onInitialize(({ capabilities: client, initializationOptions }) => {
      this.#renames = (initializationOptions as ClientOptions | undefined)?.renames === true;
      snippets = client.textDocument?.completion?.completionItem?.snippetSupport === true;
      return { capabilities: serverCapabilities, serverInfo: { name: 'kubeprom' } };
    });
    this.#documents.onDidChangeContent(({ document }) => {
      this.#guarded('change', () => {
        this.#files.edit(document.uri, document.getText());
        this.#schedule(document.uri);
        if (isSettingsFile(document.uri)) this.#scheduleAll();
        this.#filesChanged();
      });
    });
    this.#documents.onDidClose(({ document }) => {
      this.#guarded('close', () => {
        clearTimeout(this.#timers.get(document.uri));
        this.#timers.delete(document.uri);
        this.#checked.delete(document.uri);
        this.#files.close(document.uri);
        void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
      });
    });
    connection.onNotification(workspaceFilesNotification, (params: WorkspaceFilesParams) => {
      this.#guarded('workspace files', () => {
        this.#background.run(this.#files.update(params)).catch((error: unknown) => { connection.console.error(`workspace files: ${describe(error)}`); }).then(() => {
          // Files come in many messages: what they say together is asked for once, behind the last of them.
          if (this.#background.busy) return;
          this.#scheduleAll();
          this.#filesChanged();
        }).catch((error: unknown) => { connection.console.error(describe(error)); });
      });
    });
    connection.onNotification(configurationNotification, (configuration: ServerConfiguration) => {
      const folders = (configuration.folders ?? []).toSorted((a, b) => b.uri.length - a.uri.length);
      this.#configuration = { ...configuration, folders };
      this.#files.mapFiles([...folders, { uri: '', files: configuration.files }].map(({ uri, files }) => ({ folder: uri, files: files ?? {} })));
      this.#scheduleAll();
      this.#filesChanged();
    });
    connection.onNotification(clusterFactsNotification, (facts: ClusterFacts | null) => {
      this.#guarded('cluster', () => {
        this.#cluster.update(facts);
        this.#scheduleAll();
        this.#filesChanged();
      });
    });
    connection.onDocumentSymbol(({ textDocument }) => this.#guarded('outline', () => outline(this.#files.workspace.file(textDocument.uri))) ?? []);
    connection.onCodeAction(({ textDocument, range, context }) => this.#guarded('code actions', () => [...this.#codeActions(textDocument.uri, range, context.only), ...this.#rewriteActions(textDocument.uri, range, context.only)]) ?? []);
    registerColours(connection, this.#files.workspace, (what, handler) => this.#guarded(what, handler));
    registerPromqlFormatting(connection, this.#initialized, this.#files.workspace, (what, handler) => this.#guarded(what, handler));
    registerNavigation(connection, this.#files.workspace, (what, handler) => this.#guarded(what, handler));
    connection.onCompletion((params) => this.#settingsCompletion(params, snippets) ?? this.#atCursor(params.textDocument.uri, params.position, 'completion', async (service, file, offset, settings, document) => {
      const completion = await service.complete(file, offset, this.#files.workspace, settings, this.#cluster.facts);
      return toCompletionList(completion, document, params, snippets);
    }));
    connection.onHover(({ textDocument, position }) => this.#atCursor(textDocument.uri, position, 'hover', async (service, file, offset, settings, document) => {
      const hover = await service.hover(file, offset, this.#files.workspace, settings, this.#cluster.facts);
      return hover === undefined ? null : toHover(hover, document);
    }));
    connection.onSignatureHelp(({ textDocument, position }) => this.#atCursor(textDocument.uri, position, 'signature help', (service, file, offset) => {
      const help = service.signatureHelp(file, offset);
      return help === undefined ? null : toSignatureHelp(help);
    }));
    const features: FeatureContext = { files: this.#files, service: this.#service, targetFor: (uri) => this.#files.settingsFor(uri, this.#defaultTarget(uri)).target, metricFacts: () => this.#cluster.facts };
    const panels = registerPanels(connection, features);
    const charts = registerCharts(connection, this.#files.workspace, () => {
      this.#scheduleAll();
      this.#filesChanged();
    });
    this.#filesChanged = () => {
      panels();
      charts();
    };
    registerCreating(connection, features);
    registerQueries(connection, features);
    connection.onRequest(statusRequest, () => this.#status());
    this.#documents.listen(connection);
    connection.listen();
  }

  /** What may be written in a `.kubeprom.yaml`; undefined for any other document. */
  #settingsCompletion(params: CompletionParams, snippets: boolean): CompletionList | undefined {
    const document = this.#documents.get(params.textDocument.uri);
    if (document === undefined || !isSettingsFile(document.uri)) return undefined;
    return toCompletionList(completeSettings(document.getText(), document.offsetAt(params.position)), document, params, snippets);
  }

  /** Runs a handler; a fault of ours is logged and leaves the server running. */
  #guarded<T>(what: string, handler: () => T): T | undefined {
    try {
      return handler();
    } catch (error) {
      this.#connection.console.error(`${what}: ${describe(error)}`);
      return undefined;
    }
  }

  /** Answers a question about a place of an open document; a fault of ours, or a file that is left out, gives nothing. */
  async #atCursor<T>(uri: string, position: Position, what: string, answer: (service: LanguageService, file: SourceFile, offset: number, settings: PathSettings, document: TextDocument) => T | Promise<T>): Promise<T | null> {
    const document = this.#documents.get(uri);
    const file = this.#files.workspace.file(uri);
    if (document === undefined || file === undefined) return null;
    try {
      const settings = this.#files.settingsFor(uri, this.#defaultTarget(uri));
      return settings.excluded ? null : await answer(await this.#service, file, document.offsetAt(position), settings, document);
    } catch (error) {
      this.#connection.console.error(`${what}: ${describe(error)}`);
      return null;
    }
  }

  /** What the editor's settings say where no `.kubeprom.yaml` decides, and the cluster where they do not. */
  #defaultTarget(uri: string): Target {
    const { operatorVersion, prometheusVersion, alertmanagerVersion, features } = this.#configuration.folders?.find((folder) => isWithin(uri, folder.uri)) ?? this.#configuration;
    return {
      ...this.#cluster.target,
      ...(operatorVersion === undefined ? {} : { operatorVersion }),
      ...(prometheusVersion === undefined ? {} : { prometheusVersion }),
      ...(alertmanagerVersion === undefined ? {} : { alertmanagerVersion }),
      ...(features === undefined || features.length === 0 ? {} : { features }),
    };
  }

  #schedule(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(uri, setTimeout(() => {
      this.#timers.delete(uri);
      this.#check(uri).catch((error: unknown) => {
        this.#connection.console.error(`check: ${describe(error)}`);
      });
    }, (this.#checked.get(uri)?.milliseconds ?? 0) > quickCheck ? restBeforeSlowCheck : 0));
  }

  #scheduleAll(): void {
    for (const uri of this.#documents.keys()) this.#schedule(uri);
  }

  async #check(uri: string): Promise<void> {
    const service = await this.#service;
    const document = this.#documents.get(uri);
    if (document === undefined) return;
    const settings = this.#files.settingsFor(uri, this.#defaultTarget(uri));
    const file = this.#files.workspace.file(uri);
    let started = performance.now();
    let findings: readonly Finding[] = settingsFindings(document.getText(), this.#files.settingsFile(uri));
    if (file !== undefined) {
      await service.load(file, this.#files.workspace, settings.target);
      const isOld = (): boolean => this.#documents.get(uri)?.version !== document.version;
      await inSlices(until(isOld, service.prepare(file, this.#files.workspace, settings)));
      // In the meantime the document may have been edited or closed.
      if (isOld()) return;
      started = performance.now();
      findings = service.check(file, this.#files.workspace, settings).filter((finding) => this.#configuration.leaveSyntax !== true || !leftToOthers.has(finding.code));
      this.#checks++;
      const note = this.#files.workspace.charts.failureOf(uri);
      const basis: VerdictBasis = {
        uri,
        ...(note === undefined ? {} : { note }),
        ...service.basis(file, this.#files.workspace, settings),
        findings: { errors: count(findings, 'error'), warnings: count(findings, 'warning') },
      };
      void this.#connection.sendNotification(verdictBasisNotification, basis);
    }
    const lines = file?.lines ?? new LineIndex(document.getText());
    const linesOf = (other: string): LineIndex => (other === uri ? lines : this.#files.workspace.file(other)?.lines ?? new LineIndex(''));
    const diagnostics = findings.map((finding) => toDiagnostic(finding, uri, linesOf, this.#configuration.checksPage));
    this.#checked.set(uri, { version: document.version, lines, findings, diagnostics, milliseconds: performance.now() - started });
    await this.#connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  }

  #codeActions(uri: string, range: Range, only: readonly string[] | undefined): CodeAction[] {
    const checked = this.#checked.get(uri);
    if (checked === undefined || checked.version !== this.#documents.get(uri)?.version) return [];
    const start = checked.lines.offset(range.start);
    const end = checked.lines.offset(range.end);
    const single = checked.findings.flatMap((finding, index) => {
      const diagnostic = checked.diagnostics[index];
      if (diagnostic === undefined || finding.span.end < start || finding.span.start > end) return [];
      return (finding.fixes ?? []).map((fix) => toQuickFix(fix, diagnostic, uri, (other) => (other === uri ? checked.lines : this.#files.workspace.file(other)?.lines ?? new LineIndex(''))));
    });
    return [...single, ...fixAllActions({ uri, ...checked }, { start, end }, only)];
  }

  /** Actions that mend nothing. */
  #rewriteActions(uri: string, range: Range, only: readonly string[] | undefined): CodeAction[] {
    const file = this.#files.workspace.file(uri);
    if (file === undefined) return [];
    const { lines } = file;
    const selection = { start: lines.offset(range.start), end: lines.offset(range.end) };
    return [...formattingActions(file, only, lines), ...creatingActions(this.#files.workspace, file, selection, only), ...refactoringActions(this.#files.workspace, file, { start: lines.offset(range.start), end: lines.offset(range.end) }, only, this.#renames)];
  }

  async #status(): Promise<object> {
    const work = (await this.#service).work(this.#files.workspace);
    return { work, openDocuments: this.#documents.keys().length, checks: this.#checks, files: [...this.#files.workspace.files].length, configuration: { ...this.#configuration, checksPage: undefined } };
  }
}

/** What a YAML extension says of every file. */
const leftToOthers: ReadonlySet<string> = new Set(['yaml/syntax', 'yaml/duplicate-key']);

/** The parts of a work until something makes it needless. */
function* until(isNeedless: () => boolean, parts: Iterator<unknown>): Generator<undefined> {
  while (!isNeedless() && parts.next().done !== true) yield;
}

function count(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
