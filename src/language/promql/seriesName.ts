/** A series as Prometheus writes it: `up{job="node"}`. Names of its newer scheme are quoted. */
export function seriesName(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = '' } = labels;
  const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const pairs = Object.entries(labels).filter(([label]) => label !== '__name__').sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) ? label : JSON.stringify(label)}=${JSON.stringify(value)}`);
  const inside = name !== '' && !isPlain ? [JSON.stringify(name), ...pairs] : pairs;
  return `${isPlain ? name : ''}${inside.length === 0 && isPlain ? '' : `{${inside.join(', ')}}`}`;
}
