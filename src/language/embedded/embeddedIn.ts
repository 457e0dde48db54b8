import type { Path } from '../finding.ts';
import { decodeBase64 } from '../generate/assets.ts';
import { Source } from '../generate/source.ts';
import { isRecord } from '../json.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { SourceFile, SourceObject } from '../workspace/sourceFile.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { type Embedded, type EmbeddedKind, EmbeddedText } from './embeddedText.ts';
import { stackValues } from './helmValues.ts';

/** The configurations that a file holds inside of its Secrets, ConfigMaps or a chart's values; none in a template. */
export function embeddedIn(file: SourceFile, lookup: ObjectLookup): Embedded[] {
  if (file.masked.length > 0) return [];
  return [
    ...file.written.filter(({ value }) => value.apiVersion === 'v1' && (value.kind === 'Secret' || value.kind === 'ConfigMap')).flatMap((source) => inObject(source, lookup)),
    ...file.documents.flatMap((document) => inValues(file, document)),
  ];
}

/** The configuration at an offset of a file, with the offset in it. */
export function embeddedAt(file: SourceFile, offset: number, lookup: ObjectLookup): { readonly embedded: Embedded; readonly offset: number } | undefined {
  for (const embedded of embeddedIn(file, lookup)) {
    const inner = embedded.content.offsetOf(offset);
    if (inner !== undefined) return { embedded, offset: inner };
  }
  return undefined;
}

function inObject(source: SourceObject, lookup: ObjectLookup): Embedded[] {
  const { value, file, document, path } = source;
  const kinds = keysOf(value, lookup);
  const found: Embedded[] = [];
  for (const field of value.kind === 'Secret' ? ['stringData', 'data'] as const : ['data'] as const) {
    const texts = value[field];
    if (!isRecord(texts)) continue;
    for (const [key, text] of Object.entries(texts)) {
      const kind = kinds.get(key);
      const placed = document.nodeAt([...path, field, key]);
      if (kind === undefined || typeof text !== 'string' || placed?.node.kind !== 'scalar') continue;
      const encoded = value.kind === 'Secret' && field === 'data';
      const decoded = encoded ? decodeBase64(text) : undefined;
      if (encoded && decoded === undefined) continue;
      const content = decoded === undefined ? EmbeddedText.scalar(kind, file, document, placed) : EmbeddedText.opaque(kind, decoded, document.locate([...path, field, key]));
      if (content !== undefined) found.push({ content, source });
    }
  }
  return found;
}

/** What the keys of a Secret or ConfigMap hold: those that servers name, and the name that Alertmanager's configuration always has. */
function keysOf(object: KubernetesObject, lookup: ObjectLookup): Map<string, EmbeddedKind> {
  const kinds = new Map<string, EmbeddedKind>([['alertmanager.yaml', 'alertmanager'], ['alertmanager.yml', 'alertmanager']]);
  if (object.kind !== 'Secret') return kinds;
  for (const [kind, fields] of Object.entries(references)) {
    for (const server of lookup.list(kind)) {
      if ((server.metadata.namespace ?? defaultNamespace) !== (object.metadata.namespace ?? defaultNamespace)) continue;
      for (const [field, content] of Object.entries(fields)) {
        const selector = Source.of(server).at('spec', field);
        if (selector.at('name').text === object.metadata.name && selector.at('key').text !== '') kinds.set(selector.at('key').text, content);
      }
    }
  }
  return kinds;
}

const scraping: Readonly<Record<string, EmbeddedKind>> = { additionalScrapeConfigs: 'scrapeConfigs' };
const alerting: Readonly<Record<string, EmbeddedKind>> = { additionalAlertRelabelConfigs: 'relabelConfigs', additionalAlertManagerConfigs: 'alertmanagers' };

/** The fields of servers that select a key of a Secret in their namespace. */
const references: Readonly<Record<string, Readonly<Record<string, EmbeddedKind>>>> = {
  Prometheus: { ...scraping, ...alerting },
  PrometheusAgent: scraping,
  ThanosRuler: { alertRelabelConfigs: 'relabelConfigs' },
};

/** The values of kube-prometheus-stack that the chart puts into Secrets as they are. */
const configurationValues: readonly { readonly at: Path; readonly kind: EmbeddedKind }[] = [
  { at: ['alertmanager', 'config'], kind: 'alertmanager' },
  ...Object.entries({ ...scraping, ...alerting }).map(([field, kind]) => ({ at: ['prometheus', 'prometheusSpec', field], kind })),
];

function inValues(file: SourceFile, document: YamlDocument): Embedded[] {
  const root = stackValues(document);
  if (root === undefined) return [];
  return configurationValues.flatMap(({ at, kind }): Embedded[] => {
    const placed = document.nodeAt([...root, ...at]);
    if (placed === undefined || placed.node.kind === 'scalar' || placed.node.flow) return [];
    const first = placed.node.kind === 'map' ? placed.node.entries[0]?.key.start : placed.node.items.length === 0 ? undefined : placed.node.start;
    if (first === undefined) return [];
    const start = file.text.lastIndexOf('\n', first + placed.base - 1) + 1;
    const lines = file.text.slice(start, placed.node.end + placed.base);
    // An anchor may stand anywhere in the file, and the chart fills in templates.
    if (/(?:^|[\s[{,])\*\w/m.test(lines) || lines.includes('{{')) return [];
    return [{ content: EmbeddedText.lines(kind, file.text, { start, end: placed.node.end + placed.base }, first + placed.base - start), source: undefined }];
  });
}
