/** A metric's values now, and a small picture of its last hour. */

import { seriesName } from '../promql/seriesName.ts';
import { code, plain } from './markdown.ts';

type Labels = Readonly<Record<string, string>>;

/** What a server has of a selector's series. */
export interface RecentValues {
  /** Such as `Prometheus monitoring/k8s`. */
  readonly server: string;
  /** How many series there are. */
  readonly count: number;
  /** Some of them with their values now, as Prometheus writes them. */
  readonly now: readonly { readonly labels: Labels; readonly value: string }[];
  /** Whether the lines are increases per second, which is what a counter's course says. */
  readonly isRate: boolean;
  /** The last hour: of each series, or of their lowest, mean and highest where there are many. */
  readonly lines: readonly RecentLine[];
}

/** A line of the picture. */
export interface RecentLine {
  readonly name: string;
  /** The same distance apart, from an hour ago until now; null where there is none. */
  readonly values: readonly (number | null)[];
}

/**
 * Colours of lines with a contrast of 3 and more on white, on black and on the dark themes' grounds: a picture in a hover
 * cannot know the theme. Patterns tell them apart as well.
 */
export const lineColors = ['#2f80ed', '#c2700f', '#9a62c7', '#2f8f4e', '#d24a5c'] as const;
const dashes = ['', '6 3', '2 3', '9 3 2 3', '4 2'] as const;
const [width, height] = [320, 60];

/** Series that are written out. */
const mostNamed = 5;

/** The part of a hover, with a text that says what the picture shows. */
export function recentMarkdown({ server, count, now, isRate, lines }: RecentValues): string {
  if (count === 0) return `No series of it in ${plain(server)} now.`;
  const shown = now.slice(0, mostNamed);
  const isAlone = count === 1 && shown.length === 1;
  const drawn = lines.filter((line) => line.values.some((value) => value !== null));
  const ranges = drawn.map(({ name, values }) => `${name === '' ? '' : `${plain(name)} `}${code(rangeText(values))}`).join(' · ');
  return [
    `Now in ${plain(server)}: ${isAlone ? code(shown[0]?.value ?? '') : `${String(count)} series`}.`,
    ...(drawn.length === 0 ? [] : [`![${plain(courseInWords(drawn, isRate))}](data:image/svg+xml,${encodeURIComponent(pictureOf(drawn))})`, `The last hour${isRate ? ', increase per second' : ''}: ${ranges}`]),
    ...(isAlone ? [code(seriesName(shown[0]?.labels ?? {}))] : shown.length === 0 ? [] : [[...shown.map(({ labels, value }) => `- ${code(seriesName(distinguishing(labels, now)))}: ${code(value)}`), ...(count > shown.length ? [`- and ${String(count - shown.length)} more`] : [])].join('\n')]),
  ].join('\n\n');
}

/** The labels in which a series differs from the others; all of them where that tells nothing. */
function distinguishing(labels: Labels, all: readonly { readonly labels: Labels }[]): Labels {
  const own = Object.entries(labels).filter(([name, value]) => all.some((other) => other.labels[name] !== value));
  return own.length === 0 ? labels : Object.fromEntries(own);
}

function courseInWords(lines: readonly RecentLine[], isRate: boolean): string {
  return `The last hour${isRate ? ', increase per second' : ''}. ${lines.map(({ name, values }) => `${name === '' ? 'It lay' : `${name} lay`} ${rangeText(values)}, last ${short(values.findLast((value) => value !== null) ?? 0)}.`).join(' ')}`;
}

function rangeText(values: readonly (number | null)[]): string {
  const [low, high] = extremes(values);
  return low === high ? `at ${short(low)}` : `from ${short(low)} to ${short(high)}`;
}

function extremes(values: readonly (number | null)[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** Lines over the same scale; a gap is a gap, a value alone a dot. It holds numbers only: no name of a cluster gets into it. */
function pictureOf(lines: readonly RecentLine[]): string {
  const [low, high] = extremes(lines.flatMap(({ values }) => [...extremes(values)]));
  const y = (value: number): number => (high === low ? height / 2 : height - 4 - ((value - low) / (high - low)) * (height - 8));
  const paths = lines.map(({ values }, index) => {
    const x = (at: number): number => 2 + (at / Math.max(1, values.length - 1)) * (width - 4);
    const steps = values.flatMap((value, at) => {
      if (value === null) return [];
      const starts = (values[at - 1] ?? null) === null;
      const isAlone = starts && (values[at + 1] ?? null) === null;
      return [`${starts ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}${isAlone ? 'h0.1' : ''}`];
    });
    const dash = dashes[index % dashes.length] ?? '';
    return `<path d="${steps.join('')}" fill="none" stroke="${lineColors[index % lineColors.length] ?? lineColors[0]}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}">${paths.join('')}</svg>`;
}
