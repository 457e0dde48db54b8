/** The classic model of a dashboard, of any schemaVersion (Grafana 13, packages/grafana-schema, and DashboardMigrator.ts for the older ones). */

import { readFieldConfig } from '../fieldConfig.ts';
import { asRecord } from '../matchers.ts';
import { readTransformations } from '../transformations/transform.ts';
import { migratePanel } from './migratePanel.ts';
import type { AnnotationQuery, Dashboard, DashboardLink, JsonPath, Panel, PanelQuery } from './dashboard.ts';
import { asList, asNumber, asText } from './values.ts';
import { readVariable } from './readVariable.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads a dashboard. @param base where it stands in its file */
export function readClassic(json: Json, base: JsonPath = []): Dashboard {
  const time = asRecord(json['time']);
  const templating = asList(asRecord(json['templating'])['list']);
  return {
    title: asText(json['title'], 'Untitled dashboard'), uid: asText(json['uid']), description: asText(json['description']), tags: asList(json['tags']).map((tag) => asText(tag)),
    timeZone: asText(json['timezone']) || 'browser', time: { from: asText(time['from'], 'now-6h'), to: asText(time['to'], 'now') }, refresh: asText(json['refresh']),
    sharesCrosshair: json['graphTooltip'] === 1 || json['graphTooltip'] === 2 || json['sharedCrosshair'] === true,
    variables: templating.map((one, index) => readVariable(asRecord(one), [...base, 'templating', 'list', index])),
    panels: [...readRows(asList(json['rows']), base), ...arranged(asList(json['panels']).map((one, index) => readPanel(asRecord(one), [...base, 'panels', index])))],
    annotations: asList(asRecord(json['annotations'])['list']).flatMap((one) => readAnnotation(asRecord(one))),
    links: readLinks(json['links']),
  };
}

/** Panels behind an open row stand beside it in the file; behind a collapsed one, inside of it. */
function arranged(panels: readonly Panel[]): readonly Panel[] {
  return [...panels].sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x);
}

/** Before schemaVersion 16: rows with a height, panels with a span of twelve. */
function readRows(rows: readonly unknown[], base: JsonPath): Panel[] {
  const result: Panel[] = [];
  let y = 0;
  const isTitled = rows.some((row) => asRecord(row)['collapse'] === true || asRecord(row)['showTitle'] === true || asText(asRecord(row)['repeat']) !== '');
  for (const [index, one] of rows.entries()) {
    const row = asRecord(one);
    const path = [...base, 'rows', index];
    const rowHeight = gridHeight(row['height']);
    const collapsed = row['collapse'] === true;
    const header = isTitled ? 1 : 0;
    let [x, top, tallest] = [0, y + header, 0];
    const panels = asList(row['panels']).map((panel, place) => {
      const json = asRecord(panel);
      const w = Math.max(1, Math.floor(asNumber(json['span'], 4) * 2));
      const h = json['height'] === undefined ? rowHeight : gridHeight(json['height']);
      if (x + w > 24) {
        top += tallest;
        [x, tallest] = [0, 0];
      }
      const read = readPanel({ ...json, gridPos: { x, y: top, w, h } }, [...path, 'panels', place]);
      x += w;
      tallest = Math.max(tallest, h);
      return read;
    });
    if (isTitled) {
      const header = readPanel({ id: -1 - index, type: 'row', title: row['title'], collapsed, repeat: row['repeat'], gridPos: { x: 0, y, w: 24, h: 1 } }, path);
      result.push(collapsed ? { ...header, panels } : header);
    }
    if (!collapsed || !isTitled) result.push(...panels);
    y = collapsed ? y + 1 : top + tallest;
  }
  return result;
}

/** Pixels, or `250px` → rows of the grid. */
function gridHeight(height: unknown): number {
  const pixels = typeof height === 'string' ? Number.parseInt(height.replace('px', ''), 10) : typeof height === 'number' ? height : 250;
  return Math.max(3, Math.ceil((Number.isNaN(pixels) ? 250 : Math.max(pixels, 100)) / 38));
}

export function readPanel(json: Json, path: JsonPath): Panel {
  const declaredType = asText(json['type'], 'text');
  const { panel, losses } = migratePanel(json);
  const type = asText(panel['type'], 'text');
  const grid = asRecord(json['gridPos']);
  const repeat = asText(json['repeat']);
  return {
    id: asNumber(json['id'], 0), type, declaredType, title: asText(json['title']), description: asText(json['description']),
    place: { x: clamp(asNumber(grid['x'], 0), 0, 23), y: Math.max(0, asNumber(grid['y'], 0)), w: clamp(asNumber(grid['w'], 12), 1, 24), h: clamp(asNumber(grid['h'], 8), 1, 200) },
    path, queries: type === 'row' ? [] : asList(json['targets']).map((one, index) => readQuery(asRecord(one), asRecord(json['datasource']), [...path, 'targets', index], index)),
    transformations: readTransformations(panel['transformations']), fieldConfig: readFieldConfig(panel['fieldConfig']), options: asRecord(panel['options']),
    interval: asText(json['interval']), maxDataPoints: typeof json['maxDataPoints'] === 'number' || typeof json['maxDataPoints'] === 'string' ? asNumber(json['maxDataPoints'], 0) || undefined : undefined,
    timeFrom: asText(json['timeFrom']), timeShift: asText(json['timeShift']),
    repeat: repeat === '' ? undefined : { variable: repeat, direction: json['repeatDirection'] === 'v' ? 'v' : 'h', most: asNumber(json['maxPerRow'], 4) },
    collapsed: json['collapsed'] === true, panels: type === 'row' ? arranged(asList(json['panels']).map((one, index) => readPanel(asRecord(one), [...path, 'panels', index]))) : [],
    links: readLinks(json['links']), losses,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

export function readQuery(json: Json, panelSource: Json, path: JsonPath, index: number): PanelQuery {
  const source = asRecord(json['datasource']);
  const format = asText(json['format'], 'time_series');
  return {
    refId: asText(json['refId']) || String.fromCharCode(65 + (index % 26)), expression: asText(json['expr']), legend: asText(json['legendFormat']),
    format: format === 'table' || format === 'heatmap' ? format : 'time_series', instant: json['instant'] === true, range: json['range'] === true || json['instant'] !== true,
    interval: asText(json['interval']) || asText(json['step']), intervalFactor: Math.max(1, asNumber(json['intervalFactor'], 1)), hidden: json['hide'] === true,
    source: asText(source['type']) || asText(panelSource['type']), path,
  };
}

function readAnnotation(json: Json): AnnotationQuery[] {
  const target = asRecord(json['target']);
  const expression = asText(json['expr']) || asText(target['expr']);
  if (expression === '') return [];
  return [{ name: asText(json['name']), expression, titleFormat: asText(json['titleFormat']), textFormat: asText(json['textFormat']), color: asText(json['iconColor'], 'red'), enabled: json['enable'] !== false, step: asText(json['step']) }];
}

export function readLinks(value: unknown): DashboardLink[] {
  return asList(value).map(asRecord).map((link) => ({ title: asText(link['title']), url: asText(link['url']) })).filter(({ url }) => url !== '');
}
