import DOMPurify from 'dompurify';
import { marked } from 'marked';

/** Characters of a text panel that are shown. */
const longest = 200_000;

const allowedTags = ['a', 'b', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'li', 'ol', 'p', 'pre', 's', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul', 'span', 'div'];

/** A text panel's content as elements: markdown or HTML, of which only harmless elements and web links are left. */
export function textElements(content: string, mode: string): DocumentFragment {
  const text = content.slice(0, longest);
  if (mode === 'code') {
    const fragment = document.createDocumentFragment();
    const pre = document.createElement('pre');
    pre.textContent = text;
    fragment.append(pre);
    return fragment;
  }
  const html = mode === 'html' ? text : marked.parse(text, { async: false, gfm: true });
  const fragment = DOMPurify.sanitize(html, { ALLOWED_TAGS: allowedTags, ALLOWED_ATTR: ['href', 'title'], ALLOWED_URI_REGEXP: /^https?:\/\//i, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true });
  if (content.length > longest) fragment.append(`… ${String(content.length - longest)} more characters are not shown.`);
  return fragment;
}
