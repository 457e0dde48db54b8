/** The text formats in which metrics are exposed: Prometheus' text format 0.0.4 and OpenMetrics 1.0. */

import type { Labels } from '../model/entities.ts';

/** A line of a metric. */
export interface ExposedSample {
  /** With a suffix such as `_bucket`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since 1970; undefined where none is written. */
  readonly timestamp: number | undefined;
}

/** A metric with all of its series. */
export interface MetricFamily {
  readonly name: string;
  /** As written; `untyped` where nothing is. */
  readonly type: string;
  readonly help: string | undefined;
  /** Of OpenMetrics. */
  readonly unit: string | undefined;
  readonly samples: readonly ExposedSample[];
}

/** A line that cannot be read: Prometheus throws the whole scrape away then. */
export interface ExpositionFault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** An exposition. */
export interface Exposition {
  readonly format: 'text' | 'openmetrics';
  readonly families: readonly MetricFamily[];
  readonly faults: readonly ExpositionFault[];
  /** Series of all families. */
  readonly series: number;
}

interface OpenFamily {
  readonly name: string;
  type: string | undefined;
  help: string | undefined;
  unit: string | undefined;
  readonly samples: ExposedSample[];
}

/**
 * Reads an exposition. What cannot be read is told and left out; nothing is thrown.
 * @param contentType of the answer; without one the text itself tells: OpenMetrics ends with `# EOF`
 */
export function parseExposition(text: string, contentType?: string): Exposition {
  const isOpenMetrics = contentType?.includes('openmetrics') ?? /(?:^|\n)# EOF\r?\n?$/.test(text);
  const families = new Map<string, OpenFamily>();
  const faults: ExpositionFault[] = [];
  let series = 0;
  let number = 0;
  for (const raw of linesOf(text)) {
    number++;
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') {
      if (isOpenMetrics) faults.push({ line: number, message: 'OpenMetrics has no empty lines.' });
      continue;
    }
    const fault = line.startsWith('#') ? readComment(line, families, isOpenMetrics) : readSample(line, families, isOpenMetrics);
    if (fault !== undefined) faults.push({ line: number, message: fault });
    else if (!line.startsWith('#')) series++;
  }
  if (isOpenMetrics && !/(?:^|\n)# EOF\n?$/.test(text)) faults.push({ line: number, message: 'OpenMetrics has to end with "# EOF": without it Prometheus takes the text for cut off.' });
  return {
    format: isOpenMetrics ? 'openmetrics' : 'text', faults, series,
    families: [...families.values()].map(({ name, type, help, unit, samples }) => ({ name, type: type ?? (isOpenMetrics ? 'unknown' : 'untyped'), help, unit, samples })),
  };
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
  }
}

const keywords = new Set(['HELP', 'TYPE', 'UNIT']);
const typesOf = {
  text: new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']),
  openmetrics: new Set(['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown']),
};

function readComment(line: string, families: Map<string, OpenFamily>, isOpenMetrics: boolean): string | undefined {
  if (isOpenMetrics && line === '# EOF') return undefined;
  const match = /^#[ \t]+(\w+)[ \t]+("(?:[^"\\]|\\.)*"|\S+)(?:[ \t](.*))?$/.exec(line);
  const keyword = match?.[1] ?? '';
  if (match === null || !keywords.has(keyword) || (keyword === 'UNIT' && !isOpenMetrics)) {
    return isOpenMetrics ? `OpenMetrics has no such comment: ${line.slice(0, 60)}` : undefined;
  }
  const name = unquoted(match[2] ?? '');
  const rest = match[3] ?? '';
  const family = familyOf(name, families);
  if (keyword === 'HELP') {
    if (family.help !== undefined) return `A second HELP line for ${name}.`;
    family.help = unescaped(rest);
  } else if (keyword === 'UNIT') {
    family.unit = rest;
  } else {
    const type = rest.trim();
    if (!(isOpenMetrics ? typesOf.openmetrics : typesOf.text).has(type)) return `"${type}" is no type of a metric.`;
    if (family.type !== undefined) return `A second TYPE line for ${name}.`;
    if (family.samples.length > 0) return `The TYPE line of ${name} has to stand before its samples.`;
    family.type = type;
  }
  return undefined;
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count', '_created'], summary: ['_sum', '_count', '_created'], counter: ['_total', '_created'], info: ['_info'], gaugehistogram: ['_bucket', '_gsum', '_gcount'],
};

function readSample(line: string, families: Map<string, OpenFamily>, isOpenMetrics: boolean): string | undefined {
  const reader = new SampleReader(line);
  const sample = reader.read(isOpenMetrics);
  if (typeof sample === 'string') return sample;
  ownerOf(sample.name, families, isOpenMetrics).samples.push(sample);
  return undefined;
}

