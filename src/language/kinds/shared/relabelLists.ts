import type { Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { checkRelabelConfigs } from '../../relabel/checkRelabelConfigs.ts';
import type { MonitorScope } from './monitorScope.ts';

/** What the operator refuses in lists of relabel rules. */
export function checkRelabelLists(lists: readonly Source[], { version }: MonitorScope): Problem[] {
  return lists.flatMap((list) => checkRelabelConfigs(list.value, list.path, version));
}
