/** Runs in the browser: an editor whose YAML is checked with schemas/index.json. */
import * as monaco from 'monaco-editor';
import { configureMonacoYaml } from 'monaco-yaml';

interface SchemaPage {
  /** Replaces what is shown by a file. */
  show(file: string, text: string): void;
  /** Messages of the markers on what is shown. */
  markers(): string[];
}

declare global {
  interface Window {
    schemas: SchemaPage;
    MonacoEnvironment?: monaco.Environment;
  }
}

window.MonacoEnvironment = { getWorker: (_id, label) => new Worker(label === 'yaml' ? '/bundles/yaml.js' : '/bundles/editor.js', { type: 'module' }) };

let model: monaco.editor.ITextModel | undefined;

window.schemas = {
  show(file, text) {
    model?.dispose();
    model = monaco.editor.createModel(text, 'yaml', monaco.Uri.parse(`file:///${file}`));
  },
  markers: () => (model === undefined ? [] : monaco.editor.getModelMarkers({ resource: model.uri }).map(({ message }) => message)),
};

const index = await (await fetch('/schemas/index.json')).json() as { uri: string; fileMatch: string[]; schema: { $ref: string } }[];
const base = new URL('/schemas/', location.href).href;
configureMonacoYaml(monaco, {
  enableSchemaRequest: true,
  // A reference is relative to the folder of index.json.
  schemas: index.map(({ uri, fileMatch, schema }) => ({ uri: new URL(uri, base).href, fileMatch, schema: { $ref: new URL(schema.$ref, base).href } })),
});
