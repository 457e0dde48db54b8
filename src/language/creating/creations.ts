import type { Surroundings } from '../chain/surroundings.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { alertAt, alertRoutesFor } from './alertRoute.ts';
import type { Creation } from './creation.ts';
import { podMonitorsFor } from './podMonitor.ts';
import { prometheusRuleFor } from './prometheusRule.ts';
import { serviceMonitorsFor } from './serviceMonitor.ts';

/** Kinds that something can be created for. */
export const creationSources = ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'ServiceMonitor', 'PodMonitor', 'PrometheusRule'] as const;

/** What can be created from what stands at an offset of a file; nothing in a template, whose names are not known. */
export function creationsAt(file: SourceFile, offset: number, workspace: Workspace, surroundings: Surroundings): Creation[] {
  const source = sourceAt(file, offset);
  if (source === undefined) return [];
  const alert = source.value.kind === 'PrometheusRule' ? alertAt(source, offset) : undefined;
  return alert === undefined ? creationsFor(source, workspace) : alertRoutesFor(source, alert, workspace, surroundings);
}

/** What can be created for an object as a whole. */
export function creationsFor(source: SourceObject, workspace: Workspace): Creation[] {
  if (source.file.masked.length > 0 || source.valuesAt !== undefined || source.value.metadata.name === '') return [];
  return [...serviceMonitorsFor(source, workspace), ...podMonitorsFor(source, workspace), ...prometheusRuleFor(source, workspace)];
}

/** The object at an offset: the whole of its document or item; undefined in a template. */
export function sourceAt(file: SourceFile, offset: number): SourceObject | undefined {
  if (file.masked.length > 0) return undefined;
  const candidates = file.written.filter(({ document, valuesAt }) => valuesAt === undefined && document.start <= offset && offset <= document.end);
  return candidates.find(({ document, path }) => {
    const at = document.pathAt(offset).path;
    return path.every((step, index) => at[index] === step);
  });
}
