import type { CodeLens } from 'vscode-languageserver';
import { alertRulesOf } from '../../language/chain/alertLabels.ts';
import { linkSummary } from '../../language/chain/linkSummary.ts';
import { relabelListsOf } from '../../language/chain/relabelLists.ts';
import type { SourceFile, SourceObject } from '../../language/workspace/sourceFile.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { type FieldName, lensCommands } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { Places } from './places.ts';
import { fieldOf } from './relabel.ts';

/** Whether something among the files says who gets alerts. */
export function isRouted(workspace: Workspace): boolean {
  return workspace.list('Alertmanager').length > 0 || workspace.list('AlertmanagerConfig').length > 0;
}

/** What each object is linked with; "Try relabeling" above each list, and where something says how alerts are routed, "Who gets this alert?" above each alert. */
export function lensesOf(file: SourceFile, { files: { workspace } }: FeatureContext, around: Parameters<typeof linkSummary>[1]): CodeLens[] {
  const routed = isRouted(workspace);
  const places = new Places(workspace);
  const lens = (source: SourceObject, path: FieldName['path'], title: string, command: string, at: FieldName['path'] = path): CodeLens => {
    const { start } = places.in(source, at).range;
    return { range: { start, end: start }, command: { title, command, arguments: [fieldOf(source, path)] } };
  };
  // An object that several kustomizations use has a lens for each of them, unless they say the same.
  const links = new Map(workspace.appliedIn(file).filter(({ unsettled }) => unsettled !== true).flatMap((source) => {
    const title = linkSummary(source.value, around);
    return title === undefined ? [] : [[`${String(source.document.start)} ${source.path.join(' ')} ${title}`, lens(source, [], title, lensCommands.showChain, ['kind'])] as const];
  }));
  return [...links.values(), ...file.objects.filter(({ value }) => value.apiVersion.includes('monitoring.')).flatMap((source) => [
    ...relabelListsOf(source.value).map(({ path }) => lens(source, path, 'Try relabeling', lensCommands.tryRelabeling)),
    ...(routed && source.value.kind === 'PrometheusRule' ? alertRulesOf(source.value).map(({ path }) => lens(source, path, 'Who gets this alert?', lensCommands.whoGetsAlert, [...path, 'alert'])) : []),
    ...(source.value.kind === 'AlertmanagerConfig' ? [lens(source, [], 'Which alerts end here?', lensCommands.whoGetsAlert, ['kind'])] : []),
  ])];
}
