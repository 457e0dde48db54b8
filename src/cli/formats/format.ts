import type { Report } from '../report.ts';

/** What a format needs beyond the report: the texts that were checked. */
export type TextOf = (file: string) => string | undefined;

/** Writes a report in one of the forms that people and programs read. Ends with a line break, unless empty. */
export type Format = (report: Report, textOf: TextOf) => string;
