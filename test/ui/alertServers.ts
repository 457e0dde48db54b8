/** Servers at addresses for a test: everything that they say is ill will, and how they answer can be changed while they are looked at. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';

/** Text that would do something wherever it is not shown as text. */
export const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script> [run](command:workbench.action.quit) $(squirrel) \u001b[31mred\u001b]8;;http://127.0.0.1/\u0007 \u202Egnp.exe \\"\'`';
const long = 'x'.repeat(100_000);
const minute = 60_000;

/**
 * How a server answers. `page`: a page for people; `login`: 401; `failing`: 503 with a message; `broken`: 503 with a page; `older`: as one that has no version 2
 * of the API; `cut`: a list that ends too early; `slow`: after a second and a half; `silent`: never.
 */
export type Mode = 'well' | 'page' | 'login' | 'failing' | 'broken' | 'older' | 'cut' | 'slow' | 'silent';

type Routes = Readonly<Record<string, () => unknown>>;

/** An HTTP server on 127.0.0.1 that answers as its mode says. Texts are sent as they are, all else as JSON. */
export class MoodyServer implements AsyncDisposable {
  mode: Mode;
  /** Milliseconds by which its clock is ahead. */
  readonly ahead: number;
  /** What was sent to it, by path. */
  readonly received: { readonly path: string; readonly body: unknown }[] = [];
  /** Answers so far of the paths that it serves. */
  answers = 0;
  readonly #routes: Routes;
  readonly #server: Server;

  private constructor(routes: Routes, mode: Mode, ahead: number) {
    this.#routes = routes;
    this.mode = mode;
    this.ahead = ahead;
    this.#server = createServer((request, response) => { this.#answer(request, response).catch((error: unknown) => { response.destroy(error instanceof Error ? error : undefined); }); });
  }

  static async open(routes: Routes, { mode = 'well', ahead = 0 }: { readonly mode?: Mode; readonly ahead?: number } = {}): Promise<MoodyServer> {
    const server = new MoodyServer(routes, mode, ahead);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, type: string, body: string): void => { response.writeHead(status, { 'content-type': type, date: new Date(Date.now() + this.ahead).toUTCString() }).end(body); };
    const path = new URL(request.url ?? '/', this.url).pathname;
    switch (this.mode) {
      case 'silent': return;
      case 'page': say(200, 'text/html', `<!doctype html><title>${hostile}</title>`); return;
      case 'login': say(401, 'text/plain', hostile); return;
      case 'failing': say(503, 'application/json', JSON.stringify(`out of order ${hostile}`)); return;
      case 'broken': say(502, 'text/html', `<html><h1>Bad Gateway</h1>${hostile}</html>`); return;
      case 'older': say(404, 'text/plain', '404 page not found'); return;
      case 'cut': say(200, 'application/json', '[{"labels":{"alertname":"'); return;
      case 'slow': await new Promise((resolve) => { setTimeout(resolve, 1500); }); break;
      case 'well': break;
    }
    const route = this.#routes[path];
    if (request.method === 'POST' && route !== undefined) {
      this.received.push({ path, body: JSON.parse(await textOf(request)) as unknown });
      say(200, 'application/json', JSON.stringify({ silenceID: `made ${hostile}` }));
      return;
    }
    const answer = route?.();
    this.answers++;
    if (answer === undefined) say(404, 'text/plain', '404 page not found');
    else say(200, typeof answer === 'string' ? 'text/plain' : 'application/json', typeof answer === 'string' ? answer : JSON.stringify(answer));
  }
}

/** An alert as Alertmanager tells it. */
export interface ToldAlert {
  readonly labels: Readonly<Record<string, string>>;
  status: { readonly state: 'active' | 'suppressed'; readonly silencedBy: readonly string[]; readonly inhibitedBy: readonly string[]; readonly mutedBy: readonly string[] };
  readonly [field: string]: unknown;
}

const at = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const active: ToldAlert['status'] = { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] };

/** An alert that fires since an hour. */
export function alertOf(labels: Readonly<Record<string, string>>, more: object = {}): ToldAlert {
  return { labels, annotations: {}, receivers: [{ name: 'default' }], fingerprint: Object.values(labels).join().slice(0, 100), startsAt: at(-60 * minute), updatedAt: at(-minute), endsAt: at(4 * minute), generatorURL: '', status: active, ...more };
}

