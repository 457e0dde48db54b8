import { isMap, isScalar, parseAllDocuments, parseDocument, type Document, Scalar, stringify } from 'yaml';
import type { RemoteDashboard } from './grafanaApi.ts';
import { isObject, type JsonObject, objectAt, textAt } from './json.ts';

/** The forms in which dashboards are kept in files. `resource`: of Grafana's own API, dashboard.grafana.app. */
export const dashboardForms = ['json', 'configMap', 'grafanaDashboard', 'resource'] as const;
export type DashboardForm = (typeof dashboardForms)[number];

/** A dashboard of a file. */
export interface FileDashboard {
  readonly form: DashboardForm;
  readonly uid: string | undefined;
  readonly title: string;
  /** The version of Grafana that it was made from; undefined where the file does not say. */
  readonly version: number | undefined;
  readonly folder: string | undefined;
  /** The JSON model. */
  readonly model: JsonObject;
  /** Which of the file it is: the document, and the key of a ConfigMap's data. */
  readonly document: number;
  readonly key: string | undefined;
}

export interface FormOptions {
  /** Of the object that a ConfigMap or a GrafanaDashboard is. */
  readonly namespace?: string;
  /** The `apiVersion` of a resource where Grafana did not say one. */
  readonly apiVersion?: string;
}

const folderAnnotation = 'grafana.app/folder';
const plain = { lineWidth: 0 } as const;

/** The text of a file with a dashboard as Grafana has it. The version stays in it, so that saving can tell whether Grafana's has changed. */
export function dashboardText(form: DashboardForm, { uid, title, folder, version, model, resource }: Pick<RemoteDashboard, 'uid' | 'title' | 'folder' | 'version' | 'model' | 'resource'>, { namespace, apiVersion = 'dashboard.grafana.app/v1beta1' }: FormOptions = {}): string {
  const json = jsonText(model);
  const metadata = { name: objectName(title, uid), ...(namespace === undefined ? {} : { namespace }) };
  switch (form) {
    case 'json': return json;
    case 'configMap': return stringify({
      apiVersion: 'v1', kind: 'ConfigMap',
      // The label that the sidecar of Grafana's chart looks for.
      metadata: { ...metadata, labels: { grafana_dashboard: '1' } },
      data: { [`${objectName(title, uid)}.json`]: literal(json) },
    }, plain);
    case 'grafanaDashboard': return stringify({
      apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDashboard', metadata,
      spec: { instanceSelector: { matchLabels: { dashboards: 'grafana' } }, ...(folder === undefined ? {} : { folderUID: folder }), json: literal(json) },
    }, plain);
    case 'resource': {
      return stringify({
        apiVersion: textAt(resource, 'apiVersion') ?? apiVersion, kind: 'Dashboard',
        metadata: { name: uid, ...(folder === undefined ? {} : { annotations: { [folderAnnotation]: folder } }), generation: version },
        spec: specOf(model),
      }, plain);
    }
  }
}

/** The dashboards of a file's text; none where it holds none, or cannot be read. */
export function dashboardsOf(text: string): readonly FileDashboard[] {
  let documents: readonly unknown[];
  try {
    // JSON is YAML; several documents of a file are several objects.
    documents = text.trimStart().startsWith('{') ? [JSON.parse(text)] : parseAllDocuments(text).map((one) => (one.errors.length > 0 ? undefined : one.toJS() as unknown));
  } catch {
    return [];
  }
  return documents.flatMap((value, document) => (isObject(value) ? inObject(value, document) : []));
}

function inObject(value: JsonObject, document: number): FileDashboard[] {
  const spec = objectAt(value, 'spec');
  const apiVersion = textAt(value, 'apiVersion') ?? '';
  const metadata = objectAt(value, 'metadata');
  if (value['kind'] === 'ConfigMap') {
    return Object.entries(objectAt(value, 'data')).flatMap(([key, content]) => (key.endsWith('.json') && typeof content === 'string' ? inModel('configMap', parsed(content), document, key) : []));
  }
  if (value['kind'] === 'GrafanaDashboard') return inModel('grafanaDashboard', parsed(textAt(spec, 'json') ?? ''), document, undefined, textAt(spec, 'folderUID'));
  if (apiVersion.startsWith('dashboard.grafana.app/')) {
    const model = { ...spec, uid: metadata['name'], version: metadata['generation'] };
    return inModel('resource', model, document, undefined, textAt(objectAt(metadata, 'annotations'), folderAnnotation));
  }
  return 'kind' in value ? [] : inModel('json', value, document, undefined);
}

