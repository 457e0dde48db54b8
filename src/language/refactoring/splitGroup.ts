import { isRecord } from '../json.ts';
import type { SourceRule } from '../navigation/rules.ts';
import { rulesOf } from '../navigation/rules.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import { readsAs, withList } from '../workspace/verifiedEdits.ts';
import { scalarText } from '../yaml/edits.ts';
import type { Refactoring } from './refactoring.ts';
import { itemPlace, rulePlace } from './ruleItem.ts';

/** Offers to begin a new group with the rule at an offset; it gets the fields of the group before. */
export function splitGroup(file: SourceFile, offset: number): Refactoring | undefined {
  const rule = rulesOf(file).findLast(({ source: { document }, path }) => {
    const placed = document.nodeAt(path);
    return placed !== undefined && placed.node.start + placed.base <= offset && offset <= placed.node.end + placed.base;
  });
  const index = Number(rule?.path.at(-1) ?? 0);
  return rule === undefined || index === 0 ? undefined : splitBefore(file, rule, index);
}

function splitBefore(file: SourceFile, rule: SourceRule, index: number): Refactoring | undefined {
  const { source: { document }, group, groupPath } = rule;
  const { name, rules } = group;
  const placed = document.nodeAt(groupPath);
  const at = rulePlace(rule);
  const dash = itemPlace(file.text, document, groupPath);
  if (typeof name !== 'string' || !Array.isArray(rules) || placed?.node.kind !== 'map' || placed.node.flow || at === undefined || dash === undefined) return undefined;
  // Fields behind the rules would go to the new group instead of being in both.
  if (placed.node.entries.at(-1)?.name !== 'rules') return undefined;
  const newName = freeName(rule, name);
  const { base } = placed;
  const keyColumn = (placed.node.entries[0]?.key.start ?? 0) + base - (file.text.lastIndexOf('\n', (placed.node.entries[0]?.key.start ?? 0) + base - 1) + 1);
  const fields = placed.node.entries.map(({ key, name: field, value }) => {
    if (field === 'rules') return 'rules:';
    if (field === 'name') return `name: ${scalarText(newName)}`;
    return file.text.slice(key.start + base, value === undefined ? key.end + base + 1 : value.end + base).trimEnd();
  });
  const lineBreak = file.text.includes('\r\n') ? '\r\n' : '\n';
  const margin = ' '.repeat(keyColumn);
  const head = `${' '.repeat(dash.column)}-${' '.repeat(Math.max(1, keyColumn - dash.column - 1))}`;
  const newText = `${head}${fields.join(`${lineBreak}${margin}`)}${lineBreak}`;
  const edits = [{ span: { start: at.offset, end: at.offset }, newText }];
  const expected = withList(file.documents.map((one) => one.toJS()), file.documents.indexOf(document), groupPath.slice(0, -1), (groups) =>
    groups.flatMap((one, groupIndex) => (groupIndex === groupPath.at(-1) ? [{ ...group, rules: rules.slice(0, index) }, { ...group, name: newName, rules: rules.slice(index) }] : [one])),
  );
  return readsAs(file, edits, expected) ? { kind: 'rewrite', title: `Split the group here (new group ${newName})`, edits: new Map([[file.uri, edits]]) } : undefined;
}

function freeName({ source: { value } }: SourceRule, name: string): string {
  const groups = isRecord(value.spec) && Array.isArray(value.spec['groups']) ? value.spec['groups'] : [];
  const taken = new Set<unknown>(groups.filter(isRecord).map((group) => group['name']));
  let count = 2;
  while (taken.has(`${name}-${String(count)}`)) count++;
  return `${name}-${String(count)}`;
}
