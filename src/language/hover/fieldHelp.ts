import type { FieldSuggestion } from '../schemas/complete.ts';
import { code, plain } from './markdown.ts';

/** The markdown that explains a field: its type, default and values, then the CRD's own words. */
export function fieldHelp({ type, required, values, default: standard, description }: FieldSuggestion): string {
  const facts = [
    `${type}${required ? ', required' : ''}`,
    ...(standard === undefined ? [] : [`default ${code(JSON.stringify(standard) ?? '')}`]),
    ...(values === undefined || values.length < 2 || values.length > 12 ? [] : [`one of ${values.map((value) => code(String(value))).join(' ')}`]),
  ].join(' · ');
  return description === undefined ? facts : `${facts}\n\n${paragraphs(description)}`;
}

/** A description's paragraphs; what it says is shown as it is written. */
function paragraphs(description: string): string {
  return description.split(/\n\s*\n/).map((part) => plain(part.replace(/\s*\n\s*/g, ' ').trim())).join('\n\n');
}
