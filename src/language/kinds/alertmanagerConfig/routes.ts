/** Routes and inhibit rules of an AlertmanagerConfig: what the operator refuses of them (v0.93.1). Child routes have no schema in the CRD. */

import type { Fix } from '../../finding.ts';
import { Source } from '../../generate/source.ts';
import { nearestName } from '../../nearestName.ts';
import { atLeast, type Version } from '../../version.ts';
import { childRouteFaults, readChildRoute } from './goTypes.ts';
import type { Verdict } from './verdict.ts';

export type ApiVersion = 'v1alpha1' | 'v1beta1';

/** The names that routes may refer to. */
export interface KnownNames {
  readonly receivers: ReadonlySet<string>;
  readonly timeIntervals: ReadonlySet<string>;
}

/** The child routes of a route with their keys as the operator reads them, in order. */
export function childRoutes(route: Source): Source[] {
  return route.at('routes').items.map((child) => child.readAs(readChildRoute(child.value)));
}

/** Checks a route and everything below it. */
export function validateRoute(route: Source, names: KnownNames, version: ApiVersion, verdict: Verdict, top = true): void {
  if (top && !route.exists) return;
  const receiver = route.at('receiver');
  if (receiver.text === '') {
    if (top) verdict.reject(receiver, 'route', 'The top route needs a receiver');
  } else if (!names.receivers.has(receiver.text)) {
    verdict.reject(receiver, 'receiver-not-found', `There is no receiver "${receiver.text}" in this object`, known('Receivers here', names.receivers), undefined, nameFixes(receiver, names.receivers));
  }
  validateGroupBy(route.at('groupBy'), verdict);
  for (const key of ['muteTimeIntervals', 'activeTimeIntervals']) {
    for (const interval of route.at(key).items) {
      if (names.timeIntervals.has(interval.text)) continue;
      verdict.reject(interval, 'time-interval-not-found', `There is no time interval "${interval.text}" in this object`, known('Time intervals here', names.timeIntervals), undefined, nameFixes(interval, names.timeIntervals));
    }
  }
  for (const matcher of route.at('matchers').items) validateMatcher(matcher, verdict);
  for (const child of route.at('routes').items) {
    for (const { path, message, on } of childRouteFaults(child.value, child.path, version)) {
      verdict.reject(Source.of(child.object).at(...path), 'child-route', `Invalid child route: ${message}`, 'Child routes take the fields of the top route.', on);
    }
  }
  for (const child of childRoutes(route)) validateRoute(child, names, version, verdict, false);
}

/** The names that could be meant, the nearest first. */
function nameFixes(place: Source, names: ReadonlySet<string>): Fix[] {
  const likely = nearestName(place.text, names);
  return [...new Set([...(likely === undefined ? [] : [likely]), ...names])].filter((name) => name !== '').slice(0, 4).map((name) => ({ title: `Change to "${name}"`, changes: [{ kind: 'set', path: place.path, value: name }] }));
}

function known(words: string, names: ReadonlySet<string>): string | undefined {
  return names.size === 0 ? undefined : `${words}: ${[...names].map((name) => `"${name}"`).join(', ')}.`;
}

function validateGroupBy(groupBy: Source, verdict: Verdict): void {
  const seen = new Set<string>();
  for (const label of groupBy.items) {
    if (seen.has(label.text)) verdict.reject(label, 'route', `groupBy names "${label.text}" twice`);
    seen.add(label.text);
  }
  if (seen.has('...') && groupBy.items.length > 1) verdict.reject(groupBy, 'route', "groupBy: '...' stands for all labels and must be alone");
}

const matchTypes = ['=', '!=', '=~', '!~'];

function validateMatcher(matcher: Source, verdict: Verdict): void {
  const type = matcher.at('matchType');
  if (type.text === '') return;
  if (!matchTypes.includes(type.text)) verdict.reject(type, 'matcher', `"${type.text}" is no matchType`, `Use one of ${matchTypes.join(', ')}.`);
  else if (matcher.at('name').text.trim() === '') verdict.reject(matcher.at('name'), 'matcher', 'A matcher needs the name of a label');
}

/** Matchers with a matchType need Alertmanager 0.22. */
export function checkRouteVersion(route: Source, alertmanager: Version, verdict: Verdict): void {
  if (atLeast(alertmanager, '0.22.0')) return;
  rejectMatchTypes(route.at('matchers'), alertmanager, verdict);
  for (const child of childRoutes(route)) checkRouteVersion(child, alertmanager, verdict);
}

/** Inhibit rules, whose matchers the webhook does not look at. */
export function checkInhibitRules(rules: Source, alertmanager: Version, verdict: Verdict): void {
  for (const rule of rules.items) {
    for (const key of ['sourceMatch', 'targetMatch']) {
      if (!atLeast(alertmanager, '0.22.0')) rejectMatchTypes(rule.at(key), alertmanager, verdict);
      else for (const matcher of rule.at(key).items) validateMatcher(matcher, verdict);
    }
  }
}

function rejectMatchTypes(matchers: Source, alertmanager: Version, verdict: Verdict): void {
  for (const matcher of matchers.items) {
    if (matcher.at('matchType').text !== '') verdict.rejectBefore(alertmanager, '0.22.0', matcher.at('matchType'), 'matchType');
  }
}
