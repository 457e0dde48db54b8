/** Where panels stand: repeated ones beside or below each other, rows open or collapsed (Grafana 13's grid of 24 columns). */

import type { Panel } from './model/dashboard.ts';
import type { VariableOption } from './model/dashboard.ts';
import { interpolate, type Scope, type VariableValue } from './variables/interpolate.ts';

/** A panel that is drawn, with the variables of its repetition. */
export interface PlacedPanel {
  readonly key: string;
  readonly panel: Panel;
  readonly title: string;
  readonly scope: Scope;
}

/** Panels that one repetition makes at most: the rest is said, not drawn. */
export const mostRepeats = 50;

/** What the layout depends on. */
export interface LayoutInput {
  readonly panels: readonly Panel[];
  readonly scope: Scope;
  /** The chosen values of a variable. */
  readonly chosen: (variable: string) => readonly VariableOption[] | undefined;
  /** Keys of rows that are not as the file says. */
  readonly toggled: ReadonlySet<string>;
}

/** The panels in their places, from top to bottom. */
export function layOut({ panels, scope, chosen, toggled }: LayoutInput): readonly PlacedPanel[] {
  const result: PlacedPanel[] = [];
  // Rows with what hangs below them, each moved down by what repetitions above have added.
  for (const { row, members } of groups(panels)) {
    const copies = row?.repeat === undefined ? [undefined] : repeats(row, chosen) ?? [undefined];
    for (const copy of copies) {
      const own = copy === undefined || row?.repeat === undefined ? scope : withValue(scope, row.repeat.variable, copy);
      const suffix = copy === undefined ? '' : `:${copy.value}`;
      if (row !== undefined) {
        const key = `${String(row.id)}${suffix}`;
        const isCollapsed = row.collapsed !== toggled.has(key);
        result.push(placed({ ...row, collapsed: isCollapsed }, key, own, bottom(result)));
        if (isCollapsed) continue;
      }
      const start = bottom(result);
      const top = row === undefined ? 0 : Math.min(...members.map(({ place }) => place.y));
      for (const one of expanded(members, own, chosen, suffix)) result.push({ ...one, panel: { ...one.panel, place: { ...one.panel.place, y: one.panel.place.y - top + (row === undefined ? 0 : start) } } });
    }
  }
  return result;
}

interface Group {
  readonly row: Panel | undefined;
  readonly members: readonly Panel[];
}

function groups(panels: readonly Panel[]): readonly Group[] {
  const result: { row: Panel | undefined; members: Panel[] }[] = [];
  for (const panel of panels) {
    if (panel.type === 'row') result.push({ row: panel, members: [...panel.panels] });
    else if (result.length === 0) result.push({ row: undefined, members: [panel] });
    else result.at(-1)?.members.push(panel);
  }
  return result;
}

function bottom(panels: readonly PlacedPanel[]): number {
  return panels.reduce((most, { panel: { place } }) => Math.max(most, place.y + place.h), 0);
}

function placed(panel: Panel, key: string, scope: Scope, y: number): PlacedPanel {
  return { key, panel: { ...panel, place: { x: 0, y, w: 24, h: 1 } }, title: interpolate(panel.title, scope, 'text'), scope };
}

/** Repeated panels take the width that they share; what stands below moves down. */
function expanded(panels: readonly Panel[], scope: Scope, chosen: LayoutInput['chosen'], suffix: string): readonly PlacedPanel[] {
  const result: PlacedPanel[] = [];
  let added = 0;
  for (const panel of panels) {
    const { repeat, place } = panel;
    const copies = repeat === undefined ? undefined : repeats(panel, chosen);
    const y = place.y + added;
    if (repeat === undefined || copies === undefined) {
      result.push({ key: `${String(panel.id)}${suffix}`, panel: { ...panel, place: { ...place, y } }, title: interpolate(panel.title, scope, 'text'), scope });
      continue;
    }
    const columns = repeat.direction === 'v' ? 1 : Math.min(copies.length, Math.max(1, repeat.most));
    const w = repeat.direction === 'v' ? place.w : Math.floor(24 / columns);
    for (const [index, copy] of copies.entries()) {
      const own = withValue(scope, repeat.variable, copy);
      const at = { x: repeat.direction === 'v' ? place.x : (index % columns) * w, y: y + Math.floor(index / columns) * place.h, w, h: place.h };
      result.push({ key: `${String(panel.id)}${suffix}:${copy.value}`, panel: { ...panel, place: at }, title: interpolate(panel.title, own, 'text'), scope: own });
    }
    added += (Math.ceil(copies.length / columns) - 1) * place.h;
  }
  return result;
}

function repeats({ repeat }: Panel, chosen: LayoutInput['chosen']): readonly VariableOption[] | undefined {
  const values = repeat === undefined ? undefined : chosen(repeat.variable);
  return values === undefined || values.length === 0 ? undefined : values.slice(0, mostRepeats);
}

function withValue(scope: Scope, name: string, { value, text }: VariableOption): Scope {
  const known: VariableValue | undefined = scope.get(name);
  return new Map(scope).set(name, { value, text, isPattern: known?.isPattern ?? false });
}
