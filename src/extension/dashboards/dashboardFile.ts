import { type CarriedDashboard, readCarrier } from '../../dashboards/model/carriers.ts';

/** Characters of a file that are read. */
const longestFile = 20_000_000;

/** The dashboards of a file as it stands, or why there are none. */
export interface DashboardFile {
  readonly carried: readonly CarriedDashboard[];
  readonly fault: string | undefined;
  /** Where a part of a dashboard begins: an offset in the text. */
  placeOf(dashboard: number, path: readonly (string | number)[]): number | undefined;
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
      return { carried, fault: carried.length === 0 ? notOne : undefined, placeOf: (index, path) => (carried[index]?.embedded === true ? jsonOffset(text, carried[index].at) : jsonOffset(text, [...carried[index]?.at ?? [], ...path])) };
    } catch (error) {
      return none(`The file is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { isScalar, parseAllDocuments } = await import('yaml');
  const parsed = parseAllDocuments(text, { logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? parsed : [];
  const broken = documents.flatMap(({ errors }) => errors)[0];
  const found = documents.flatMap((document) => (document.errors.length > 0 ? [] : readCarrier(document.toJS({ maxAliasCount: 1000 })).map((one) => ({ document, one }))));
  const placeOf: DashboardFile['placeOf'] = (index, path) => {
    const here = found[index];
    if (here === undefined) return undefined;
    const { document, one: { at, embedded } } = here;
    if (embedded) {
      const node = document.getIn(at, true);
      if (!isScalar(node) || typeof node.value !== 'string' || node.range === null || node.range === undefined) return undefined;
      const offset = jsonOffset(node.value, path);
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

/** Where a part of JSON begins. */
export function jsonOffset(text: string, path: readonly (string | number)[]): number | undefined {
  let at = skipBlank(text, 0);
  for (const step of path) {
    const open = text.charAt(at);
    if (open !== '{' && open !== '[') return undefined;
    at = skipBlank(text, at + 1);
    let index = 0;
    for (;;) {
      if (at >= text.length || text.charAt(at) === '}' || text.charAt(at) === ']') return undefined;
      if (open === '{') {
        const end = valueEnd(text, at);
        const key: unknown = JSON.parse(text.slice(at, end));
        // Behind the colon.
        at = skipBlank(text, skipBlank(text, end) + 1);
        if (key === step) break;
      } else if (index === step) {
        break;
      }
      at = skipBlank(text, valueEnd(text, at));
      if (text.charAt(at) === ',') at = skipBlank(text, at + 1);
      index++;
    }
  }
  return at;
}

const blank = /[^\s]/g;

function skipBlank(text: string, from: number): number {
  blank.lastIndex = from;
  return blank.exec(text)?.index ?? text.length;
}

/** The end of the value that begins there. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      at++;
      while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
      if (depth === 0) return at + 1;
    } else if (character === '{' || character === '[') {
      depth++;
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth < 0) return at;
      if (depth === 0) return at + 1;
    } else if (character === ',' && depth === 0) {
      return at;
    }
  }
  return text.length;
}
