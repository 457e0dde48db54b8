import { cursorIn } from '../completion/cursor.ts';
import { readDuration } from '../duration.ts';
import { fieldHelp } from '../hover/fieldHelp.ts';
import type { Hover } from '../hover/hoverExpression.ts';
import { durationInWords } from '../hover/inWords.ts';
import { code, plain } from '../hover/markdown.ts';
import type { Schema } from '../schemas/types.ts';
import type { EmbeddedText } from './embeddedText.ts';
import { fieldHelpOf } from './fields.ts';

/** What a key of an embedded configuration is for, or how long a duration is; the span is the file's. */
export function hoverEmbedded(content: EmbeddedText, offset: number, schema: Schema): Hover | undefined {
  const cursor = cursorIn(content.inner, offset);
  if (cursor === undefined) return undefined;
  if (cursor.kind === 'scalar') {
    const field = cursor.path.findLast((step) => typeof step === 'string') ?? '';
    const duration = /(?:interval|wait|timeout)$/.test(String(field)) ? readDuration(cursor.text) : undefined;
    if (duration === undefined || 'error' in duration) return undefined;
    return { span: content.spanOf(cursor.source({ start: 0, end: cursor.text.length })), markdown: plain(durationInWords(duration.milliseconds / 1000)) };
  }
  const name = content.inner.text.slice(cursor.span.start, cursor.span.end).trim().replace(/^(["'])(.*)\1$/, '$2');
  const field = cursor.hasColon ? fieldHelpOf(content.kind, [...cursor.path, name], schema) : undefined;
  return field === undefined ? undefined : { span: content.spanOf(cursor.span), markdown: `${code(name)}: ${fieldHelp(field)}` };
}
