import type { Format } from './format.ts';

/** The report as it is; stable under its `version`. */
export const json: Format = (report) => `${JSON.stringify(report, null, 2)}\n`;
