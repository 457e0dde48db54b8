import { alertJourney, routingsOf } from '../chain/alertJourney.ts';
import { alertLabels, type AlertRule, alertRulesOf } from '../chain/alertLabels.ts';
import type { Surroundings } from '../chain/surroundings.ts';
import { readKey } from '../generate/assets.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject, ObjectLookup } from '../kinds/objects.ts';
import type { SourceObject } from '../workspace/sourceFile.ts';
import { defaultNamespace } from '../workspace/objectIndex.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Creation, freeName } from './creation.ts';
import { homeFor } from './home.ts';

/** Put into a new Secret, to be replaced. */
const slackPlaceholder = 'https://hooks.slack.com/services/REPLACE/WITH/YOURS';

/**
 * Routes for an alert: to each receiver of the AlertmanagerConfigs that may route it, and in a new AlertmanagerConfig to Slack
 * or a webhook. Only such by which the alert then ends at the receiver, as Alertmanager routes.
 */
export function alertRoutesFor(source: SourceObject, rule: AlertRule, workspace: Workspace, surroundings: Surroundings): Creation[] {
  const labels = Object.fromEntries(alertLabels(rule, surroundings).labels.map(({ name, value }) => [name, value]));
  const reaches = (config: KubernetesObject, receiver: string, others: readonly KubernetesObject[] = []): boolean => {
    const around = { ...surroundings, lookup: withObjects(workspace, [config, ...others]), stored: (object: KubernetesObject) => (object === config ? object : surroundings.stored(object)) };
    return routingsOf(around).some((routing) => alertJourney(routing, labels).stops.some((stop) => stop.origin?.object === config && stop.receiver.endsWith(`/${receiver}`)));
  };
  const matchers = [{ name: 'alertname', value: rule.name, matchType: '=' }];
  return [...existing(source, matchers, workspace, reaches), ...created(source, rule, matchers, workspace, reaches)];
}

/** The alert of a rule file at an offset. */
export function alertAt(source: SourceObject, offset: number): AlertRule | undefined {
  const { path } = source.document.pathAt(offset);
  return alertRulesOf(source.value).find((rule) => [...source.path, ...rule.path].every((step, index) => path[index] === step));
}

type Matchers = readonly { readonly name: string; readonly value: string; readonly matchType: string }[];
type Reaches = (config: KubernetesObject, receiver: string, others?: readonly KubernetesObject[]) => boolean;

function existing(source: SourceObject, matchers: Matchers, workspace: Workspace, reaches: Reaches): Creation[] {
  return workspace.sources('AlertmanagerConfig').flatMap((found) => {
    const spec = Source.of(found.value).at('spec');
    const routes = spec.at('route', 'routes');
    return spec.at('receivers').items.map((receiver) => receiver.at('name').text).filter((name) => name !== '').flatMap((receiver): Creation[] => {
      const route = { receiver, matchers };
      const config = withRoute(found.value, route);
      if (config === undefined || reaches(found.value, receiver) || !reaches(config, receiver)) return [];
      return [{
        kind: 'route',
        title: `Add route for this alert to ${receiver} (AlertmanagerConfig ${found.value.metadata.name})`,
        source,
        objects: [],
        changes: [{ source: found, changes: [{ kind: 'set', path: ['spec', 'route', 'routes', routes.items.length], value: route }] }],
      }];
    });
  });
}

function withRoute(config: KubernetesObject, route: unknown): KubernetesObject | undefined {
  const spec = Source.of(config).at('spec');
  const top = spec.at('route');
  if (!top.exists || (top.at('routes').exists && !Array.isArray(top.at('routes').value))) return undefined;
  const routes = [...top.at('routes').items.map(({ value }) => value), route];
  return { ...config, spec: { ...(spec.value as object), route: { ...(top.value as object), routes } } };
}

function created(source: SourceObject, rule: AlertRule, matchers: Matchers, workspace: Workspace, reaches: Reaches): Creation[] {
  const own = source.value.metadata.namespace;
  const home = homeFor('AlertmanagerConfig', own, workspace);
  if (home === undefined) return [];
  const { namespace, labels } = home;
  const place = namespace === undefined ? {} : { namespace };
  const name = freeName('AlertmanagerConfig', namespace, dashed(rule.name), workspace);
  const configWith = (receiver: string, integrations: Readonly<Record<string, unknown>>): KubernetesObject => ({
    apiVersion: 'monitoring.coreos.com/v1alpha1',
    kind: 'AlertmanagerConfig',
    metadata: { name, ...place, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
    spec: { route: { receiver, matchers }, receivers: [{ name: receiver, ...integrations }] },
  });
  const webhookSecret = slackSecret(namespace, workspace);
  const secretName = freeName('Secret', namespace, `${name}-slack`, workspace);
  const apiURL = webhookSecret ?? { name: secretName, key: 'url' };
  const secrets: KubernetesObject[] = webhookSecret === undefined ? [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: secretName, ...place }, stringData: { url: slackPlaceholder } }] : [];
  const offers = [
    { title: 'Slack', receiver: 'slack', config: configWith('slack', { slackConfigs: [{ apiURL, sendResolved: true }] }), others: secrets },
    { title: 'a webhook', receiver: 'webhook', config: configWith('webhook', { webhookConfigs: [{ url: 'https://example.com/alerts', sendResolved: true }] }), others: [] },
  ];
  return offers.filter(({ receiver, config, others }) => reaches(config, receiver, others)).map(({ title, config, others }) => ({
    kind: 'route', title: `Add route for this alert to ${title} (new AlertmanagerConfig)`, source, objects: [config, ...others], changes: [],
  }));
}

/** A key of a Secret of the namespace that holds the address of a Slack webhook. */
function slackSecret(namespace: string | undefined, workspace: Workspace): { name: string; key: string } | undefined {
  for (const secret of workspace.list('Secret')) {
    if ((secret.metadata.namespace ?? defaultNamespace) !== (namespace ?? defaultNamespace)) continue;
    const root = Source.of(secret);
    const keys = [...root.at('stringData').fields, ...root.at('data').fields].map(([key]) => key);
    const key = keys.find((one) => readKey(workspace, 'Secret', namespace ?? defaultNamespace, secret.metadata.name, one)?.startsWith('https://hooks.slack.com/') === true);
    if (key !== undefined) return { name: secret.metadata.name, key };
  }
  return undefined;
}

/** The workspace with some objects added, or in place of those of the same name. */
function withObjects(workspace: Workspace, objects: readonly KubernetesObject[]): ObjectLookup {
  const isNamed = (object: KubernetesObject, namespace: string, name: string): boolean => object.metadata.name === name && (object.metadata.namespace ?? defaultNamespace) === namespace;
  const added = (kind: string): KubernetesObject[] => objects.filter((object) => object.kind === kind);
  return {
    complete: workspace.complete,
    list: (kind) => [
      ...workspace.list(kind).filter((known) => !added(kind).some((object) => isNamed(object, known.metadata.namespace ?? defaultNamespace, known.metadata.name))),
      ...added(kind),
    ],
    get: (kind, namespace, name) => added(kind).find((object) => isNamed(object, namespace, name)) ?? workspace.get(kind, namespace, name),
  };
}

/** `CPUTempHigh` as `cpu-temp-high`: a name that Kubernetes takes. */
function dashed(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return words === '' ? 'alert' : words.slice(0, 50);
}
