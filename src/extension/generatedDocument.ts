import { commands as vscodeCommands, type Definition, type DefinitionProvider, EventEmitter, languages, type LocationLink, OverviewRulerLane, type Position, Range, type Selection, type TextDocument, type TextDocumentContentProvider, TextEditorRevealType, ThemeColor, Uri, ViewColumn, window, workspace, type TextEditor } from 'vscode';
import { type Place, scrapeConfigurationRequest, type ScrapeConfigurationParams, type ScrapeConfigurationResult, type TextPosition } from '../server/protocol.ts';
import { DisposableStore } from './disposables.ts';
import type { LanguageServer } from './languageServer.ts';
import { commands } from './names.ts';

const scheme = 'kubeprom-scrape';

/** What a generated document shows, in its URI, so that it is found again after a window reload. */
interface Subject {
  readonly source: string;
  readonly server?: string;
}

/**
 * Read-only documents beside a file: the scrape configuration that the operator will generate from it. One follows every
 * keystroke and the cursor while it is visible, and each of its lines leads to the field that it comes from.
 */
export class ScrapeConfigurationDocuments extends DisposableStore implements TextDocumentContentProvider, DefinitionProvider {
  readonly #server: LanguageServer;
  readonly #changed = this.add(new EventEmitter<Uri>());
  readonly onDidChange = this.#changed.event;
  /** What was last answered, by the document's URI. */
  readonly #answers = new Map<string, ScrapeConfigurationResult | null>();
  /** The cursor of each source, for one that no editor shows any more. */
  readonly #cursors = new Map<string, TextPosition>();
  /** The URIs of documents that are being asked for: `true` where something changed since. */
  readonly #asking = new Map<string, boolean>();
  readonly #mark = this.add(window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor('editor.rangeHighlightBackground'),
    borderWidth: '0 0 0 3px',
    borderStyle: 'solid',
    borderColor: new ThemeColor('focusBorder'),
    overviewRulerColor: new ThemeColor('focusBorder'),
    overviewRulerLane: OverviewRulerLane.Center,
  }));

  constructor(server: LanguageServer) {
    super();
    this.#server = server;
    this.add(workspace.registerTextDocumentContentProvider(scheme, this));
    this.add(languages.registerDefinitionProvider({ scheme }, this));
    this.add(vscodeCommands.registerCommand(commands.showScrapeConfiguration, (uri?: unknown) => this.#show(uri instanceof Uri ? uri : undefined)));
    this.add(server.onFilesChanged(() => { this.#refreshVisible(); }));
    this.add(window.onDidChangeVisibleTextEditors(() => { this.#refreshVisible(); }));
    this.add(window.onDidChangeTextEditorSelection(({ textEditor }) => { this.#follow(textEditor); }));
    this.add(workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme === scheme) this.#highlight(subjectOf(document.uri).source);
    }));
    this.add(workspace.onDidCloseTextDocument(({ uri }) => { this.#answers.delete(uri.toString()); }));
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const known = this.#answers.get(uri.toString());
    const answer = known === undefined ? await this.#ask(uri) : known;
    return answer?.text ?? '# There is no monitor and no Prometheus here.\n';
  }

  provideDefinition(document: TextDocument, position: Position): Definition | LocationLink[] | undefined {
    const place = placeOf(this.#answers.get(document.uri.toString()), position.line);
    if (place === undefined) return undefined;
    const { text, range, firstNonWhitespaceCharacterIndex } = document.lineAt(position.line);
    return [{
      originSelectionRange: new Range(position.line, firstNonWhitespaceCharacterIndex, position.line, text.length),
      targetUri: Uri.parse(place.uri),
      targetRange: rangeOf(place),
      ...(range.isEmpty ? {} : { targetSelectionRange: rangeOf(place) }),
    }];
  }

  async #show(resource: Uri | undefined): Promise<void> {
    const source = resource ?? window.activeTextEditor?.document.uri;
    if (source === undefined || source.scheme === scheme) return;
    for (const editor of window.visibleTextEditors) this.#rememberCursor(editor);
    const answer = await this.#request({ source: source.toString() });
    if (answer === null) {
      void window.showInformationMessage('This file holds no ServiceMonitor, PodMonitor, Probe, ScrapeConfig, Prometheus or PrometheusAgent, so no scrape configuration comes from it.');
      return;
    }
    const server = answer.candidates.length < 2 ? undefined : await window.showQuickPick([...answer.candidates], { title: 'Whose scrape configuration?', placeHolder: 'Several servers select this' });
    if (server === undefined && answer.candidates.length > 1) return;
    const document = await workspace.openTextDocument(uriOf({ source: source.toString(), ...(server === undefined ? {} : { server }) }));
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
    this.#highlight(source.toString());
  }

  /** The generated documents that somebody can see. */
  get #visible(): TextEditor[] {
    return window.visibleTextEditors.filter(({ document }) => document.uri.scheme === scheme);
  }

  #refreshVisible(): void {
    for (const { document } of this.#visible) void this.#refresh(document.uri);
  }

  /** Asks again; while an answer is on its way, what comes in between is one question. */
  async #refresh(uri: Uri): Promise<void> {
    const key = uri.toString();
    if (this.#asking.has(key)) {
      this.#asking.set(key, true);
      return;
    }
    const before = this.#answers.get(key)?.text;
    try {
      do {
        this.#asking.set(key, false);
        await this.#ask(uri);
      } while (this.#asking.get(key) === true);
    } finally {
      this.#asking.delete(key);
    }
    if (this.#answers.get(key)?.text !== before) this.#changed.fire(uri);
    else this.#highlight(subjectOf(uri).source);
  }

  async #ask(uri: Uri): Promise<ScrapeConfigurationResult | null> {
    const answer = await this.#request(subjectOf(uri));
    this.#answers.set(uri.toString(), answer);
    return answer;
  }

  async #request({ source, server }: Subject): Promise<ScrapeConfigurationResult | null> {
    const position = this.#cursors.get(source);
    const params: ScrapeConfigurationParams = { uri: source, ...(position === undefined ? {} : { position }), ...(server === undefined ? {} : { server }) };
    return await this.#server.request<ScrapeConfigurationResult | null>(scrapeConfigurationRequest, params) ?? null;
  }

  /** The cursor moved: in a source to another object, or in a generated document to another line. */
  #follow(editor: TextEditor): void {
    const { document, selection } = editor;
    if (document.uri.scheme === scheme) {
      this.#markSource(document.uri, selection);
      return;
    }
    const source = document.uri.toString();
    const line = this.#cursors.get(source)?.line;
    this.#rememberCursor(editor);
    if (line === selection.active.line) return;
    for (const { document: generated } of this.#visible) if (subjectOf(generated.uri).source === source) void this.#refresh(generated.uri);
  }

  #rememberCursor({ document, selection }: TextEditor): void {
    if (document.uri.scheme !== scheme) this.#cursors.set(document.uri.toString(), { line: selection.active.line, character: selection.active.character });
  }

  /** Marks the generated lines that come from what is selected in a source, and brings them into view. */
  #highlight(source: string): void {
    const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === source);
    for (const generated of this.#visible) {
      const answer = this.#answers.get(generated.document.uri.toString());
      if (subjectOf(generated.document.uri).source !== source || editor === undefined) continue;
      const selected = new Set((answer?.places ?? []).flatMap((place, index) => (place.uri === source && touches(place, editor.selection) ? [index] : [])));
      const lines = (answer?.origins ?? []).flatMap((index, line) => (index !== null && selected.has(index) ? [line] : []));
      const ranges = lines.map((line) => new Range(line, 0, line, 0));
      generated.setDecorations(this.#mark, ranges);
      const [first] = ranges;
      if (first !== undefined && window.activeTextEditor !== generated) generated.revealRange(first, TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Marks the field that the selected generated line comes from. */
  #markSource(generated: Uri, selection: Selection): void {
    const place = placeOf(this.#answers.get(generated.toString()), selection.active.line);
    for (const editor of window.visibleTextEditors) {
      if (editor.document.uri.scheme === scheme) continue;
      const isOrigin = place !== undefined && editor.document.uri.toString() === place.uri;
      editor.setDecorations(this.#mark, isOrigin ? [rangeOf(place)] : []);
      if (isOrigin) editor.revealRange(rangeOf(place), TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }
}

function uriOf(subject: Subject): Uri {
  const name = /([^/]*?)(?:\.ya?ml)?$/.exec(Uri.parse(subject.source).path)?.[1] ?? '';
  return Uri.from({ scheme, path: `/${name} (scrape configuration).yaml`, query: JSON.stringify(subject) });
}

/** A URI may come from anybody: what is no subject names no file. */
function subjectOf(uri: Uri): Subject {
  try {
    const value: unknown = JSON.parse(uri.query);
    if (typeof value === 'object' && value !== null && 'source' in value && typeof value.source === 'string') {
      return { source: value.source, ...('server' in value && typeof value.server === 'string' ? { server: value.server } : {}) };
    }
  } catch {
    // Not one of ours.
  }
  return { source: '' };
}

/** The field that a generated line comes from. */
function placeOf(answer: ScrapeConfigurationResult | null | undefined, line: number): Place | undefined {
  const index = answer?.origins[line];
  return index === undefined || index === null ? undefined : answer?.places[index];
}

function rangeOf({ range: { start, end } }: Place): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

function touches({ range }: Place, selection: Selection): boolean {
  return range.start.line <= selection.end.line && selection.start.line <= range.end.line;
}