/** Ill will in every field, and a value that has no end. It stands before all others in its group. */
export const hostileLabels: Readonly<Record<string, string>> = { alertname: `!${hostile}`, severity: 'critical', namespace: hostile, [hostile]: hostile, long };
const hostileAnnotations: Readonly<Record<string, string>> = { summary: hostile, description: `${hostile}\n${hostile}`, runbook_url: 'command:workbench.action.quit', [hostile]: hostile, long };

/** An alert of ill will; another name is another alert. */
export function hostileAlert(more: object = {}, name = hostileLabels['alertname'] ?? ''): ToldAlert {
  return alertOf({ ...hostileLabels, alertname: name }, { annotations: hostileAnnotations, receivers: [{ name: hostile }], fingerprint: hostile, generatorURL: 'javascript:alert(1)', ...more });
}

/** A silence that holds what says so in `silencedBy`. */
export function silenceOf(id: string, matchers: readonly { readonly name: string; readonly value: string }[], text: string, ahead = 0): object {
  return { id, status: { state: 'active' }, comment: text, createdBy: text, startsAt: at(ahead - 60 * minute), endsAt: at(ahead + 600 * minute), updatedAt: at(ahead - 60 * minute), matchers: matchers.map((one) => ({ ...one, isRegex: false, isEqual: true })) };
}

/** What an Alertmanager serves. */
export function alertmanagerRoutes(alerts: readonly ToldAlert[], silences: readonly object[] = []): Routes {
  return {
    '/api/v2/alerts': () => alerts, '/api/v2/silences': () => silences, '/api/v2/receivers': () => [{ name: 'default' }, { name: hostile }],
    '/api/v2/status': () => ({ cluster: { name: hostile, status: hostile, peers: [{ name: hostile, address: hostile }] }, versionInfo: { version: hostile }, config: { original: configuration }, uptime: at(-600 * minute) }),
    '/metrics': () => `# TYPE alertmanager_notifications_total counter\nalertmanager_notifications_total{integration=${quoted(hostile)}} 5\n# TYPE alertmanager_notifications_failed_total counter\nalertmanager_notifications_failed_total{integration=${quoted(hostile)},reason=${quoted(hostile)}} 2\n`,
  };
}

/** What a Prometheus serves: a rule that raised the alert of ill will, and one that fails; both are evaluated every two seconds. */
export function prometheusRoutes(): Routes {
  const success = (data: unknown) => ({ status: 'success', data });
  const status = { evaluationTime: 0.001, lastEvaluation: at(-1000), duration: 60, labels: { severity: 'critical', [hostile]: hostile }, annotations: hostileAnnotations };
  const rules = [
    { type: 'alerting', name: hostileLabels['alertname'], query: `vector(1) > 0 or absent(up{a="${hostile.replaceAll(/[\\"]/g, '')}"})`, health: 'ok', state: 'firing', ...status, alerts: [{ labels: hostileLabels, annotations: hostileAnnotations, state: 'firing', activeAt: at(-60 * minute), value: hostile }] },
    { type: 'alerting', name: `fails ${hostile}`, query: hostile, health: 'err', lastError: hostile, state: 'inactive', ...status, alerts: [] },
  ];
  return {
    '/api/v1/status/buildinfo': () => success({ version: hostile }),
    '/api/v1/scrape_pools': () => success({ scrapePools: [hostile] }),
    '/api/v1/targets': () => success({ activeTargets: [{ scrapePool: hostile, scrapeUrl: `http://127.0.0.1/${hostile}`, globalUrl: '', labels: { instance: hostile, job: hostile }, health: 'down', lastError: hostile, lastScrape: at(-1000), lastScrapeDuration: 0.1, scrapeInterval: hostile, scrapeTimeout: hostile }], droppedTargets: [] }),
    '/api/v1/rules': () => success({ groups: [{ name: hostile, file: `/etc/${hostile}`, interval: 2, evaluationTime: 0.001, lastEvaluation: at(-1000), rules }] }),
    '/metrics': () => '# TYPE prometheus_config_last_reload_successful gauge\nprometheus_config_last_reload_successful 1\n',
  };
}

/** A text in the exposition format. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

const configuration = `route:\n  receiver: default\n  routes:\n  - receiver: ${JSON.stringify(hostile)}\n    matchers: [severity="critical"]\nreceivers:\n- name: default\n- name: ${JSON.stringify(hostile)}\n  webhook_configs:\n  - url: http://127.0.0.1/\n`;
