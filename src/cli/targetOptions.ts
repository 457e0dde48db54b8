import { promqlFeatures } from '../language/promql/options.ts';
import type { Target } from '../language/settings/settings.ts';
import { parseVersion } from '../language/version.ts';
import { UsageError } from './usage.ts';

/** The options that say for which software a verdict is. */
export const targetOptions = {
  'prometheus-version': { type: 'string' },
  'operator-version': { type: 'string' },
  'alertmanager-version': { type: 'string' },
  'enable-feature': { type: 'string', multiple: true },
} as const;

/**
 * Reads {@link targetOptions}.
 * @throws UsageError for a version that is none
 */
export function targetOf(values: { readonly [name: string]: unknown }): Target {
  const target: { -readonly [Key in keyof Target]: Target[Key] } = {};
  for (const [option, key] of [['prometheus-version', 'prometheusVersion'], ['operator-version', 'operatorVersion'], ['alertmanager-version', 'alertmanagerVersion']] as const) {
    const version = values[option];
    if (version === undefined) continue;
    if (typeof version !== 'string' || parseVersion(version) === undefined) throw new UsageError(`--${option} takes a version such as 3.13.2; not "${String(version)}".`);
    target[key] = version;
  }
  const features = values['enable-feature'];
  if (Array.isArray(features)) {
    target.features = features.flatMap((names) => String(names).split(',')).map((name) => name.trim()).filter((name) => name !== '');
    const unknown = target.features.find((name) => name.startsWith('promql-') && !promqlFeatures.has(name));
    if (unknown !== undefined) process.stderr.write(`kubeprom: "${unknown}" is no feature that changes PromQL; known are ${[...promqlFeatures.keys()].join(', ')}.\n`);
  }
  return target;
}
