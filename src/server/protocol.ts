/**
 * What client and server say to each other beyond the language server protocol. The server opens no
 * file and no connection: it is handed facts, and asks.
 */

/** Client → server: files of the workspace that no editor has open, and what became of them. */
export const workspaceFilesNotification = 'kubeprom/workspaceFiles';

export interface WorkspaceFilesParams {
  readonly changed: readonly { readonly uri: string; readonly text: string }[];
  readonly deleted: readonly string[];
}

/** Server → client: reads a file of the schemas folder, since a browser's server has no file system. */
export const readSchemaRequest = 'kubeprom/readSchema';

/** Client → server: what the user's settings say; sent at the start and when they change. */
export const configurationNotification = 'kubeprom/configuration';

/** The defaults for what no `.kubeprom.yaml` decides, from the editor's settings. */
export interface ServerConfiguration {
  readonly operatorVersion?: string;
  readonly prometheusVersion?: string;
  readonly alertmanagerVersion?: string;
  readonly features?: readonly string[];
  /** True where another extension reports YAML syntax in the same files. */
  readonly leaveSyntax?: boolean;
  /** The URI of docs/checks.md, for the links of findings. */
  readonly checksPage?: string;
}

/** Server → client: by what a document is judged, each time that it was checked. */
export const verdictBasisNotification = 'kubeprom/verdictBasis';

export interface VerdictBasis {
  readonly uri: string;
  /** Kinds of our objects in the document, each once; empty when it has none. */
  readonly kinds: readonly string[];
  /** Who judges: `Prometheus monitoring/k8s 3.13.2`, or the operator's default. */
  readonly judges: readonly string[];
  readonly operatorVersion: string;
  readonly features: readonly string[];
  readonly findings: { readonly errors: number; readonly warnings: number };
}

/** Client → server: what the server knows and did, as text for a report; without file contents. */
export const statusRequest = 'kubeprom/status';
