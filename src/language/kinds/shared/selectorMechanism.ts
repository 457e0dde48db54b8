import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast } from '../../version.ts';
import { rejected, type MonitorScope } from './monitorScope.ts';

/** Selectors of the discovery role came with Prometheus 2.17. */
export function checkSelectorMechanism(mechanism: Source, { version }: MonitorScope): Problem[] {
  if (mechanism.text !== 'RoleSelector' || atLeast(version, '2.17.0')) return [];
  return [rejected(mechanism, 'selector/mechanism-version', 'RoleSelector selectorMechanism is only supported in Prometheus 2.17.0 and newer.', 'Use RelabelConfig, or a newer Prometheus.')];
}
