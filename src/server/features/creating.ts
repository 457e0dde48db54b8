import { type CodeAction, CodeActionKind, type Connection, type WorkspaceEdit } from 'vscode-languageserver';
import { routingKinds } from '../../language/chain/alertJourney.ts';
import { alertAt } from '../../language/creating/alertRoute.ts';
import { type Creation, type CreationEdits, creationEdits } from '../../language/creating/creation.ts';
import { creationsAt, creationSources, creationsFor, sourceAt } from '../../language/creating/creations.ts';
import type { Span } from '../../language/finding.ts';
import { instanceName } from '../../language/kinds/shared/instances.ts';
import { LineIndex } from '../../language/lineIndex.ts';
import type { SourceFile, SourceObject } from '../../language/workspace/sourceFile.ts';
import { applyEdits } from '../../language/workspace/verifiedEdits.ts';
import type { Workspace } from '../../language/workspace/workspace.ts';
import { toRange } from '../convert.ts';
import { createAlertRouteCommand, type CreateParams, createRequest, type CreationOffer, type CreationsParams, creationsRequest, type Place, type PositionParams } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';

/** The kind of the actions that create something. */
export const creatingKind = `${CodeActionKind.Refactor}.create`;

/** What can be created at a place; only when its kind is asked for. Routes are worked out when one is wanted: they are tried out first. */
export function creatingActions(workspace: Workspace, file: SourceFile, selection: Span, only: readonly string[] | undefined): CodeAction[] {
  if (only !== undefined && !only.some((asked) => asked === '' || creatingKind === asked || creatingKind.startsWith(`${asked}.`))) return [];
  const source = sourceAt(file, selection.start);
  if (source === undefined) return [];
  if (source.value.kind === 'PrometheusRule' && alertAt(source, selection.start) !== undefined) {
    const title = 'Add route for this alert…';
    const params: CreationsParams = { kind: 'route', at: { uri: file.uri, position: new LineIndex(file.text).position(selection.start) } };
    return [{ title, kind: creatingKind, command: { title, command: createAlertRouteCommand, arguments: [params] } }];
  }
  return creationsFor(source, workspace).flatMap((creation) => (['file', 'newFile'] as const).flatMap((place) => {
    const made = creationEdits(creation, place, workspace);
    const title = place === 'file' ? creation.title : `${creation.title} in a new file`;
    return made === undefined ? [] : [{ title, kind: creatingKind, edit: toEdit(made, workspace) }];
  }));
}

/** Answers the commands that create something. */
export function registerCreating(connection: Connection, context: FeatureContext): void {
  const { workspace } = context.files;
  const at = async ({ uri, position }: PositionParams): Promise<Creation[]> => {
    const file = workspace.file(uri);
    if (file === undefined) return [];
    const surroundings = await (await context.service).surroundings(workspace, context.targetFor(uri), routingKinds);
    return creationsAt(file, new LineIndex(file.text).offset(position), workspace, surroundings);
  };
  connection.onRequest(creationsRequest, async ({ kind, at: place }: CreationsParams): Promise<CreationOffer[]> => {
    const here = place === undefined ? [] : (await at(place)).map((creation) => toOffer(creation, place));
    const found = here.filter((offer) => offer.kind === kind);
    if (found.length > 0 || kind === 'route') return found;
    const sources = creationSources.flatMap((name) => workspace.sources(name));
    return sources.flatMap((source) => creationsFor(source, workspace).filter((creation) => creation.kind === kind).map((creation) => toOffer(creation, startOf(source))));
  });
  connection.onRequest(createRequest, async ({ offer, place }: CreateParams): Promise<Place | null> => {
    const creation = (await at(offer.at)).find(({ title }) => title === offer.title);
    const made = creation === undefined ? undefined : creationEdits(creation, place, workspace);
    if (made === undefined) return null;
    const { applied } = await connection.workspace.applyEdit({ label: offer.title, edit: toEdit(made, workspace) });
    return applied ? revealed(made, workspace) : null;
  });
}

function toOffer(creation: Creation, at: PositionParams): CreationOffer {
  const { kind, title, source, objects } = creation;
  return { kind, title, source: instanceName(source.value), at, hasPlace: objects.length > 0 };
}

function startOf({ file, document, path }: SourceObject): PositionParams {
  return { uri: file.uri, position: new LineIndex(file.text).position(document.locate([...path, 'kind']).start) };
}

function toEdit({ edits, newFile }: CreationEdits, workspace: Workspace): WorkspaceEdit {
  const changed = [...edits].map(([uri, made]) => {
    const lines = new LineIndex(workspace.file(uri)?.text ?? '');
    return { textDocument: { uri, version: null }, edits: made.map(({ span, newText }) => ({ range: toRange(span, lines), newText })) };
  });
  if (newFile === undefined) return { documentChanges: changed };
  const start = { line: 0, character: 0 };
  return { documentChanges: [...changed, { kind: 'create', uri: newFile.uri }, { textDocument: { uri: newFile.uri, version: null }, edits: [{ range: { start, end: start }, newText: newFile.text }] }] };
}

function revealed({ edits, newFile, reveal: { uri, offset } }: CreationEdits, workspace: Workspace): Place {
  const text = newFile?.uri === uri ? newFile.text : applyEdits(workspace.file(uri)?.text ?? '', edits.get(uri) ?? []);
  return { uri, range: toRange({ start: offset, end: offset }, new LineIndex(text)) };
}
