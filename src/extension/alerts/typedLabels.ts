import type { Labels } from '../../model/entities.ts';

/** `a=b, c=d` as labels, or what is wrong with it. */
export function labelsIn(text: string): { readonly labels: Labels; readonly error?: string } {
  const labels: Record<string, string> = {};
  for (const part of text.split(',').map((one) => one.trim()).filter((one) => one !== '')) {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return { labels, error: `“${part}” is no label: write name=value, separated by commas.` };
    labels[name] = value.replace(/^"(.*)"$/, '$1');
  }
  return labels['alertname'] === undefined ? { labels, error: 'An alert needs the label alertname.' } : { labels };
}
