import type { Span } from '../finding.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import type { YamlDocument } from '../yaml/document.ts';

/** Fields by which objects find each other, wherever they stand. */
const linking = /^ports?$|^targetPort$|[sS]elector$/;

/**
 * Whether a document of a template says enough of its object for others to be told of it: no line of a template's own stands
 * inside, and no template writes its name, its labels, a selector or a port. An image or an interval may be templated.
 */
export function isSettled(text: string, document: YamlDocument, masked: readonly Span[]): boolean {
  const { root } = document;
  if (root === undefined) return false;
  const start = root.base + root.node.start;
  return masked.every((span) => {
    if (span.end <= start || span.start >= document.end) return true;
    if (isAlone(text, span)) return span.start >= root.base + root.node.end && /^\{\{-?\s*end\s*-?\}\}$/.test(text.slice(span.start, span.end));
    const { path } = document.pathAt(span.start);
    return !(path.includes('metadata') && !path.includes('annotations')) && !path.some((step) => typeof step === 'string' && linking.test(step));
  });
}

/** Whether nothing else stands on the lines of a span. */
function isAlone(text: string, { start, end }: Span): boolean {
  const lineEnd = text.indexOf('\n', end);
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '' && text.slice(end, lineEnd < 0 ? text.length : lineEnd).trim() === '';
}

/** An object that a template leaves open is no evidence of anything, but for the names that its rules record. */
export function isEvidence({ unsettled, value }: { readonly unsettled?: true; readonly value: KubernetesObject }): boolean {
  return unsettled !== true || value.kind === 'PrometheusRule';
}
