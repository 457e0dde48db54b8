/** The resources of dashboard.grafana.app: v0alpha1 and v1 hold the classic model, v2 has one of its own (Grafana 13, packages/grafana-schema/src/schema/dashboard). */

import { readFieldConfig } from '../fieldConfig.ts';
import { asRecord } from '../matchers.ts';
import { readTransformations } from '../transformations/transform.ts';
import type { AnnotationQuery, Dashboard, GridPlace, JsonPath, Panel } from './dashboard.ts';
import { migratePanel } from './migratePanel.ts';
import { readLinks, readPanel, readQuery } from './readClassic.ts';
import { readVariable } from './readVariable.ts';
import { asList, asNumber, asText } from './values.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a `spec` is of the second model. */
export function isSecondModel(spec: Json): boolean {
  return typeof spec['elements'] === 'object' && typeof spec['layout'] === 'object';
}

const sorts: readonly string[] = ['disabled', 'alphabeticalAsc', 'alphabeticalDesc', 'numericalAsc', 'numericalDesc', 'alphabeticalCaseInsensitiveAsc', 'alphabeticalCaseInsensitiveDesc'];
const variableTypes: Readonly<Record<string, string>> = { QueryVariable: 'query', CustomVariable: 'custom', IntervalVariable: 'interval', ConstantVariable: 'constant', TextVariable: 'textbox', DatasourceVariable: 'datasource', AdhocVariable: 'adhoc' };

/** Reads the `spec` of a v2 dashboard. */
export function readSecondModel(spec: Json, name: string, base: JsonPath): Dashboard {
  const time = asRecord(spec['timeSettings']);
  const elements = asRecord(spec['elements']);
  return {
    title: asText(spec['title'], 'Untitled dashboard'), uid: name, description: asText(spec['description']), tags: asList(spec['tags']).map((tag) => asText(tag)),
    timeZone: asText(time['timezone']) || 'browser', time: { from: asText(time['from'], 'now-6h'), to: asText(time['to'], 'now') }, refresh: asText(time['autoRefresh']),
    sharesCrosshair: spec['cursorSync'] === 'Crosshair' || spec['cursorSync'] === 'Tooltip',
    variables: asList(spec['variables']).map((one, index) => {
      const { kind, spec: variable } = asRecord(one);
      const own = asRecord(variable);
      const query = asRecord(own['query']);
      const source = kind === 'DatasourceVariable' ? asText(own['pluginId']) : own['query'];
      return readVariable({
        ...own, type: variableTypes[asText(kind)] ?? 'unknown', sort: typeof own['sort'] === 'string' ? sorts.indexOf(own['sort']) : own['sort'],
        query: typeof source === 'string' ? source : asRecord(query['spec'])['query'] ?? asRecord(query['spec'])['__legacyStringValue'],
      }, [...base, 'variables', index]);
    }),
    panels: layoutPanels(asRecord(spec['layout']), elements, base, { y: 0, nextRow: -1 }).panels,
    annotations: asList(spec['annotations']).flatMap((one) => readAnnotation(asRecord(asRecord(one)['spec']))),
    links: readLinks(spec['links']),
  };
}

function readAnnotation(spec: Json): AnnotationQuery[] {
  const query = asRecord(asRecord(spec['query'])['spec']);
  const expression = asText(query['expr']);
  if (expression === '' || spec['builtIn'] === true) return [];
  return [{ name: asText(spec['name']), expression, titleFormat: asText(query['titleFormat']), textFormat: asText(query['textFormat']), color: asText(spec['iconColor'], 'red'), enabled: spec['enable'] !== false, step: asText(query['step']) }];
}

interface Cursor {
  readonly y: number;
  /** Ids of rows, which have none of their own. */
  readonly nextRow: number;
}

interface Placed {
  readonly panels: readonly Panel[];
  readonly end: Cursor;
}

function layoutPanels(layout: Json, elements: Json, base: JsonPath, start: Cursor): Placed {
  const spec = asRecord(layout['spec']);
  switch (layout['kind']) {
    case 'RowsLayout': return sections(asList(spec['rows']), elements, base, start);
    // Tabs are shown one below the other, each under its title.
    case 'TabsLayout': return sections(asList(spec['tabs']), elements, base, start);
    case 'AutoGridLayout': return autoGrid(spec, elements, base, start);
    default: {
      const panels = asList(spec['items']).flatMap((item) => {
        const own = asRecord(asRecord(item)['spec']);
        const place: GridPlace = { x: asNumber(own['x'], 0), y: start.y + asNumber(own['y'], 0), w: asNumber(own['width'], 12), h: asNumber(own['height'], 8) };
        return element(own, place, elements, base) ?? [];
      });
      return { panels, end: { ...start, y: Math.max(start.y, ...panels.map(({ place }) => place.y + place.h)) } };
    }
  }
}

