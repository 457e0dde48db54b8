/** Labels by which things are known, most usual first. */
const usual = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component', 'app', 'k8s-app', 'name', 'component'];

/** Labels that an upgrade changes, or that say nothing of the thing itself. */
const volatile = new Set(['app.kubernetes.io/version', 'app.kubernetes.io/managed-by', 'helm.sh/chart', 'chart', 'heritage', 'version', 'pod-template-hash', 'controller-revision-hash']);

/**
 * The fewest of a thing's labels that others do not have, the usual ones first; undefined where all of them together do not
 * tell it from the others. Whatever the files hold: what is no string is no label.
 */
export function identifyingLabels(labels: unknown, others: readonly unknown[]): Record<string, string> | undefined {
  const lasting = Object.entries(strings(labels)).filter(([key]) => !volatile.has(key)).sort(([a], [b]) => rank(a) - rank(b));
  const chosen: Record<string, string> = {};
  let confused = others.map(strings);
  for (const [key, value] of lasting) {
    const left = confused.filter((other) => other[key] === value);
    // Name and instance belong together, even where the files at hold only one instance.
    if (Object.keys(chosen).length > 0 && left.length === confused.length && key !== 'app.kubernetes.io/instance') continue;
    chosen[key] = value;
    confused = left;
  }
  return Object.keys(chosen).length === 0 || confused.length > 0 ? undefined : chosen;
}

function rank(key: string): number {
  const at = usual.indexOf(key);
  return at < 0 ? usual.length : at;
}

function strings(labels: unknown): Record<string, string> {
  if (typeof labels !== 'object' || labels === null) return {};
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
