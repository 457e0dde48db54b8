import { alertJourney, arrivalsAt, journeyText, routingKinds, routingsOf } from '../../language/chain/alertJourney.ts';
import { type AlertLabel, alertLabels, alertRulesOf } from '../../language/chain/alertLabels.ts';
import type { Surroundings } from '../../language/chain/surroundings.ts';
import { instanceName } from '../../language/kinds/shared/instances.ts';
import type { SourceObject } from '../../language/workspace/sourceFile.ts';
import type { AlertRouteParams, AlertRouteResult, FieldName, PositionParams } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { objectAt, objectNamed, Places } from './places.ts';
import { fieldOf } from './relabel.ts';

/** Who gets an alert, or which alerts end at an AlertmanagerConfig. */
export async function alertRouteFor({ field, labels }: AlertRouteParams, context: FeatureContext): Promise<AlertRouteResult | null> {
  const service = await context.service;
  const { workspace } = context.files;
  const surroundings = await service.surroundings(workspace, context.targetFor(field.uri), routingKinds);
  const file = workspace.file(field.uri);
  const source = file === undefined ? undefined : objectNamed(file, field.object, workspace);
  if (source === undefined) return null;
  const places = new Places(workspace, [source]);
  return source.value.kind === 'AlertmanagerConfig' ? arrivals(source, surroundings, places) : journey(source, field, labels, surroundings, places);
}

function journey(source: SourceObject, { path }: FieldName, given: AlertRouteParams['labels'], surroundings: Surroundings, places: Places): AlertRouteResult | null {
  const rule = alertRulesOf(source.value).find((one) => one.path.join('.') === path.join('.'));
  if (rule === undefined) return null;
  const known = alertLabels(rule, surroundings);
  const labels = given ?? plain(known.labels);
  const journeys = routingsOf(surroundings).map((routing) => alertJourney(routing, labels));
  const assumed = surroundings.lookup.list('Alertmanager').length > 0 ? [] : ['No Alertmanager is among the files: this is how one that selects every AlertmanagerConfig would route.'];
  return {
    title: rule.name,
    subtitle: `alert of ${instanceName(source.value)}${known.server === undefined ? '' : `, sent by ${instanceName(known.server)}`}`,
    labels: known.labels,
    warnings: [...known.warnings, ...assumed],
    journeys: journeys.map((one) => ({ ...one, stops: one.stops.map(({ origin, ...stop }) => ({ ...stop, place: origin === undefined ? null : places.of(origin) })) })),
    arrivals: null,
    text: journeyText(rule.name, labels, journeys),
  };
}

function arrivals(source: SourceObject, surroundings: Surroundings, places: Places): AlertRouteResult {
  const found = arrivalsAt(source.value, surroundings).map(({ rule, labels, alertmanager, receivers }) => ({
    alert: rule.name,
    labels: labels.filter(({ value }) => value !== '').map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(', '),
    alertmanager,
    receivers,
    place: places.of({ object: rule.object, path: [...rule.path, 'alert'] }),
  }));
  const name = instanceName(source.value);
  const lines = found.map(({ alert, labels, alertmanager, receivers }) => `  ${alert} {${labels}}\n      ${alertmanager} → ${receivers.join(', ')}\n`);
  const warnings = surroundings.lookup.list('PrometheusRule').length === 0 ? ['No PrometheusRule is among the files of the workspace.'] : [];
  return { title: name, subtitle: 'The alerts of the workspace that end here', labels: [], warnings, journeys: [], arrivals: found, text: `${name}\n${lines.join('')}` };
}

/** The alert or AlertmanagerConfig at a position. */
export function alertAt({ uri, position }: PositionParams, { files }: FeatureContext): FieldName | null {
  const file = files.workspace.file(uri);
  const source = file === undefined ? undefined : objectAt(file, position);
  if (source === undefined) return null;
  if (source.value.kind === 'AlertmanagerConfig') return fieldOf(source, []);
  if (source.value.kind !== 'PrometheusRule') return null;
  const places = new Places(files.workspace, [source]);
  const rules = alertRulesOf(source.value);
  const above = rules.filter(({ path }) => places.in(source, path).range.start.line <= position.line);
  const found = above.at(-1) ?? rules[0];
  return found === undefined ? null : fieldOf(source, found.path);
}

function plain(labels: readonly AlertLabel[]): Record<string, string> {
  return Object.fromEntries(labels.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]));
}