function sections(list: readonly unknown[], elements: Json, base: JsonPath, start: Cursor): Placed {
  const panels: Panel[] = [];
  let cursor = start;
  for (const one of list) {
    const spec = asRecord(asRecord(one)['spec']);
    const collapsed = spec['collapse'] === true;
    const row = readPanel({ id: cursor.nextRow, type: 'row', title: spec['title'], collapsed, repeat: asRecord(spec['repeat'])['value'], gridPos: { x: 0, y: cursor.y, w: 24, h: 1 } }, base);
    const inner = layoutPanels(asRecord(spec['layout']), elements, base, { y: cursor.y + 1, nextRow: cursor.nextRow - 1 });
    if (spec['hideHeader'] !== true) panels.push(collapsed ? { ...row, panels: inner.panels } : row);
    if (!collapsed) panels.push(...inner.panels);
    cursor = collapsed ? { y: cursor.y + 1, nextRow: inner.end.nextRow } : inner.end;
  }
  return { panels, end: cursor };
}

const autoHeights: Readonly<Record<string, number>> = { short: 5, standard: 9, tall: 14 };

function autoGrid(spec: Json, elements: Json, base: JsonPath, start: Cursor): Placed {
  const columns = Math.min(Math.max(1, asNumber(spec['maxColumnCount'], 3)), 6);
  const w = Math.floor(24 / columns);
  const h = autoHeights[asText(spec['rowHeightMode'], 'standard')] ?? 9;
  const items = asList(spec['items']);
  const panels = items.flatMap((item, index) => element(asRecord(asRecord(item)['spec']), { x: (index % columns) * w, y: start.y + Math.floor(index / columns) * h, w, h }, elements, base) ?? []);
  return { panels, end: { ...start, y: start.y + Math.ceil(items.length / columns) * h } };
}

function element(item: Json, place: GridPlace, elements: Json, base: JsonPath): Panel | undefined {
  const name = asText(asRecord(item['element'])['name']);
  const { kind, spec } = asRecord(Object.hasOwn(elements, name) ? elements[name] : undefined);
  if (spec === undefined) return undefined;
  const own = asRecord(spec);
  const path = [...base, 'elements', name];
  const repeat = asRecord(item['repeat']);
  const common = { id: own['id'], title: own['title'], description: own['description'], links: own['links'], gridPos: place, repeat: repeat['value'], repeatDirection: repeat['direction'], maxPerRow: repeat['maxPerRow'] };
  if (kind === 'LibraryPanel') return readPanel({ ...common, type: 'library panel' }, path);
  const viz = asRecord(own['vizConfig']);
  const type = viz['kind'] === 'VizConfig' ? viz['group'] : viz['kind'];
  const config = asRecord(viz['spec']);
  const data = asRecord(asRecord(own['data'])['spec']);
  const { panel, losses } = migratePanel({ type, options: config['options'], fieldConfig: config['fieldConfig'] });
  const options = asRecord(data['queryOptions']);
  return {
    ...readPanel({ ...common, type: panel['type'], interval: options['interval'], maxDataPoints: options['maxDataPoints'], timeFrom: options['timeFrom'], timeShift: options['timeShift'] }, path),
    options: asRecord(panel['options']), fieldConfig: readFieldConfig(panel['fieldConfig']), losses,
    transformations: readTransformations(asList(data['transformations']).map((one) => ({ id: asRecord(one)['kind'] === 'Transformation' ? asRecord(one)['group'] : asRecord(one)['kind'], ...asRecord(asRecord(one)['spec']) }))),
    queries: asList(data['queries']).map((one, index) => {
      const query = asRecord(asRecord(one)['spec']);
      const inner = asRecord(query['query']);
      return readQuery({ ...asRecord(inner['spec']), refId: query['refId'], hide: query['hidden'], datasource: { type: inner['kind'] === 'DataQuery' ? inner['group'] : inner['kind'] } }, {}, [...path, 'spec', 'data', 'spec', 'queries', index, 'spec', 'query', 'spec'], index);
    }),
  };
}
