import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { adviseRelabelConfigs } from '../../relabel/adviseRelabelConfigs.ts';
import { checkRelabelConfigs } from '../../relabel/checkRelabelConfigs.ts';
import type { MonitorScope } from './monitorScope.ts';

/** What the operator refuses in lists of relabel rules. */
export function checkRelabelLists(lists: readonly Source[], { version }: MonitorScope): Problem[] {
  return lists.flatMap((list) => checkRelabelConfigs(list.value, list.path, version));
}

/** Rules that will hardly do what their author means, of targets and of samples. */
export function adviseRelabelLists(ofTargets: readonly Source[], ofMetrics: readonly Source[]): Problem[] {
  return [
    ...ofTargets.flatMap((list) => adviseRelabelConfigs(list.value, list.path, 'targets')),
    ...ofMetrics.flatMap((list) => adviseRelabelConfigs(list.value, list.path, 'metrics')),
  ];
}
