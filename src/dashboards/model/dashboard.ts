import type { FieldConfigSource } from '../fieldConfig.ts';
import type { TransformationStep } from '../transformations/transform.ts';

/** Where a part of a dashboard stands in its JSON. */
export type JsonPath = readonly (string | number)[];

/** A dashboard, whatever model it came in. */
export interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** `browser`, `utc` or a name of a zone. */
  readonly timeZone: string;
  /** As Grafana writes times: `now-1h`, or milliseconds. */
  readonly time: { readonly from: string; readonly to: string };
  /** `30s`; empty: not by itself. */
  readonly refresh: string;
  readonly sharesCrosshair: boolean;
  readonly variables: readonly Variable[];
  readonly panels: readonly Panel[];
  readonly annotations: readonly AnnotationQuery[];
  readonly links: readonly DashboardLink[];
}

/** A place in the grid of 24 columns; rows are 30 pixels and a gap of 8. */
export interface GridPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A panel as it is drawn; a row is one whose `panels` hang below it while it is collapsed. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  /** What the file calls it, where that is an older kind. */
  readonly declaredType: string;
  readonly title: string;
  readonly description: string;
  readonly place: GridPlace;
  readonly path: JsonPath;
  readonly queries: readonly PanelQuery[];
  readonly transformations: readonly TransformationStep[];
  readonly fieldConfig: FieldConfigSource;
  readonly options: Readonly<Record<string, unknown>>;
  /** The least step: `1m`. */
  readonly interval: string;
  readonly maxDataPoints: number | undefined;
  readonly timeFrom: string;
  readonly timeShift: string;
  readonly repeat: { readonly variable: string; readonly direction: 'h' | 'v'; readonly most: number } | undefined;
  readonly collapsed: boolean;
  readonly panels: readonly Panel[];
  readonly links: readonly DashboardLink[];
  /** What could not be taken over exactly. */
  readonly losses: readonly string[];
}

/** A query of a panel. */
export interface PanelQuery {
  readonly refId: string;
  readonly expression: string;
  readonly legend: string;
  readonly format: 'time_series' | 'table' | 'heatmap';
  readonly range: boolean;
  readonly instant: boolean;
  readonly interval: string;
  readonly intervalFactor: number;
  readonly hidden: boolean;
  /** Of the data source: `prometheus`, or empty where the file does not say. */
  readonly source: string;
  readonly path: JsonPath;
}

/** What a dashboard asks its readers for. */
export interface Variable {
  readonly name: string;
  readonly type: 'query' | 'custom' | 'interval' | 'constant' | 'textbox' | 'datasource' | 'adhoc' | 'unknown';
  readonly label: string;
  readonly hide: 'no' | 'label' | 'all';
  /** A query, a list, a constant, matchers: by type. */
  readonly query: string;
  readonly regex: string;
  /** Grafana's numbers: 0 none, 1/2 by text, 3/4 by number, 5/6 by text whatever its case. */
  readonly sort: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue: string | undefined;
  readonly options: readonly VariableOption[];
  /** What the file has chosen. */
  readonly current: readonly string[];
  readonly path: JsonPath;
}

/** A value, and the word for it. */
export interface VariableOption {
  readonly text: string;
  readonly value: string;
}

/** Events of a query, drawn over the charts. */
export interface AnnotationQuery {
  readonly name: string;
  readonly expression: string;
  readonly titleFormat: string;
  readonly textFormat: string;
  readonly color: string;
  readonly enabled: boolean;
  readonly step: string;
}

/** A link of a dashboard or a panel. */
export interface DashboardLink {
  readonly title: string;
  readonly url: string;
}