function inModel(form: DashboardForm, model: unknown, document: number, key: string | undefined, folder?: string): FileDashboard[] {
  const title = textAt(model, 'title');
  // What else is JSON with a title has no panels.
  if (!isObject(model) || title === undefined || !(Array.isArray(model['panels']) || Array.isArray(model['rows']) || 'schemaVersion' in model)) return [];
  const { version } = model;
  return [{ form, uid: textAt(model, 'uid'), title, version: typeof version === 'number' ? version : undefined, folder, model, document, key }];
}

/**
 * The file's text as it would be with the dashboard that Grafana has now: beside the file, it shows what differs of the
 * dashboard, and nothing of its order of fields or of the object around it.
 */
export function withModel(text: string, { form, document, key, model }: FileDashboard, there: Pick<RemoteDashboard, 'uid' | 'folder' | 'version' | 'model'>): string {
  const now = inOrderOf(model, there.model);
  if (form === 'json') return jsonText(now, indentOf(text));
  const documents = parseAllDocuments(text);
  const target = documents[document] as Document | undefined;
  if (target === undefined) return text;
  if (form === 'resource') {
    target.set('spec', target.createNode(specOf(now)));
    target.setIn(['metadata', 'name'], there.uid);
    target.setIn(['metadata', 'generation'], there.version);
    if (there.folder !== undefined) target.setIn(['metadata', 'annotations', folderAnnotation], there.folder);
  } else {
    const node = target.getIn(form === 'configMap' ? ['data', key] : ['spec', 'json'], true);
    if (isScalar(node) && typeof node.value === 'string') node.value = jsonText(now, indentOf(node.value)).trimEnd() + (node.value.endsWith('\n') ? '\n' : '');
  }
  return documents.map((one) => one.toString(plain)).join('');
}

/** A value with its fields in the order of another: Grafana gives them sorted, people and its own export do not. */
function inOrderOf<T>(like: unknown, value: T): T {
  if (Array.isArray(value)) return value.map((one: unknown, index) => inOrderOf(Array.isArray(like) ? like[index] : undefined, one)) as T;
  if (!isObject(value)) return value;
  const before = isObject(like) ? like : {};
  const keys = [...Object.keys(before).filter((key) => key in value), ...Object.keys(value).filter((key) => !(key in before))];
  return Object.fromEntries(keys.map((key) => [key, inOrderOf(before[key], value[key])])) as T;
}

/** How deep a JSON text indents its first field; two spaces where it is on one line. */
function indentOf(text: string): string {
  return /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  ';
}

/** The file's text after Grafana has saved its dashboard: with the new version (and uid), and as it was otherwise. */
export function withVersion(text: string, { form, document, key }: Pick<FileDashboard, 'form' | 'document' | 'key'>, { uid, version }: { readonly uid: string; readonly version: number }): string {
  if (form === 'json') return modelWithVersion(text, uid, version);
  const documents = parseAllDocuments(text);
  const target = documents[document] as Document | undefined;
  if (target === undefined) return text;
  if (form === 'resource') {
    target.setIn(['metadata', 'name'], uid);
    target.setIn(['metadata', 'generation'], version);
  } else {
    const path = form === 'configMap' ? ['data', key] : ['spec', 'json'];
    const node = target.getIn(path, true);
    if (isScalar(node) && typeof node.value === 'string') node.value = modelWithVersion(node.value, uid, version);
  }
  return documents.map((one) => one.toString(plain)).join('');
}

/** Replaces two values of a JSON text where they stand, so that its form stays as somebody has written it. */
function modelWithVersion(text: string, uid: string, version: number): string {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) return text;
  const replaced = [['uid', uid], ['version', version]] as const;
  const missing: string[] = [];
  const edits: { readonly from: number; readonly to: number; readonly by: string }[] = [];
  for (const [name, value] of replaced) {
    const range = contents.items.find(({ key }) => isScalar(key) && key.value === name)?.value;
    if (isScalar(range) && range.range !== undefined && range.range !== null) edits.push({ from: range.range[0], to: range.range[1], by: JSON.stringify(value) });
    else missing.push(`${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  }
  const changed = edits.sort((a, b) => b.from - a.from).reduce((so, { from, to, by }) => `${so.slice(0, from)}${by}${so.slice(to)}`, text);
  return missing.length === 0 ? changed : changed.replace('{', `{\n  ${missing.join(',\n  ')},`);
}

/** The model as a resource has it, whose metadata say the rest. */
function specOf(model: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(model).filter(([key]) => key !== 'uid' && key !== 'version'));
}

/** As Grafana's own export writes it. */
function jsonText(model: JsonObject, indent = '  '): string {
  return `${JSON.stringify(model, null, indent)}\n`;
}

function literal(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.type = 'BLOCK_LITERAL';
  return scalar;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A name for an object of Kubernetes and its file. */
export function objectName(title: string, uid: string): string {
  const name = title.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  return name === '' ? uid.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') : name;
}
