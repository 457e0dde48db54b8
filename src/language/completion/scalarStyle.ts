import type { ScalarStyle } from '../yaml/node.ts';
import type { Offer } from './offer.ts';

/**
 * An offer for the inside of a scalar as that scalar must write it; undefined where it cannot hold it.
 * @param atStart nothing stands before the offer in the scalar
 */
export function inStyle(offer: Offer, style: ScalarStyle, atStart: boolean): Offer | undefined {
  switch (style) {
    case 'double':
      return written(offer, (text) => text.replace(/[\\"]/g, '\\$&'), (snippet) => snippet.replace(/\\([\\$}])|"/g, (match, escaped: string | undefined) => (escaped === undefined ? '\\\\"' : escaped === '\\' ? '\\\\\\\\' : match)));
    case 'single': {
      const doubled = (text: string): string => text.replaceAll("'", "''");
      return written(offer, doubled, doubled);
    }
    case 'plain':
      // What begins so would be a flow collection, a quote, a comment or an alias.
      return atStart && /^[{}[\],&*#?|<>=!%@`"'-]/.test(offer.text) ? undefined : offer;
    default:
      return offer;
  }
}

function written({ text, snippet, ...rest }: Offer, asText: (text: string) => string, asSnippet: (snippet: string) => string): Offer {
  return { ...rest, text: asText(text), ...(snippet === undefined ? {} : { snippet: asSnippet(snippet) }) };
}
