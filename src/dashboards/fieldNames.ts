/** The names under which columns are shown (Grafana 13, packages/grafana-data/src/field/fieldState.ts). */

import { type Field, type Frame, type Labels } from './frame.ts';

/**
 * The name of a column, remembered with it.
 * @param all the tables that are shown together: labels that they have in common are then left out
 */
export function displayName(field: Field, frame?: Frame, all?: readonly Frame[]): string {
  const multipleFrames = all !== undefined && all.length > 1;
  const known = field.state?.displayName;
  if (known !== undefined && known !== '' && multipleFrames === field.state?.multipleFrames) return known;
  const name = nameOf(field, frame, all);
  field.state ??= {};
  field.state.displayName = name;
  field.state.multipleFrames = multipleFrames;
  return name;
}

/** The name of a table: that of its only column of values where it has no own. */
export function frameDisplayName(frame: Frame, index?: number): string {
  if (frame.name !== undefined && frame.name !== '') return frame.name;
  const values = frame.fields.filter(({ type }) => type !== 'time').map((field) => displayName(field, frame));
  if (values.length === 1) return values[0] ?? '';
  if (index === undefined && frame.fields.length > 0) return values.join(', ');
  return frame.refId === undefined ? `Series (${String(index)})` : `Series (${frame.refId})`;
}

/** Labels as Grafana writes them: `{job="a", pod="b"}`. */
export function formatLabels(labels: Labels): string {
  const entries = Object.keys(labels).sort().map((name) => `${name}="${labels[name] ?? ''}"`);
  return entries.length === 0 ? '' : `{${entries.join(', ')}}`;
}

function nameOf(field: Field, frame: Frame | undefined, all: readonly Frame[] | undefined): string {
  if (hasText(field.config.displayName)) return field.config.displayName;
  if (frame !== undefined && hasText(field.config.displayNameFromDS)) return field.config.displayNameFromDS;
  if (field.type === 'time' && field.labels === undefined) return field.name;
  const parts: string[] = [];
  const namesDiffer = all?.some((one, index) => index > 0 && one.name !== all[index - 1]?.name) === true;
  let isDistinct = false;
  if (namesDiffer && hasText(frame?.name)) {
    parts.push(frame.name);
    isDistinct = true;
  }
  if (field.name !== '' && field.name !== 'Value') parts.push(field.name);
  if (field.labels !== undefined && frame !== undefined) {
    const single = onlyLabel(all ?? [frame]);
    const text = single === undefined ? formatLabels(field.labels) : field.labels[single];
    if (hasText(text)) {
      parts.push(text);
      isDistinct = true;
    }
  }
  if (!isDistinct && field.name === 'Value' && hasText(frame?.name)) parts.push(frame.name);
  const name = parts.length > 0 ? parts.join(' ') : field.name === '' ? 'Value' : field.name;
  return name === field.name ? uniqueName(field, frame) : name;
}

/** With a number behind it where columns of a table are named alike. */
function uniqueName(field: Field, frame: Frame | undefined): string {
  const alike = frame?.fields.filter(({ name }) => name === field.name) ?? [];
  const index = alike.indexOf(field);
  return index < 0 ? (alike.length > 0 ? `${field.name} ${String(alike.length)}` : field.name) : alike.length > 1 ? `${field.name} ${String(index + 1)}` : field.name;
}

/** The label that every labelled column has, and no other. */
function onlyLabel(frames: readonly Frame[]): string | undefined {
  let only: string | undefined;
  for (const { fields } of frames) {
    for (const { labels } of fields) {
      for (const name in labels) {
        if (only !== undefined && only !== name) return undefined;
        only = name;
      }
    }
  }
  return only;
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
