import type { Fix, Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import type { KubernetesObject } from '../objects.ts';
import { type MonitorScope, warning } from '../shared/monitorScope.ts';

/** ` of namespace "shop"`, or nothing where it is any. */
export function namespaceText(namespaces: readonly string[] | undefined): string {
  if (namespaces === undefined) return '';
  const names = namespaces.map((name) => `"${name}"`).join(', ');
  return namespaces.length === 1 ? ` of namespace ${names}` : ` of the namespaces ${names}`;
}

/** A monitor whose labels are right, while what it means is in a namespace that it does not look at. */
export function elsewhereProblem(code: string, spec: Source, elsewhere: readonly KubernetesObject[], { prometheus }: MonitorScope): Problem {
  const selector = spec.at('namespaceSelector');
  const [first] = elsewhere;
  const name = `${first?.kind ?? ''} ${first?.metadata.namespace ?? 'default'}/${first?.metadata.name ?? ''}`;
  const namespaces = [...new Set(elsewhere.map((object) => object.metadata.namespace ?? 'default'))].sort();
  const isIgnored = prometheus.at('ignoreNamespaceSelectors').isTrue;
  const why = isIgnored
    ? `Prometheus "${prometheus.object.metadata.name}" ignores namespace selectors, so that only the object's own namespace is looked at`
    : selector.isFilled ? 'its namespace is not among those of the namespaceSelector' : 'without a namespaceSelector only the object\'s own namespace is looked at';
  return {
    ...warning(selector.exists ? selector : spec.at('selector'), code, `${name} has these labels, but ${why}, so that nothing is scraped.`, { on: 'key', fixes: isIgnored ? moved(spec, namespaces) : [widened(selector, namespaces)] }),
    related: elsewhere.slice(0, 5).map((object) => ({ object, path: ['metadata', 'name'], message: 'has the labels' })),
  };
}

function widened(selector: Source, namespaces: readonly string[]): Fix {
  const names = [...new Set([...selector.at('matchNames').texts, ...namespaces])];
  return { title: `Look in ${namespaces.map((name) => `"${name}"`).join(', ')}, too`, changes: [{ kind: 'set', path: [...selector.path, 'matchNames'], value: names }] };
}

function moved(spec: Source, [namespace, ...others]: readonly string[]): Fix[] {
  if (namespace === undefined || others.length > 0) return [];
  return [{ title: `Move the ${spec.object.kind} to namespace "${namespace}"`, changes: [{ kind: 'set', path: ['metadata', 'namespace'], value: namespace }] }];
}
