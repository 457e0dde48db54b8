import type { Path } from '../finding.ts';
import type { Source } from '../generate/source.ts';

/** Names of ports that serve metrics, as people call them: `metrics`, `http-metrics`, `prometheus`, `prom`. */
export const metricsPortName = /metrics|^prom/;

/** A port that may be scraped, and what is known of how. */
export interface ScrapePort {
  /** The name that it has or is to get. */
  readonly name: string;
  /** Where the name is to be written; undefined where it stands there. */
  readonly nameless: Path | undefined;
  readonly path: string | undefined;
  readonly scheme: 'https' | undefined;
}

/**
 * Ports of a Service or of a pod's containers, in the groups that one monitor scrapes together. The annotations of
 * prometheus.io say which port it is, else names such as `http-metrics` do; without either, each port is a choice.
 * @param numberFields the fields of a port that its number, or name, may stand in
 */
export function scrapePorts(ports: readonly Source[], annotations: Source, numberFields: readonly string[]): ScrapePort[][] {
  const usable = ports.filter((port) => ['', 'TCP'].includes(port.at('protocol').text));
  const taken = new Set(usable.map((port) => port.at('name').text));
  const annotated = annotations.at('prometheus.io/port').value;
  const marked = annotated === undefined ? [] : usable.filter((port) => ['name', ...numberFields].some((field) => String(port.at(field).value ?? '') === String(annotated)));
  // The other annotations speak of the annotated port, or of the only one.
  const isMarked = (port: Source): boolean => marked.includes(port) || (marked.length === 0 && usable.length === 1);
  const described = (port: Source): ScrapePort => {
    const name = port.at('name').text;
    const path = isMarked(port) ? annotations.at('prometheus.io/path').text : '';
    return {
      name: name === '' ? freeName(taken, port.at(numberFields[0] ?? '').number) : name,
      nameless: name === '' ? [...port.path, 'name'] : undefined,
      path: path === '' || path === '/metrics' ? undefined : path,
      scheme: (isMarked(port) && annotations.at('prometheus.io/scheme').text === 'https') || port.at('appProtocol').text === 'https' || /^https(?:-|$)/.test(name) ? 'https' : undefined,
    };
  };
  if (marked.length > 0) return [marked.map(described)];
  const named = usable.filter((port) => metricsPortName.test(port.at('name').text));
  return named.length > 0 ? [named.map(described)] : usable.map((port) => [described(port)]);
}

function freeName(taken: ReadonlySet<string>, number: number): string {
  return taken.has('metrics') ? `metrics-${String(number)}` : 'metrics';
}
