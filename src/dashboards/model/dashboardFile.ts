/** A file with dashboards, as JSON or YAML: what is in it, and where its parts stand. */

import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { type CarriedDashboard, readCarrier } from './carriers.ts';
import type { JsonPath } from './dashboard.ts';

/** Characters of a file that are read. */
const longestFile = 20_000_000;

/** The dashboards of a file as it stands, or why there are none. */
export interface DashboardFile {
  readonly carried: readonly CarriedDashboard[];
  readonly fault: string | undefined;
  /** Where a part of a dashboard begins: an offset in the text. */
  placeOf(dashboard: number, path: JsonPath): number | undefined;
}

/** Whether a text may hold a dashboard: cheap, for the editor's title bar. */
export function mayHoldDashboard(text: string): boolean {
  return /"(?:panels|rows|elements)"\s*:\s*[[{]/.test(text) || /dashboard\.grafana\.app\/|kind:\s*GrafanaDashboard/.test(text);
}

/** Reads JSON, or the documents of YAML. */
export async function readDashboardFile(text: string): Promise<DashboardFile> {
  const none = (fault: string): DashboardFile => ({ carried: [], fault, placeOf: () => undefined });
  if (text.length > longestFile) return none(`The file has ${(text.length / 1e6).toFixed(0)} MB; files of up to ${String(longestFile / 1e6)} MB are read.`);
  if (text.trimStart().startsWith('{')) {
    try {
      const carried = readCarrier(JSON.parse(text));
      const offset = jsonOffsets(text);
      return { carried, fault: carried.length === 0 ? notOne : undefined, placeOf: (index, path) => (carried[index] === undefined ? undefined : offset([...carried[index].at, ...carried[index].embedded ? [] : path])) };
    } catch (error) {
      return none(`The file is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { isScalar, parseAllDocuments } = await import('yaml');
  const parsed = parseAllDocuments(text, { logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? parsed : [];
  const broken = documents.flatMap(({ errors }) => errors)[0];
  const found = documents.flatMap((document) => (document.errors.length > 0 ? [] : readCarrier(document.toJS({ maxAliasCount: 1000 })).map((one) => ({ document, one }))));
  const offsets = found.map(({ document, one: { at, embedded } }) => {
    const value: unknown = embedded ? document.getIn(at) : undefined;
    return typeof value === 'string' ? jsonOffsets(value) : undefined;
  });
  const placeOf: DashboardFile['placeOf'] = (index, path) => {
    const here = found[index];
    if (here === undefined) return undefined;
    const { document, one: { at, embedded } } = here;
    if (embedded) {
      const node = document.getIn(at, true);
      if (!isScalar(node) || typeof node.value !== 'string' || node.range === null || node.range === undefined) return undefined;
      const offset = offsets[index]?.(path);
      // In a block of text each line is a line of the file; other texts are shown from their beginning.
      return node.type === 'BLOCK_LITERAL' && offset !== undefined ? lineStart(text, node.range[0], node.value.slice(0, offset).split('\n').length) : node.range[0];
    }
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn([...at, ...path.slice(0, length)], true) as { range?: readonly number[] | null } | undefined;
      if (node?.range !== null && node?.range !== undefined) return node.range[0];
    }
    return undefined;
  };
  return { carried: found.map(({ one }) => one), fault: found.length > 0 ? undefined : broken === undefined ? notOne : `The file is no YAML: ${broken.message.split('\n', 1)[0] ?? ''}`, placeOf };
}

const notOne = 'There is no dashboard in this file: no panels, rows or elements, and no ConfigMap or resource that carries some.';

/** The first character of the n-th line below an offset that is not blank. */
function lineStart(text: string, offset: number, lines: number): number {
  let at = offset;
  for (let count = 0; count < lines; count++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return at;
    at = next + 1;
  }
  return skipBlank(text, at);
}

/** Where parts of a JSON text begin. It is parsed when the first is asked for. */
function jsonOffsets(text: string): (path: JsonPath) => number | undefined {
  let root: Node | undefined;
  return (path) => {
    root ??= parseTree(text);
    return root === undefined ? undefined : findNodeAtLocation(root, [...path])?.offset;
  };
}

/** The first character from there on that is not blank. */
function skipBlank(text: string, from: number): number {
  const blank = /\S/g;
  blank.lastIndex = from;
  return blank.exec(text)?.index ?? text.length;
}
