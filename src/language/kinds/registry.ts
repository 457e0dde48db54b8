import { alertmanagerConfig } from './alertmanagerConfig.ts';
import { alertmanagerServer } from './alertmanagerServer.ts';
import type { KindChecks } from './kindCheck.ts';
import { monitors } from './monitors.ts';
import { prometheusRule } from './prometheusRule.ts';
import { servers } from './scrapeServer.ts';
import { thanosRuler } from './thanosRuler.ts';

/** The kinds that are checked beyond their schema. */
export const kindChecks: ReadonlyMap<string, KindChecks> = new Map([prometheusRule, ...monitors, ...servers, thanosRuler, alertmanagerServer, alertmanagerConfig].map((checks) => [checks.kind, checks]));
