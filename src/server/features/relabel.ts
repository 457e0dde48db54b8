import { relabelListsOf, sampleLabels } from '../../language/chain/relabelLists.ts';
import { Source } from '../../language/generate/source.ts';
import { instanceName } from '../../language/kinds/shared/instances.ts';
import { operatorRelease } from '../../language/operatorRelease.ts';
import { nameSchemeOf } from '../../language/relabel/labelNames.ts';
import type { SourceObject } from '../../language/workspace/sourceFile.ts';
import type { FieldName, PositionParams, RelabelListResult } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { nameOf, objectAt, objectNamed, Places } from './places.ts';

/** The list that a panel shows, judged as in a monitor. */
export async function relabelListFor({ uri, object, path }: FieldName, context: FeatureContext): Promise<RelabelListResult | null> {
  const service = await context.service;
  const target = context.targetFor(uri);
  const file = context.files.workspace.file(uri);
  const source = file === undefined ? undefined : objectNamed(file, object, context.files.workspace);
  const place = source === undefined ? undefined : relabelListsOf(source.value).find((one) => isSamePath(one.path, path));
  if (source === undefined || place === undefined) return null;
  const { problems, configs } = await service.relabelList(Source.of(source.value).at(...place.path).value, target);
  return {
    title: `${place.path.slice(1).join('.')} of ${instanceName(source.value)}`,
    subject: place.subject,
    // A list of the wrong shape is shown as it is written: its faults say why nothing comes of it.
    configs,
    problems: problems.filter(({ severity }) => severity === 'error').map((problem) => ({ step: typeof problem.path[0] === 'number' ? problem.path[0] : null, message: problem.message })),
    nameScheme: nameSchemeOf(target.prometheusVersion ?? operatorRelease(target.operatorVersion).prometheus),
    sample: sampleLabels(source.value, place),
  };
}

/** The list at a position: the innermost one around it, else the first of the object. */
export function relabelListAt({ uri, position }: PositionParams, { files }: FeatureContext): FieldName | null {
  const file = files.workspace.file(uri);
  const source = file === undefined ? undefined : objectAt(file, position);
  if (source === undefined) return null;
  const places = new Places(files.workspace, [source]);
  const lists = relabelListsOf(source.value);
  const above = lists.filter(({ path }) => places.in(source, path).range.start.line <= position.line);
  const found = above.at(-1) ?? lists[0];
  return found === undefined ? null : fieldOf(source, found.path);
}

/** The name by which a panel finds a field again. */
export function fieldOf(source: SourceObject, path: FieldName['path']): FieldName {
  return { uri: source.file.uri, object: nameOf(source.value), path };
}

function isSamePath(a: FieldName['path'], b: FieldName['path']): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}
