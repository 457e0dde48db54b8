/** Where dashboards are found: as they are, in the HTTP API's envelope, as resources, in ConfigMaps, in GrafanaDashboard objects. */

import { asRecord } from '../matchers.ts';
import type { Dashboard, JsonPath } from './dashboard.ts';
import { readClassic } from './readClassic.ts';
import { isSecondModel, readSecondModel } from './readResource.ts';
import { asText } from './values.ts';

/** Characters of a dashboard beyond which it is not read: Grafana's own largest are a tenth of it. */
export const largestDashboard = 10_000_000;

/** A dashboard in what carries it. */
export interface CarriedDashboard {
  /** What it is called in a list: its title. */
  readonly name: string;
  /** The key of a ConfigMap, or empty. */
  readonly key: string;
  /** Where what carries it stands: the path of a text that holds it, or of a value. Paths in the dashboard begin there. */
  readonly at: JsonPath;
  /** Whether its JSON is a text inside the carrier. */
  readonly embedded: boolean;
  /** What alone carries it: JSON of which {@link readCarrier} reads just this one. */
  readonly source: unknown;
  readonly dashboard: Dashboard | undefined;
  /** Why it cannot be shown. */
  readonly fault: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** The dashboards in a value: of a JSON file, or of a YAML document. */
export function readCarrier(value: unknown): readonly CarriedDashboard[] {
  const json = asRecord(value);
  const { apiVersion, kind } = json;
  if (typeof apiVersion === 'string' && typeof kind === 'string') return readObject(json, apiVersion, kind, []);
  // The HTTP API: GET /api/dashboards/uid/….
  if (typeof json['dashboard'] === 'object' && json['dashboard'] !== null && !looksClassic(json)) return [carried(() => readClassic(asRecord(json['dashboard']), ['dashboard']), { source: json })];
  if (isSecondModel(json)) return [carried(() => readSecondModel(json, '', []), { source: json })];
  return looksClassic(json) ? [carried(() => readClassic(json), { source: json })] : [];
}

/** Whether a map is a dashboard of the classic model. */
export function looksClassic(json: Json): boolean {
  return (Array.isArray(json['panels']) || Array.isArray(json['rows'])) && (typeof json['title'] === 'string' || typeof json['schemaVersion'] === 'number' || typeof json['templating'] === 'object');
}

function readObject(json: Json, apiVersion: string, kind: string, path: JsonPath): readonly CarriedDashboard[] {
  const metadata = asRecord(json['metadata']);
  if (kind.endsWith('List') && Array.isArray(json['items'])) {
    // Of typed lists the items need not say their kind again.
    return json['items'].flatMap((item, index) => readObject(asRecord(item), asText(asRecord(item)['apiVersion'], apiVersion), asText(asRecord(item)['kind'], kind.slice(0, -'List'.length)), [...path, 'items', index]));
  }
  const spec = asRecord(json['spec']);
  if (apiVersion.startsWith('dashboard.grafana.app/') && kind === 'Dashboard') {
    const at = ['spec'];
    return [carried(() => (isSecondModel(spec) ? readSecondModel(spec, asText(metadata['name']), at) : readClassic(spec, at)), { at: path, name: asText(metadata['name']), source: json })];
  }
  if (kind === 'GrafanaDashboard') return readGrafanaDashboard(spec, asText(metadata['name']), [...path, 'spec']);
  if (kind !== 'ConfigMap') return [];
  return readConfigMap(json, path);
}

/** A ConfigMap's texts that are dashboards: with the label of the sidecar all `.json` keys, otherwise those that look like one. */
function readConfigMap(json: Json, path: JsonPath): readonly CarriedDashboard[] {
  const labels = asRecord(asRecord(json['metadata'])['labels']);
  return Object.entries(asRecord(json['data'])).flatMap(([key, text]) => {
    if (typeof text !== 'string' || !key.endsWith('.json')) return [];
    const isMeant = 'grafana_dashboard' in labels || /"(?:panels|rows|elements)"\s*:/.test(text);
    return isMeant ? [embedded(text, key, [...path, 'data', key])] : [];
  });
}

/** The Grafana operator's objects: `json`, or a place elsewhere that is not fetched. */
function readGrafanaDashboard(spec: Json, name: string, path: JsonPath): readonly CarriedDashboard[] {
  if (typeof spec['json'] === 'string') return [{ ...embedded(spec['json'], '', [...path, 'json']), key: '' }];
  const elsewhere = ['url', 'gzipJson', 'jsonnet', 'jsonnetLib', 'grafanaCom', 'configMapRef', 'oci'].find((field) => field in spec);
  return [{ name, key: '', at: path, embedded: false, source: undefined, dashboard: undefined, fault: elsewhere === undefined ? 'It has no spec.json.' : `Its dashboard comes from spec.${elsewhere}, which Kubeprom does not fetch. Preview the dashboard's JSON itself.` }];
}

function embedded(text: string, key: string, at: JsonPath): CarriedDashboard {
  const fault = (message: string): CarriedDashboard => ({ name: key, key, at, embedded: true, source: undefined, dashboard: undefined, fault: message });
  if (text.length > largestDashboard) return fault(`It is ${(text.length / 1e6).toFixed(1)} MB of JSON; dashboards of up to ${String(largestDashboard / 1e6)} MB are drawn.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fault(`It is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [first] = readCarrier(value);
  return first === undefined ? fault('It is no dashboard: it has no panels, rows or elements.') : { ...first, key, at, embedded: true };
}

function carried(read: () => Dashboard, { at = [], name = '', source }: { readonly at?: JsonPath; readonly name?: string; readonly source: unknown }): CarriedDashboard {
  try {
    const dashboard = read();
    return { name: dashboard.title || name, key: '', at, embedded: false, source, dashboard, fault: undefined };
  } catch (error) {
    // Nested deeper than the stack, for example.
    return { name, key: '', at, embedded: false, source, dashboard: undefined, fault: `It cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}
