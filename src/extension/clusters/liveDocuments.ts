import { EventEmitter, languages, type TextDocumentContentProvider, Uri, ViewColumn, window, workspace } from 'vscode';
import { DisposableStore } from '../disposables.ts';
import { type Clusters, type Inspection, inspections } from './connection.ts';

const scheme = 'kubeprom-live';

/** What a document shows, in its URI, so that it is found again after a window reload. */
interface Subject {
  readonly cluster: string;
  readonly key: string;
  readonly inspection: Inspection;
}

const languageIds: Readonly<Record<Inspection, string>> = {
  details: 'yaml', object: 'yaml', events: 'yaml', logs: 'log', metrics: 'plaintext', configuration: 'yaml', flags: 'yaml', tsdb: 'yaml', reload: 'yaml', merged: 'yaml', status: 'yaml',
};

/** Read-only documents with what is known of a node of a cluster. They are read when they are opened, and anew on request. */
export class LiveDocuments extends DisposableStore implements TextDocumentContentProvider {
  readonly #clusters: Clusters;
  readonly #changed = this.add(new EventEmitter<Uri>());
  readonly onDidChange = this.#changed.event;

  constructor(clusters: Clusters) {
    super();
    this.#clusters = clusters;
    this.add(workspace.registerTextDocumentContentProvider(scheme, this));
  }

  /** The document's address. @param title what the editor's tab shows */
  uriOf(subject: Subject, title: string): Uri {
    const name = title.replace(/[^\w.:-]+/g, '_');
    return Uri.from({ scheme, path: `/${subject.cluster}/${name} ${subject.inspection}`, query: JSON.stringify(subject) });
  }

  async show(subject: Subject, title: string): Promise<void> {
    const uri = this.uriOf(subject, title);
    // One that is open already shows what was true then.
    this.#changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await languages.setTextDocumentLanguage(document, languageIds[subject.inspection]);
    await window.showTextDocument(document, { viewColumn: ViewColumn.Active, preview: true });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const subject = subjectOf(uri);
    const cluster = this.#clusters.all.find(({ name }) => name === subject?.cluster);
    if (subject === undefined || cluster === undefined) return `# This context is in no kubeconfig any more.\n`;
    try {
      return await cluster.inspect(subject.inspection, subject.key);
    } catch (error) {
      return `# ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }
}

/** The subject of a document; undefined for a URI that is not one of ours. */
function subjectOf({ query }: Uri): Subject | undefined {
  try {
    const value = JSON.parse(query) as Partial<Subject>;
    const { cluster, key, inspection } = value;
    return typeof cluster === 'string' && typeof key === 'string' && inspections.some((one) => one === inspection) ? { cluster, key, inspection: inspection as Inspection } : undefined;
  } catch {
    return undefined;
  }
}