/** The family that a sample belongs to: `x_bucket` is one of the histogram `x`. */
function ownerOf(name: string, families: Map<string, OpenFamily>, isOpenMetrics: boolean): OpenFamily {
  const own = families.get(name);
  if (own?.type !== undefined) return own;
  const at = name.lastIndexOf('_');
  const base = at > 0 ? families.get(name.slice(0, at)) : undefined;
  const suffix = name.slice(at);
  if (base?.type !== undefined && (isOpenMetrics || base.type === 'histogram' || base.type === 'summary') && (suffixes[base.type] ?? []).includes(suffix)) return base;
  return familyOf(name, families);
}

function familyOf(name: string, families: Map<string, OpenFamily>): OpenFamily {
  let family = families.get(name);
  if (family === undefined) families.set(name, (family = { name, type: undefined, help: undefined, unit: undefined, samples: [] }));
  return family;
}

/** Reads one line with a sample: `name{label="value"} 1.5 1700000000000`, or `{"name", label="value"} 1` since Prometheus 3. */
class SampleReader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  read(isOpenMetrics: boolean): ExposedSample | string {
    this.#space();
    let name = this.#take(/[A-Za-z_:][A-Za-z0-9_:]*/y);
    this.#space();
    const labels: Record<string, string> = {};
    if (this.#line[this.#at] === '{') {
      const fault = this.#labels(labels, (quoted) => { name = quoted; });
      if (fault !== undefined) return fault;
    }
    if (name === '') return `This begins with no name of a metric: ${this.#line.slice(0, 60)}`;
    this.#space();
    const written = this.#take(/[^\s#]+/y);
    const value = numberOf(written);
    if (value === undefined) return written === '' ? `${name} has no value.` : `"${written}" is no value of a sample.`;
    this.#space();
    const time = this.#take(/[^\s#]+/y);
    const timestamp = time === '' ? undefined : numberOf(time);
    if (time !== '' && (timestamp === undefined || (!isOpenMetrics && !/^[+-]?\d+$/.test(time)))) return `"${time}" is no timestamp.`;
    this.#space();
    // An exemplar is what may stand behind a `#`.
    if (this.#at < this.#line.length && !(isOpenMetrics && this.#line[this.#at] === '#')) return `There is something behind the value: ${this.#line.slice(this.#at, this.#at + 40)}`;
    return { name, labels, value, timestamp: timestamp === undefined ? undefined : isOpenMetrics ? timestamp * 1000 : timestamp };
  }

  #labels(labels: Record<string, string>, onName: (name: string) => void): string | undefined {
    this.#at++;
    for (;;) {
      this.#space();
      if (this.#line[this.#at] === '}') {
        this.#at++;
        return undefined;
      }
      const isQuoted = this.#line[this.#at] === '"';
      const label = isQuoted ? unquoted(this.#take(/"(?:[^"\\]|\\.)*"/y)) : this.#take(/[A-Za-z_][A-Za-z0-9_]*/y);
      if (label === '') return `There is no name of a label at ${JSON.stringify(this.#line.slice(this.#at, this.#at + 20))}.`;
      this.#space();
      if (this.#line[this.#at] === '=') {
        this.#at++;
        this.#space();
        const value = this.#take(/"(?:[^"\\]|\\.)*"/y);
        if (value === '') return `The value of the label ${label} has to stand in double quotes.`;
        if (Object.hasOwn(labels, label)) return `The label ${label} stands twice.`;
        labels[label] = unquoted(value);
      } else if (isQuoted) {
        onName(label);
      } else {
        return `There has to be a "=" behind the label ${label}.`;
      }
      this.#space();
      if (this.#line[this.#at] === ',') this.#at++;
      else if (this.#line[this.#at] !== '}') return `There has to be a "," or "}" behind the label ${label}.`;
    }
  }

  #space(): void {
    while (this.#line[this.#at] === ' ' || this.#line[this.#at] === '\t') this.#at++;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

function numberOf(text: string): number | undefined {
  if (/^\+?inf(?:inity)?$/i.test(text)) return Infinity;
  if (/^-inf(?:inity)?$/i.test(text)) return -Infinity;
  if (/^nan$/i.test(text)) return NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) || /^[+-]?0[xX][0-9a-fA-F]+$/.test(text) ? Number(text) : undefined;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? unescaped(text.slice(1, -1)) : text;
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\([\\n"])/g, (_, character: string) => (character === 'n' ? '\n' : character)) : text;
}
