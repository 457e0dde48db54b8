import { type GrafanaAnswer, GrafanaError, type GrafanaRequest } from './grafanaRequest.ts';
import { isObject, type JsonObject, objectAt, objectsIn, textAt } from './json.ts';

export interface DashboardHit {
  readonly uid: string;
  readonly title: string;
  /** Undefined at the root. */
  readonly folder: string | undefined;
}

export interface Folder {
  readonly uid: string;
  readonly title: string;
}

/** A dashboard as Grafana has it now. */
export interface RemoteDashboard {
  readonly uid: string;
  readonly title: string;
  readonly folder: string | undefined;
  /** Counts how often it was saved. */
  readonly version: number;
  readonly changedBy: string | undefined;
  /** Its JSON model, with `uid` and `version`, without the database's `id`. */
  readonly model: JsonObject;
  /** As the API of /apis gives it; undefined where Grafana has none. */
  readonly resource: JsonObject | undefined;
}

/** What shall be saved. */
export interface DashboardToSave {
  readonly uid: string | undefined;
  readonly model: JsonObject;
  /** Undefined: where it is. */
  readonly folder: string | undefined;
  /** The version that it was made from; undefined: only where there is none of this uid yet. */
  readonly version: number | undefined;
}

export interface Saved {
  readonly uid: string;
  readonly version: number;
  /** Of the API of /apis. */
  readonly resourceVersion: string | undefined;
}

const group = 'dashboard.grafana.app';
/** Versions of the group whose spec is the JSON model, the best first. v2 has another model. */
const classic = ['v1', 'v1beta1', 'v0alpha1'] as const;
const pageSize = 1000;

/** What one Grafana serves. */
interface Dialect {
  /** `/apis/dashboard.grafana.app/v1/namespaces/default/dashboards`; undefined: only /api. */
  readonly collection: string | undefined;
  readonly apiVersion: string;
}

/** Grafana's API from 9 to 13: /apis where Grafana has it for dashboards (12 and later), /api otherwise. Everything rejects with a GrafanaError. */
export class GrafanaApi {
  readonly #name: string;
  readonly #request: GrafanaRequest;
  #dialect: Promise<Dialect> | undefined;

  /** @param name for messages */
  constructor(name: string, request: GrafanaRequest) {
    this.#name = name;
    this.#request = request;
  }

  /** The group and version that dashboards are read by, such as `dashboard.grafana.app/v1`; `api` for the older one. */
  async dialect(): Promise<string> {
    return (await this.#negotiated()).apiVersion;
  }

  async folders(): Promise<readonly Folder[]> {
    return (await this.#search('dash-folder')).flatMap((hit) => {
      const uid = textAt(hit, 'uid');
      return uid === undefined ? [] : [{ uid, title: textAt(hit, 'title') ?? uid }];
    });
  }

