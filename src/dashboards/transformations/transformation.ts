import type { Frame } from '../frame.ts';

/** A transformation with its options: tables in, tables out. */
export type Transformation = (frames: readonly Frame[], options: Readonly<Record<string, unknown>>) => readonly Frame[];
