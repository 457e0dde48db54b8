import type { KindChecks } from './kindCheck.ts';
import { prometheusRule } from './prometheusRule.ts';

/** The kinds that are checked beyond their schema. */
export const kindChecks: ReadonlyMap<string, KindChecks> = new Map([prometheusRule].map((checks) => [checks.kind, checks]));
