/** Who gets an alert: Alertmanager's way through the routes (dispatch/route.go of 0.33), with the settings that hold in the end. */

import type { Path } from '../finding.ts';
import type { AlertmanagerConfig, RouteConfig } from './config/load.ts';
import { firstMismatch, formatMatcher, labelOf, type LabelSet } from './matcher.ts';

/** A route that an alert ends at, and its receiver with the effective settings. Durations are in milliseconds. */
export interface RoutedTo {
  readonly receiver: string;
  /** Sorted; `['...']` when all labels count. */
  readonly groupBy: readonly string[];
  readonly groupByAll: boolean;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  /** Those of the route itself: time intervals are not inherited. */
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** Indices of the children from the root route on; empty for the root route. */
  readonly route: readonly number[];
  /** The route in the configuration. */
  readonly path: Path;
  /** Why the alert got here, a sentence a step from the root route on. */
  readonly reasons: readonly string[];
}

interface Settings {
  readonly receiver: string;
  readonly groupBy: readonly string[];
  readonly groupByAll: boolean;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
}

/** What holds where not even the root route says otherwise. */
const defaults: Settings = { receiver: '', groupBy: [], groupByAll: false, groupWait: 30_000, groupInterval: 300_000, repeatInterval: 14_400_000 };

/** The routes that an alert with these labels ends at, in the order in which Alertmanager finds them; never none. */
export function routeAlert(config: AlertmanagerConfig, labels: LabelSet): RoutedTo[] {
  return follow(config.route, labels, settingsOf(config.route, defaults), [], ['the root route takes every alert']);
}

function follow(route: RouteConfig, labels: LabelSet, settings: Settings, indices: readonly number[], reasons: readonly string[]): RoutedTo[] {
  const found: RoutedTo[] = [];
  for (const [index, child] of route.routes.entries()) {
    if (firstMismatch(child.matchers, labels) !== undefined) continue;
    const steps = [...reasons, `route ${index + 1} matches ${describe(child, labels)}`];
    found.push(...follow(child, labels, settingsOf(child, settings), [...indices, index], steps));
    if (!child.continue) break;
  }
  if (found.length > 0) return found;
  const { muteTimeIntervals, activeTimeIntervals, path } = route;
  const ending = route.routes.length === 0 ? [] : ['no route below it matches'];
  return [{ ...settings, groupBy: settings.groupByAll ? ['...'] : settings.groupBy, muteTimeIntervals, activeTimeIntervals, route: indices, path, reasons: [...reasons, ...ending] }];
}

function settingsOf(route: RouteConfig, above: Settings): Settings {
  return {
    receiver: route.receiver ?? above.receiver,
    groupBy: route.groupBy === undefined ? above.groupBy : [...new Set(route.groupBy)].sort(),
    // Labels of its own end the grouping by all of the route above.
    groupByAll: route.groupBy === undefined && (route.groupByAll || above.groupByAll),
    groupWait: route.groupWait ?? above.groupWait,
    groupInterval: route.groupInterval ?? above.groupInterval,
    repeatInterval: route.repeatInterval ?? above.repeatInterval,
  };
}

function describe(route: RouteConfig, labels: LabelSet): string {
  if (route.matchers.length === 0) return 'every alert';
  return route.matchers.map((matcher) => {
    const value = labelOf(labels, matcher.name);
    return `${formatMatcher(matcher)} (${value === '' ? `the alert has no ${matcher.name}` : `${matcher.name} is ${JSON.stringify(value)}`})`;
  }).join(' and ');
}
