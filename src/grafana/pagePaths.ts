/** What a page of Grafana is opened with. Times as Grafana writes them: `now-1h`, or milliseconds since 1970. */
export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly from?: string;
  readonly to?: string;
  /** Values of the dashboard's variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Only this panel. */
  readonly panel?: number;
}

/** The path of a dashboard below Grafana's prefix. */
export function dashboardPath(uid: string, options: PageOptions = {}): string {
  return withOptions(`/d/${encodeURIComponent(uid)}`, options);
}

/** The path of Explore with a query. Grafana 10 has another form of it than 9. */
export function explorePath(version: string | undefined, datasource: string | undefined, expression: string, { from = 'now-1h', to = 'now', ...options }: PageOptions = {}): string {
  const source = datasource === undefined ? {} : { datasource: { type: 'prometheus', uid: datasource } };
  const pane = { ...(datasource === undefined ? {} : { datasource }), queries: [{ refId: 'A', expr: expression, ...source }], range: { from, to } };
  const major = Number(version?.split('.', 1)[0] ?? Number.POSITIVE_INFINITY);
  const query = new URLSearchParams(major < 10 ? { left: JSON.stringify(pane) } : { schemaVersion: '1', panes: JSON.stringify({ kubeprom: pane }) });
  return withOptions(`/explore?${query.toString()}`, options);
}

/** A path with other options in place of those that it has. */
export function withOptions(path: string, { theme, from, to, variables = {}, panel }: PageOptions): string {
  const [plain = '', query = ''] = path.split('?', 2);
  const parameters = new URLSearchParams(query);
  const set = { theme, from, to, viewPanel: panel === undefined ? undefined : String(panel), ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`var-${name}`, value])) };
  for (const [name, value] of Object.entries(set)) if (value !== undefined) parameters.set(name, value);
  const text = parameters.toString();
  return text === '' ? plain : `${plain}?${text}`;
}
