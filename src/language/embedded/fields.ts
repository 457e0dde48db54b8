/** What may stand in an embedded configuration, and what it means: Alertmanager's own structs, and the operator's words for the same things. */

import type { Path } from '../finding.ts';
import { describe, type FieldSuggestion } from '../schemas/complete.ts';
import type { Schema } from '../schemas/types.ts';
import { root } from '../routing/config/document.ts';
import type { Shape } from '../routing/config/shape.ts';
import type { EmbeddedKind } from './embeddedText.ts';

/** The shape of what stands at a path of an alertmanager.yaml; undefined where it takes nothing. */
export function shapeAt(path: Path): Shape | undefined {
  let shape: Shape | undefined = root;
  for (const step of path) {
    if (shape?.kind === 'textOr') shape = shape.struct;
    if (shape?.kind === 'list' && typeof step === 'number') shape = shape.item;
    else if (shape?.kind === 'map') shape = shape.value;
    else if (shape?.kind === 'struct' && typeof step === 'string' && Object.hasOwn(shape.fields, step)) shape = shape.fields[step];
    else return undefined;
  }
  return shape;
}

/** The operator's kind that says the same as an embedded configuration, in its spelling; its descriptions hold for both. */
export const describedBy: Readonly<Partial<Record<EmbeddedKind, { readonly apiVersion: string; readonly kind: string }>>> = {
  alertmanager: { apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig' },
  scrapeConfigs: { apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'ScrapeConfig' },
};

/** Fields that the operator calls otherwise than by another spelling. */
const otherNames: Readonly<Record<string, string>> = { relabel_configs: 'relabelings', metric_relabel_configs: 'metricRelabelings', always_scrape_classic_histograms: 'scrapeClassicHistograms', time_intervals: 'muteTimeIntervals' };

/** What the operator's schema says of a field of an embedded configuration; undefined where it has no such field. */
export function fieldHelpOf(kind: EmbeddedKind, path: Path, schema: Schema): FieldSuggestion | undefined {
  const within = kind === 'alertmanager' ? path : path.slice(1);
  const found: (string | number)[] = ['spec'];
  let node = schema.properties?.['spec'];
  for (const step of within) {
    if (typeof step === 'number') {
      node = node?.items;
      found.push(step);
      continue;
    }
    const wanted = (otherNames[step] ?? step).replaceAll('_', '').toLowerCase();
    const name = Object.keys(node?.properties ?? {}).find((one) => one.toLowerCase() === wanted);
    if (name === undefined) return undefined;
    node = node?.properties?.[name];
    found.push(name);
  }
  return describe(schema, found);
}

/** A field's name as Prometheus spells it: `apiServer` is `api_server`, `digitalOceanSDConfigs` is `digitalocean_sd_configs`. */
export function plainName(name: string): string {
  const other = Object.entries(otherNames).find(([, operators]) => operators === name)?.[0];
  const [, discovery] = /^(\w+)SDConfigs$/.exec(name) ?? [];
  if (discovery !== undefined) return `${discovery.toLowerCase()}_sd_configs`;
  return other ?? name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
