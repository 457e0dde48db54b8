import type { Path, Span } from './finding.ts';
import { isRecord } from './json.ts';
import type { SourceFile, SourceObject } from './workspace/sourceFile.ts';

/** An entry of a file's outline. */
export interface OutlineItem {
  readonly kind: 'object' | 'group' | 'alert' | 'record' | 'item';
  readonly name: string;
  readonly detail: string;
  /** All of it, and inside it the place of its name. */
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineItem[];
}

/** The objects of a file and what they are made of: groups with alerts and records, endpoints, receivers. */
export function outlineOf(file: SourceFile): OutlineItem[] {
  return file.objects.map((source) => ({
    kind: 'object',
    name: source.reference.name,
    detail: source.reference.kind,
    ...spans(source, [], ['metadata', 'name']),
    children: childrenOf(source),
  }));
}

function childrenOf(source: SourceObject): OutlineItem[] {
  const spec = isRecord(source.value.spec) ? source.value.spec : {};
  if (source.value.kind === 'PrometheusRule') return groups(source, spec['groups']);
  for (const field of ['endpoints', 'podMetricsEndpoints', 'receivers']) {
    const list = spec[field];
    if (Array.isArray(list)) return list.filter(isRecord).map((item, index) => namedItem(source, ['spec', field, index], item));
  }
  return [];
}

function groups(source: SourceObject, value: unknown): OutlineItem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((group: unknown, index): OutlineItem[] => {
    if (!isRecord(group)) return [];
    const path: Path = ['spec', 'groups', index];
    const rules = Array.isArray(group['rules']) ? (group['rules'] as unknown[]) : [];
    return [{
      kind: 'group',
      name: text(group['name']),
      detail: typeof group['interval'] === 'string' ? `every ${group['interval']}` : '',
      ...spans(source, path, [...path, 'name']),
      children: rules.flatMap((rule, ruleIndex): OutlineItem[] => {
        if (!isRecord(rule)) return [];
        const kind = typeof rule['record'] === 'string' ? 'record' : 'alert';
        const rulePath = [...path, 'rules', ruleIndex];
        return [{ kind, name: text(rule[kind]), detail: '', ...spans(source, rulePath, [...rulePath, kind]), children: [] }];
      }),
    }];
  });
}

function namedItem(source: SourceObject, path: Path, item: Record<string, unknown>): OutlineItem {
  const field = ['name', 'port', 'targetPort', 'portNumber'].find((name) => item[name] !== undefined && item[name] !== null) ?? 'name';
  return { kind: 'item', name: text(item[field]), detail: '', ...spans(source, path, [...path, field]), children: [] };
}

/** The whole of a value, and its name's place (kept inside it, as the protocol demands). */
function spans({ document, path }: SourceObject, value: Path, name: Path): { span: Span; nameSpan: Span } {
  const nameSpan = document.locate([...path, ...name]);
  const placed = document.nodeAt([...path, ...value]);
  const span = placed === undefined ? nameSpan : { start: placed.node.start + placed.base, end: placed.node.end + placed.base };
  return nameSpan.start >= span.start && nameSpan.end <= span.end ? { span, nameSpan } : { span, nameSpan: { start: span.start, end: span.start } };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
