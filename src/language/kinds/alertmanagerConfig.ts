import type { Problem } from '../finding.ts';
import { alertmanagerVersion, baseConfiguration, enforcedNamespace, generateAlertmanagerConfig } from '../generate/alertmanager/generate.ts';
import { judgeGenerated, matcherMode } from '../generate/alertmanager/judge.ts';
import { isRecord } from '../json.ts';
import { operatorRelease } from '../operatorRelease.ts';
import type { Target } from '../settings/settings.ts';
import { checkAlertmanagerConfig } from './alertmanagerConfig/check.ts';
import type { CheckContext, KindChecks } from './kindCheck.ts';
import { adviseRoutes } from './links/routes.ts';
import type { KubernetesObject, ObjectLookup } from './objects.ts';
import { instanceName, instancesFor, mergeVerdicts } from './shared/instances.ts';

/**
 * The verdict on an AlertmanagerConfig: what the operator rejects, and of what it takes, what makes
 * the generated configuration unloadable for every alert.
 */
export const alertmanagerConfig: KindChecks = {
  kind: 'AlertmanagerConfig',
  judges: ['Alertmanager'],
  check(context) {
    const { selecting, unselected } = instancesFor(context, 'AlertmanagerConfig', ['Alertmanager']);
    const global = context.lookup.list('Alertmanager').filter((server) => isGlobalOf(server, context.object)).map((server) => context.stored(server));
    const servers = [...new Set([...selecting, ...global])].map((server) => withAlertmanagerVersion(server, context.target));
    const verdicts = servers.length === 0
      ? [{ judge: undefined, problems: judge(context, assumedAlertmanager(context.object.metadata.namespace, context.target), undefined) }]
      : servers.map((server) => ({ judge: instanceName(server), problems: judge(context, server, server) }));
    const problems = mergeVerdicts(verdicts);
    if (unselected !== undefined && servers.length === 0) problems.push(unselected);
    if (!problems.some(({ severity }) => severity === 'error')) {
      const namespaces = new Set(servers.map((server) => (isGlobalOf(server, context.object) || context.object.metadata.namespace === undefined ? undefined : enforcedNamespace(server, context.object))));
      problems.push(...adviseRoutes(context.object, namespaces.size === 1 ? [...namespaces][0] : undefined, context.lookup));
    }
    return problems;
  },
};

/** `known`: the server where there is one, undefined where it is assumed. */
function judge({ object, lookup }: CheckContext, server: KubernetesObject, known: KubernetesObject | undefined): Problem[] {
  const version = alertmanagerVersion(server);
  const rejections = checkAlertmanagerConfig(object, lookup, version);
  if (rejections.some((problem) => problem.severity === 'error')) return rejections;
  // The global configuration is named by the Alertmanager and takes no part in the selection.
  const configs = isGlobalOf(server, object) ? [] : [object];
  const generated = generateAlertmanagerConfig(server, configs, lookup, alertmanagerBase(known, server, lookup));
  const dropped = generated.dropped
    .filter(({ origin }) => origin?.object === object)
    .map(({ origin, minimumVersion }): Problem => ({
      code: 'alertmanagerconfig/field-dropped',
      severity: 'warning',
      path: origin?.path ?? [],
      on: 'key',
      message: `"${String(origin?.path.at(-1))}" ${minimumVersion === undefined ? 'is overridden by another field' : `needs Alertmanager ${minimumVersion}; this is ${version}`}: the operator leaves it out.`,
    }));
  if (generated.failure !== undefined) {
    const { origin, message, stage } = generated.failure;
    if (stage === 'base' && origin?.object !== object) return [...rejections, ...dropped];
    return [...rejections, ...dropped, unloadable(origin?.object === object ? origin.path : ['spec'], message)];
  }
  if (generated.root === undefined) return [...rejections, ...dropped];
  const { faults } = judgeGenerated(generated.root, matcherMode(version));
  const own = faults.filter(({ origin }) => origin === undefined || origin.object === object);
  return [...rejections, ...dropped, ...own.slice(0, 1).map(({ origin, message }) => unloadable(origin?.path ?? ['spec'], message))];
}

function unloadable(path: Problem['path'], message: string): Problem {
  return {
    code: 'alertmanagerconfig/unloadable',
    severity: 'error',
    path,
    message: `${message}: the operator accepts this, but the whole generated configuration does not load; no change reaches Alertmanager any more, for anybody.`,
  };
}

/** Whether the Alertmanager names the object as its global configuration. */
function isGlobalOf(server: KubernetesObject, object: KubernetesObject): boolean {
  const configuration = isRecord(server.spec) ? server.spec['alertmanagerConfiguration'] : undefined;
  return isRecord(configuration) && configuration['name'] === object.metadata.name && (server.metadata.namespace ?? 'default') === (object.metadata.namespace ?? 'default');
}

/** Whether the Secret with the base configuration is known, or known not to be there. */
function knowsBase(server: KubernetesObject, lookup: ObjectLookup): boolean {
  if (lookup.complete) return true;
  const named = isRecord(server.spec) ? server.spec['configSecret'] : undefined;
  const name = typeof named === 'string' && named !== '' ? named : `alertmanager-${server.metadata.name}`;
  return lookup.get('Secret', server.metadata.namespace ?? 'default', name) !== undefined;
}

/** A base in which every global setting is there, so that none is missed where nobody knows it. */
const assumedBase = `global:
  smtp_smarthost: localhost:25
  smtp_from: alertmanager@localhost
  slack_api_url: https://localhost/slack
  opsgenie_api_key: key
  victorops_api_key: key
  wechat_api_secret: secret
  wechat_api_corp_id: corporation
  telegram_bot_token: token
  rocketchat_token: token
  rocketchat_token_id: id
route:
  receiver: 'null'
receivers:
- name: 'null'
`;

/** The base configuration's text: that of the Secret where it is known, else one that misses nothing. */
export function alertmanagerBase(known: KubernetesObject | undefined, server: KubernetesObject, lookup: ObjectLookup): string {
  return known === undefined || !knowsBase(server, lookup) ? assumedBase : baseConfiguration(server, lookup);
}

/** Where nobody knows an Alertmanager: one of the version that counts, which selects everything. */
export function assumedAlertmanager(namespace: string | undefined, target: Target): KubernetesObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Alertmanager',
    metadata: { name: 'main', ...(namespace === undefined ? {} : { namespace }) },
    spec: { version: target.alertmanagerVersion ?? operatorRelease(target.operatorVersion).alertmanager, alertmanagerConfigSelector: {} },
  };
}

/** A server as one of the version that the settings name. */
export function withAlertmanagerVersion(server: KubernetesObject, { alertmanagerVersion: version }: Target): KubernetesObject {
  return version === undefined ? server : { ...server, spec: { ...(server.spec as object | undefined), version } };
}
