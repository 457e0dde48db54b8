/** What a panel looks at: the last seconds until now, or a stretch of time. */
export type PanelRange = { readonly last: number } | { readonly from: number; readonly to: number };

/** The usual ranges, in seconds. */
export const usualRanges: readonly (readonly [seconds: number, title: string])[] = [
  [300, 'Last 5 minutes'], [900, 'Last 15 minutes'], [3600, 'Last hour'], [3 * 3600, 'Last 3 hours'], [6 * 3600, 'Last 6 hours'],
  [12 * 3600, 'Last 12 hours'], [86_400, 'Last 24 hours'], [2 * 86_400, 'Last 2 days'], [7 * 86_400, 'Last 7 days'], [30 * 86_400, 'Last 30 days'],
];

/**
 * Points of time for a graph: about one for two pixels. They end with the range, for on multiples of the step of a week
 * the last point would be half an hour old, and a server that has just started would seem to have nothing.
 */
export function pointsOf({ from, to }: { readonly from: number; readonly to: number }, width: number): { readonly start: number; readonly end: number; readonly step: number } {
  const wanted = (to - from) / Math.max(100, Math.min(width / 2, 1000));
  const step = steps.find((one) => one >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
  const end = Math.floor(to);
  return { start: end - Math.floor((end - from) / step) * step, end, step };
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

