/** Escaping for HTML, JavaScript and URLs, on byte strings, as text/template and net/url do it. */

import { decodeRune, isPrintable } from './utf8.ts';

const htmlEscapes: Readonly<Record<string, string>> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\xef\xbf\xbd' };

/** template.HTMLEscapeString. */
export function escapeHtml(bytes: string): string {
  return bytes.replace(/["'&<>\0]/g, (character) => htmlEscapes[character] ?? character);
}

/** template.JSEscapeString. */
export function escapeJavaScript(bytes: string): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const { code, size } = decodeRune(bytes, i);
    const character = bytes.slice(i, i + size);
    if ('\\\'"'.includes(character)) text += `\\${character}`;
    else if ('<>&='.includes(character) || code < 0x20) text += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    else if (code < 0x80 || isPrintable(code)) text += character;
    else text += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    i += size;
  }
  return text;
}

/** url.QueryEscape. */
export function escapeQuery(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9_.~-]/g, (byte) => (byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`));
}