  /** Those that the user may see, by title. */
  async dashboards(): Promise<readonly DashboardHit[]> {
    const hits = (await this.#search('dash-db')).flatMap((hit): DashboardHit[] => {
      const uid = textAt(hit, 'uid');
      return uid === undefined ? [] : [{ uid, title: textAt(hit, 'title') ?? uid, folder: textAt(hit, 'folderUid') }];
    });
    return hits.sort((a, b) => a.title.localeCompare(b.title));
  }

  /** Undefined where there is none, or none that the user may see: Grafana says the same of both. */
  async dashboard(uid: string): Promise<RemoteDashboard | undefined> {
    const { collection } = await this.#negotiated();
    const answer = await this.#request(collection === undefined ? `/api/dashboards/uid/${encodeURIComponent(uid)}` : `${collection}/${encodeURIComponent(uid)}`);
    if (answer.status === 404) return undefined;
    const body = this.#json(answer, `the dashboard ${uid}`);
    return collection === undefined ? legacyDashboard(uid, body) : resourceDashboard(uid, body);
  }

  /** The uid of the Prometheus data source that queries go to when none is named; undefined where there is none. */
  async prometheus(): Promise<string | undefined> {
    const sources = objectsIn(this.#json(await this.#request('/api/datasources'), 'the data sources')).filter(({ type }) => type === 'prometheus');
    return textAt(sources.find(({ isDefault }) => isDefault === true) ?? sources[0], 'uid');
  }

  /** Saves a dashboard when Grafana still has the version that it was made from; otherwise rejects with the fault `conflict`, and nothing is changed. */
  async save(dashboard: DashboardToSave, message: string): Promise<Saved> {
    const { collection, apiVersion } = await this.#negotiated();
    return collection === undefined ? this.#saveLegacy(dashboard, message) : this.#saveResource(collection, apiVersion, dashboard, message);
  }

  async #saveLegacy({ uid, model, folder, version }: DashboardToSave, message: string): Promise<Saved> {
    // Without a folder, Grafana would move it to the root.
    const there = uid === undefined ? undefined : await this.dashboard(uid);
    if (there !== undefined && there.version !== version) throw this.#conflict(there, version);
    const folderUid = folder ?? there?.folder;
    const answer = await this.#request('/api/dashboards/db', {
      method: 'POST', body: { dashboard: { ...model, id: null, uid: uid ?? null, version: version ?? 0 }, ...(folderUid === undefined ? {} : { folderUid }), message, overwrite: false },
    });
    if (answer.status === 412) throw new GrafanaError('conflict', `${this.#name} has not saved it: ${saidIn(answer) ?? 'it has been changed meanwhile'}. Nothing was overwritten.`);
    const body = this.#json(answer, 'saving the dashboard');
    return { uid: textAt(body, 'uid') ?? uid ?? '', version: numberAt(body, 'version') ?? 0, resourceVersion: undefined };
  }

  async #saveResource(collection: string, apiVersion: string, { uid, model, folder, version }: DashboardToSave, message: string): Promise<Saved> {
    const there = uid === undefined ? undefined : await this.dashboard(uid);
    if (there !== undefined && there.version !== version) throw this.#conflict(there, version);
    const folderUid = folder ?? there?.folder;
    const annotations = { ...objectAt(there?.resource?.['metadata'], 'annotations'), ...(folderUid === undefined ? {} : { 'grafana.app/folder': folderUid }), 'grafana.app/message': message };
    const spec = Object.fromEntries(Object.entries(model).filter(([key]) => key !== 'uid' && key !== 'version' && key !== 'id'));
    // The resourceVersion is that of the look just now: a change between the two is refused by Grafana itself.
    const metadata = { ...(uid === undefined ? { generateName: 'd' } : { name: uid }), annotations, ...(there === undefined ? {} : { resourceVersion: textAt(there.resource?.['metadata'], 'resourceVersion') }) };
    const answer = await this.#request(there === undefined ? collection : `${collection}/${encodeURIComponent(there.uid)}`, { method: there === undefined ? 'POST' : 'PUT', body: { apiVersion, kind: 'Dashboard', metadata, spec } });
    if (answer.status === 409) throw new GrafanaError('conflict', `${this.#name} has not saved it: ${saidIn(answer) ?? 'it has been changed meanwhile'}. Nothing was overwritten.`);
    const body = this.#json(answer, 'saving the dashboard');
    return { uid: textAt(body['metadata'], 'name') ?? uid ?? '', version: numberAt(body['metadata'], 'generation') ?? 0, resourceVersion: textAt(body['metadata'], 'resourceVersion') };
  }

  #conflict(there: RemoteDashboard, version: number | undefined): GrafanaError {
    const by = there.changedBy === undefined ? '' : `, saved by ${there.changedBy}`;
    return new GrafanaError('conflict', version === undefined
      ? `${this.#name} has a dashboard with the uid ${there.uid} already, “${there.title}” in version ${String(there.version)}${by}, and the file does not say from which version it was made. Nothing was overwritten.`
      : `“${there.title}” is at version ${String(there.version)} in ${this.#name}${by}, and the file was made from version ${String(version)}. Nothing was overwritten.`);
  }

  async #search(type: 'dash-db' | 'dash-folder'): Promise<readonly JsonObject[]> {
    const found: JsonObject[] = [];
    for (let page = 1; ; page++) {
      const answer = await this.#request(`/api/search?type=${type}&limit=${String(pageSize)}&page=${String(page)}`);
      if (answer.status === 404) return this.#list(type);
      const hits = objectsIn(this.#json(answer, 'the search'));
      found.push(...hits);
      if (hits.length < pageSize) return found;
    }
  }

  /** The search by /apis, for a Grafana that no longer has the other. */
  async #list(type: 'dash-db' | 'dash-folder'): Promise<readonly JsonObject[]> {
    const { collection } = await this.#negotiated();
    if (collection === undefined) throw new GrafanaError('unexpected', `${this.#name} serves no search of dashboards.`);
    const path = type === 'dash-db' ? collection : collection.replace('/dashboard.grafana.app/', '/folder.grafana.app/').replace(/dashboards$/, 'folders');
    const found: JsonObject[] = [];
    for (let next = ''; ;) {
      const body = this.#json(await this.#request(`${path}?limit=500${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`), 'the list of dashboards');
      found.push(...objectsIn(body['items']).map(({ metadata, spec }) => ({ uid: textAt(metadata, 'name'), title: textAt(spec, 'title'), folderUid: textAt(objectAt(metadata, 'annotations'), 'grafana.app/folder') })));
      next = textAt(body['metadata'], 'continue') ?? '';
      if (next === '') return found;
    }
  }

  #negotiated(): Promise<Dialect> {
    if (this.#dialect === undefined) {
      this.#dialect = this.#negotiate();
      this.#dialect.catch(() => { this.#dialect = undefined; });
    }
    return this.#dialect;
  }

  async #negotiate(): Promise<Dialect> {
    const answer = await this.#request(`/apis/${group}`);
    const only: Dialect = { collection: undefined, apiVersion: 'api' };
    if (answer.status === 401) this.#json(answer, 'its APIs');
    if (answer.status !== 200 || !/json/.test(answer.contentType)) return only;
    const served = objectsIn(this.#json(answer, 'its APIs')['versions']).map((one) => textAt(one, 'version'));
    const version = classic.find((one) => served.includes(one));
    if (version === undefined) return only;
    const settings = await this.#request('/api/frontend/settings');
    const namespace = settings.status === 200 ? textAt(this.#json(settings, 'its settings'), 'namespace') : undefined;
    return { collection: `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace ?? 'default')}/dashboards`, apiVersion: `${group}/${version}` };
  }

  /** The body of an answer that is one. */
  #json(answer: GrafanaAnswer, what: string): JsonObject {
    const { status, contentType, text, location } = answer;
    const name = this.#name;
    const said = saidIn(answer);
    if (status === 401 || location !== undefined) throw new GrafanaError('sign-in', `${name} asks for a sign-in${said === undefined ? '' : ` (${said})`}. Give Kubeprom a service account token, or a user and password.`);
    if (status === 403) throw new GrafanaError('forbidden', `${name} does not allow ${what}${said === undefined ? '.' : `: ${said}`}`);
    if (status === 404) throw new GrafanaError('not-found', `${name} does not know ${what}, or you may not see it.`);
    if (status >= 400) throw new GrafanaError('refused', `${name} refused ${what} with status ${String(status)}${said === undefined ? '.' : `: ${said}`}`);
    try {
      const body: unknown = JSON.parse(text);
      if (isObject(body) || Array.isArray(body)) return body as JsonObject;
    } catch {
      // It is said below.
    }
    throw new GrafanaError(/html/.test(contentType) ? 'sign-in' : 'unexpected', `${name} answered for ${what} with ${/html/.test(contentType) ? 'a web page: the login of a server before it, perhaps' : 'something else than JSON'}.`);
  }
}

