import { commands as vscodeCommands, Selection, TextEditorRevealType, Uri, window } from 'vscode';
import type { Rule } from '../../model/entities.ts';
import { valueAt } from '../../model/liveObject.ts';
import { type FieldName, type Place, placeRequest } from '../../server/protocol.ts';
import type { ClusterConnection } from '../clusters/connection.ts';
import type { LanguageServer } from '../languageServer.ts';
import { commands } from '../names.ts';
import { showPlace } from '../showPlace.ts';

/** Shows the rule behind an alert: in its file of the workspace, else in the live object, else what its server says of it. */
export async function openRule(rule: Rule, cluster: ClusterConnection, server: LanguageServer): Promise<void> {
  const { model } = cluster.monitoring ?? {};
  const group = model?.get(rule.group);
  if (model === undefined || group?.node !== 'group') return;
  const declared = group.object === undefined ? undefined : model.declared(group.object);
  const path = declared === undefined ? undefined : pathOf(declared.object, group.name, rule);
  if (declared !== undefined) {
    const { kind, metadata } = declared.object;
    const field: FieldName = { uri: declared.uri, object: { kind, name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }) }, path: path ?? ['spec', 'groups'] };
    const place = await server.request<Place | null>(placeRequest, field);
    if (place !== undefined && place !== null) {
      await showPlace(place);
      return;
    }
    await window.showTextDocument(Uri.parse(declared.uri));
    selectAlert(rule.name);
    return;
  }
  const element = { row: 'node', id: '', cluster, key: group.object === undefined ? rule.key : group.key };
  await vscodeCommands.executeCommand(group.object === undefined ? commands.showDetails : commands.showLiveObject, element);
  if (group.object !== undefined) selectAlert(rule.name);
}

/** Where a rule stands in an object: its group by name, the rule by its place, or by its name where the file has others before it. */
function pathOf(object: unknown, groupName: string, { name, index }: Rule): (string | number)[] | undefined {
  const groups = valueAt(object, 'spec', 'groups');
  const at = Array.isArray(groups) ? groups.findIndex((group) => valueAt(group, 'name') === groupName) : -1;
  const rules = Array.isArray(groups) && at >= 0 ? valueAt(groups[at], 'rules') : undefined;
  if (!Array.isArray(rules)) return undefined;
  const found = valueAt(rules[index], 'alert') === name ? index : rules.findIndex((rule) => valueAt(rule, 'alert') === name);
  return found < 0 ? undefined : ['spec', 'groups', at, 'rules', found, 'alert'];
}

function selectAlert(name: string): void {
  const editor = window.activeTextEditor;
  const text = editor?.document.getText() ?? '';
  const at = [`alert: ${name}`, `alert: "${name}"`].map((one) => text.indexOf(one)).find((one) => one >= 0);
  if (editor === undefined || at === undefined) return;
  const position = editor.document.positionAt(at);
  editor.selection = new Selection(position, position);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenter);
}
