/** Continuous colour schemes: a share of a range → a colour (Grafana 13, field/fieldColor.ts). */

import { colorByName, type Ground } from './colors.ts';

const stops: Readonly<Record<string, readonly string[]>> = {
  'continuous-GrYlRd': ['green', 'yellow', 'red'], 'continuous-RdYlGr': ['red', 'yellow', 'green'], 'continuous-BlYlRd': ['dark-blue', 'super-light-yellow', 'dark-red'],
  'continuous-YlRd': ['super-light-yellow', 'dark-red'], 'continuous-BlPu': ['blue', 'purple'], 'continuous-YlBl': ['super-light-yellow', 'dark-blue'],
  'continuous-blues': ['panel-bg', 'dark-blue'], 'continuous-reds': ['panel-bg', 'dark-red'], 'continuous-greens': ['panel-bg', 'dark-green'], 'continuous-purples': ['panel-bg', 'dark-purple'],
  // Samples of matplotlib's maps of these names (CC0), for which Grafana takes d3-scale-chromatic.
  'continuous-viridis': ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'], 'continuous-magma': ['#000004', '#51127c', '#b73779', '#fc8961', '#fcfdbf'],
  'continuous-plasma': ['#0d0887', '#7e03a8', '#cc4778', '#f89540', '#f0f921'], 'continuous-inferno': ['#000004', '#57106e', '#bc3754', '#f98e09', '#fcffa4'],
  'continuous-cividis': ['#00204d', '#414d6b', '#7c7b78', '#bcaf6f', '#ffea46'],
};

/** The colour at a share of the range; undefined where the mode is no scheme. */
export function continuousColor(mode: string, share: number, ground: Ground): string | undefined {
  const names = Object.hasOwn(stops, mode) ? stops[mode] : undefined;
  if (names === undefined) return undefined;
  const colors = names.map((name) => channels(colorByName(name, ground)));
  return `rgb(${[0, 1, 2].map((channel) => String(Math.round(spline(colors.map((color) => color[channel] ?? 0), share)))).join(', ')})`;
}

/** A shade of a colour for the n-th series of it. */
export function shadeOf(color: string, index: number): string {
  const step = (index % 11) - 5;
  const share = Math.abs(step) / 12;
  return `rgb(${channels(color).map((value) => String(Math.round(step < 0 ? value * (1 - share) : value + (255 - value) * share))).join(', ')})`;
}

/** A uniform B-spline through the values, as d3's interpolateRgbBasis draws it. */
function spline(values: readonly number[], share: number): number {
  const last = values.length - 1;
  const at = Math.min(Math.max(share, 0), 1);
  const index = at >= 1 ? last - 1 : Math.floor(at * last);
  const [left = 0, right = 0] = [values[index], values[index + 1]];
  const before = index > 0 ? values[index - 1] ?? left : 2 * left - right;
  const behind = index < last - 1 ? values[index + 2] ?? right : 2 * right - left;
  const t = (at - index / last) * last;
  const [t2, t3] = [t * t, t * t * t];
  return Math.min(255, Math.max(0, ((1 - 3 * t + 3 * t2 - t3) * before + (4 - 6 * t2 + 3 * t3) * left + (1 + 3 * t + 3 * t2 - 3 * t3) * right + t3 * behind) / 6));
}

function channels(color: string): readonly [number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(color);
  if (hex !== null) return [Number.parseInt(hex[1] ?? '0', 16), Number.parseInt(hex[2] ?? '0', 16), Number.parseInt(hex[3] ?? '0', 16)];
  const numbers = color.match(/[\d.]+/g)?.map(Number) ?? [];
  return [numbers[0] ?? 128, numbers[1] ?? 128, numbers[2] ?? 128];
}