function legacyDashboard(uid: string, body: JsonObject): RemoteDashboard {
  const meta = objectAt(body, 'meta');
  const model = Object.fromEntries(Object.entries(objectAt(body, 'dashboard')).filter(([key]) => key !== 'id'));
  return { uid, title: textAt(model, 'title') ?? uid, folder: textAt(meta, 'folderUid'), version: numberAt(model, 'version') ?? numberAt(meta, 'version') ?? 0, changedBy: textAt(meta, 'updatedBy'), model, resource: undefined };
}

function resourceDashboard(uid: string, body: JsonObject): RemoteDashboard {
  const metadata = objectAt(body, 'metadata');
  const annotations = objectAt(metadata, 'annotations');
  const spec = objectAt(body, 'spec');
  if (objectAt(objectAt(body, 'status'), 'conversion')['failed'] === true) throw new GrafanaError('unexpected', `The dashboard ${uid} is stored in a newer form, which Grafana cannot give as the JSON model: open it in Grafana.`);
  const version = numberAt(metadata, 'generation') ?? 0;
  return { uid, title: textAt(spec, 'title') ?? uid, folder: textAt(annotations, 'grafana.app/folder'), version, changedBy: textAt(annotations, 'grafana.app/updatedBy'), model: { ...spec, uid, version }, resource: body };
}

/** What an error says of itself, in either API. */
function saidIn({ text }: GrafanaAnswer): string | undefined {
  try {
    return textAt(JSON.parse(text), 'message');
  } catch {
    return undefined;
  }
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
}
