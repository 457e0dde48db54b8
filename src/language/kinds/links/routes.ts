import type { Problem } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import { nearestName } from '../../nearestName.ts';
import { formatMatcher, type Matcher, newMatcher } from '../../routing/matcher.ts';
import { childRoutes } from '../alertmanagerConfig/routes.ts';
import type { KubernetesObject, ObjectLookup } from '../objects.ts';
import { warning } from '../shared/monitorScope.ts';

/**
 * Receivers of an AlertmanagerConfig that no route names, and routes that no alert can reach: said only where it follows from the
 * object itself, or from the alerts of the files.
 * @param namespace what the operator adds as a matcher to the top route; undefined where it adds none, or nobody knows
 */
export function adviseRoutes(object: KubernetesObject, namespace: string | undefined, lookup: ObjectLookup): Problem[] {
  const spec = Source.of(object).at('spec');
  const top = spec.at('route');
  const enforced = namespace === undefined ? [] : [matcherOf('=', 'namespace', namespace)].flat();
  const alerts = new Set(lookup.list('PrometheusRule').flatMap((rule) => Source.of(rule).at('spec', 'groups').items.flatMap((group) => group.at('rules').items.map((one) => one.at('alert').text))));
  alerts.delete('');
  return [...unusedReceivers(spec), ...(top.exists ? unreachable(top, enforced, [], { alerts, isComplete: lookup.complete }) : [])];
}

function unusedReceivers(spec: Source): Problem[] {
  const used = new Set<string>();
  const open = [spec.at('route')];
  for (let route = open.pop(); route !== undefined; route = open.pop()) {
    used.add(route.at('receiver').text);
    open.push(...childRoutes(route));
  }
  const receivers = spec.at('receivers').items;
  return receivers.filter((receiver) => receiver.at('name').text !== '' && !used.has(receiver.at('name').text)).map((receiver) => {
    const name = receiver.at('name').text;
    const fixes = spec.at('route').exists
      ? [{ title: `Remove the receiver "${name}"`, changes: [{ kind: 'remove' as const, path: receiver.path }] }]
      : [{ title: `Add a route to "${name}"`, changes: [{ kind: 'set' as const, path: ['spec', 'route'], value: { receiver: name } }] }];
    return warning(receiver.at('name'), 'alertmanagerconfig/receiver-unused', `No route of this object leads to the receiver "${name}", and no other object can name it: it never gets an alert. Add a route, or remove it.`, { fixes });
  });
}

interface KnownAlerts {
  readonly alerts: ReadonlySet<string>;
  readonly isComplete: boolean;
}

/** The routes at and below one that no alert reaches. `above`: what every alert fulfils that gets here; `earlier`: the siblings that are asked first. */
function unreachable(route: Source, above: readonly Matcher[], earlier: readonly Source[], known: KnownAlerts): Problem[] {
  const own = matchersOf(route);
  const all = [...above, ...own];
  const isTop = route.path.length === 2;
  const contradiction = all.find((one) => one.operator === '=' && all.some((other) => other.name === one.name && !other.matches(one.value)));
  if (contradiction !== undefined) {
    const other = all.find(({ name, matches }) => name === contradiction.name && !matches(contradiction.value));
    const place = isTop ? route.at('matchers') : route;
    return [unreached(place, `${formatMatcher(contradiction)} and ${other === undefined ? '' : formatMatcher(other)} cannot both be true, with the matchers of the routes above`, isTop ? [] : [{ title: 'Remove this route', changes: [{ kind: 'remove', path: route.path }] }])];
  }
  const winner = earlier.find((sibling) => !sibling.at('continue').isTrue && matchersOf(sibling).every((matcher) => all.some((one) => implies(one, matcher))));
  if (winner !== undefined) {
    return [{
      ...unreached(route, 'an earlier route takes each of its alerts, and does not say `continue: true`', [{ title: 'Add "continue: true" to the earlier route', changes: [{ kind: 'set', path: [...winner.path, 'continue'], value: true }] }]),
      related: [{ path: winner.path, message: 'the earlier route' }],
    }];
  }
  const children = childRoutes(route);
  return [...unknownAlerts(route, known), ...children.flatMap((child, index) => unreachable(child, all, children.slice(0, index), known))];
}

function unreached(place: Source, why: string, fixes: NonNullable<Problem['fixes']>): Problem {
  return warning(place, 'alertmanagerconfig/route-unreachable', `No alert reaches this route: ${why}.`, { fixes });
}

/** A route for one alert that no rule of the files raises: where a name is nearly it, or nothing else exists. */
function unknownAlerts(route: Source, { alerts, isComplete }: KnownAlerts): Problem[] {
  if (alerts.size === 0) return [];
  return route.at('matchers').items.filter((matcher) => matcher.at('name').text === 'alertname' && operatorOf(matcher) === '=').flatMap((matcher) => {
    const value = matcher.at('value');
    const near = nearestName(value.text, alerts, { misspelt: true });
    if (alerts.has(value.text) || value.text === '' || (near === undefined && !isComplete)) return [];
    const fixes = near === undefined ? [] : [{ title: `Change to "${near}"`, changes: [{ kind: 'set' as const, path: value.path, value: near }] }];
    return [unreached(value, `no rule among the files raises an alert "${value.text}"${near === undefined ? '' : `, though one raises "${near}"`}`, fixes)];
  });
}

function matchersOf(route: Source): Matcher[] {
  return route.at('matchers').items.flatMap((matcher) => matcherOf(operatorOf(matcher), matcher.at('name').text, matcher.at('value').text));
}

function operatorOf(matcher: Source): Matcher['operator'] {
  const type = matcher.at('matchType').text;
  return type === '=' || type === '!=' || type === '=~' || type === '!~' ? type : matcher.at('regex').isTrue ? '=~' : '=';
}

function matcherOf(operator: Matcher['operator'], name: string, value: string): Matcher[] {
  const matcher = newMatcher(operator, name, value);
  return 'error' in matcher ? [] : [matcher];
}

/** Whether every alert that fulfils the first matcher fulfils the second one. */
function implies(given: Matcher, wanted: Matcher): boolean {
  if (given.name !== wanted.name) return false;
  return given.operator === '=' ? wanted.matches(given.value) : given.operator === wanted.operator && given.value === wanted.value;
}
