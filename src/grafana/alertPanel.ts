import { isObject, type JsonObject, objectsIn, textAt } from './json.ts';

/** A panel that may show what an alert is about. */
export interface FoundPanel {
  readonly uid: string;
  readonly title: string;
  readonly panel: number;
  readonly panelTitle: string;
  /** How many of the alert's metrics it queries, of how many it queries in all: more of the first and less of the second is better. */
  readonly shared: number;
  readonly all: number;
  /** Names of the dashboard's variables. */
  readonly variables: readonly string[];
}

/** Panels that query metrics of an alert, the best first. @param namesIn the metrics of an expression, which may have Grafana's variables in it */
export function panelsFor(metrics: ReadonlySet<string>, dashboards: readonly { readonly uid: string; readonly title: string; readonly model: JsonObject }[], namesIn: (expression: string) => readonly string[]): FoundPanel[] {
  const found = dashboards.flatMap(({ uid, title, model }) => {
    const variables = objectsIn(isObject(model['templating']) ? model['templating']['list'] : undefined).flatMap((one) => textAt(one, 'name') ?? []);
    return panelsIn(model).flatMap((panel): FoundPanel[] => {
      const used = new Set(objectsIn(panel['targets']).flatMap((target) => namesIn(textAt(target, 'expr') ?? '')));
      const shared = [...used].filter((name) => metrics.has(name)).length;
      const { id } = panel;
      return shared === 0 || typeof id !== 'number' ? [] : [{ uid, title, panel: id, panelTitle: textAt(panel, 'title') ?? `Panel ${String(id)}`, shared, all: used.size, variables }];
    });
  });
  return found.sort((a, b) => b.shared - a.shared || a.all - b.all);
}

/** The panels of a dashboard, those in rows too. */
function panelsIn(model: JsonObject): readonly JsonObject[] {
  const panels = objectsIn(model['panels']);
  return [...panels, ...panels.flatMap((row) => objectsIn(row['panels'])), ...objectsIn(model['rows']).flatMap((row) => objectsIn(row['panels']))];
}

/** The dashboard and panel that an alert names itself, as Grafana's own alerts do. */
export function namedPanel(annotations: Readonly<Record<string, string>>): { readonly uid: string; readonly panel: number | undefined } | undefined {
  const uid = annotations['__dashboardUid__'];
  const panel = Number(annotations['__panelId__']);
  return uid === undefined || uid === '' ? undefined : { uid, panel: Number.isInteger(panel) && panel > 0 ? panel : undefined };
}
