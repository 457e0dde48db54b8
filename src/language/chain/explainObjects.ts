import type { ObjectReference, Problem } from '../finding.ts';
import { entryOf, toPlain } from '../generate/node.ts';
import { Source } from '../generate/source.ts';
import { isRecord } from '../json.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { instanceName } from '../kinds/shared/instances.ts';
import { isSelectedKind, selects } from '../kinds/shared/selection.ts';
import { namespacesOf } from '../workspace/links/scope.ts';
import type { SourceFile } from '../workspace/sourceFile.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { AlertRouting } from './alertRouting.ts';
import { chainSentences } from './chainText.ts';
import { counted } from './linkSummary.ts';
import { objectChain } from './objectChain.ts';
import { monitorKinds, type ScrapeConfiguration } from './scrapeConfiguration.ts';
import type { Surroundings } from './surroundings.ts';

/** What an object will do, in sentences. */
export interface Explanation {
  readonly object: ObjectReference;
  readonly sentences: readonly string[];
  /** Whether the cluster refuses it. */
  readonly rejected: boolean;
}

/** What is known of all files together. */
export interface ExplanationSources {
  readonly scrape: readonly ScrapeConfiguration[];
  readonly routing: readonly AlertRouting[];
  /** The problems of a file's objects, by object. */
  readonly problemsOf: (file: SourceFile) => ReadonlyMap<KubernetesObject, readonly Problem[]>;
  readonly surroundings: Surroundings;
}

/** Explains every monitoring object of a workspace, in the files' order. */
export function explainObjects(workspace: Workspace, sources: ExplanationSources): Explanation[] {
  return [...workspace.files].flatMap((file) => {
    const problems = sources.problemsOf(file);
    return workspace.appliedIn(file).filter(({ value }) => problems.has(value)).map(({ value, reference, unsettled }) => {
      const errors = (problems.get(value) ?? []).filter((problem) => problem.severity === 'error');
      if (unsettled === true) return { object: reference, rejected: false, sentences: ['A template writes parts of it that decide what it does, so that is not known.'] };
      return { object: reference, rejected: errors.length > 0, sentences: [...selectionSentences(value, workspace), ...roleSentences(value, sources), ...linkSentences(value, problems.get(value) ?? [], sources.surroundings), ...errors.map((error) => error.message)] };
    });
  });
}

/** What the object finds among the files, and who uses it; why it finds nothing where that is known. */
function linkSentences(object: KubernetesObject, problems: readonly Problem[], surroundings: Surroundings): string[] {
  const broken = problems.filter(({ code, severity }) => severity !== 'error' && linkCodes.has(code)).map(({ message }) => message);
  if (object.kind === 'PrometheusRule') {
    const receivers = objectChain(object, surroundings).nodes.filter(({ stage }) => stage === 'receiver').map(({ title }) => title);
    return [...broken, ...(receivers.length === 0 ? [] : [`Its alerts go to ${receivers.join(', ')}.`])];
  }
  if (!isMonitorKind(object.kind)) return broken;
  const chain = objectChain(object, surroundings);
  return [...chainSentences(chain), ...broken, ...(broken.length === 0 && (object.kind === 'ServiceMonitor' || object.kind === 'PodMonitor') && !chain.nodes.some(({ stage }) => stage === 'service' || stage === 'pods') ? [unknownTargets(object, surroundings)] : [])];
}

/** What the files lack that would tell a monitor's targets. */
function unknownTargets(object: KubernetesObject, { lookup }: Surroundings): string {
  const namespaces = namespacesOf(Source.of(object).at('spec'), Source.nowhere(object), lookup);
  const where = namespaces === undefined ? '' : ` of namespace ${namespaces.map((name) => `"${name}"`).join(', ')}`;
  return `No ${object.kind === 'ServiceMonitor' ? 'Service' : 'pod'}${where} with its labels is among the files, so its targets are not known.`;
}

const linkCodes: ReadonlySet<string> = new Set([
  'servicemonitor/selects-nothing', 'servicemonitor/port-not-found', 'podmonitor/selects-nothing', 'podmonitor/port-not-found',
  'monitor/no-access', 'monitor/scraped-twice', 'alertmanagerconfig/receiver-unused', 'alertmanagerconfig/route-unreachable',
]);

function isMonitorKind(kind: string): boolean {
  return (monitorKinds as readonly string[]).includes(kind);
}

const serversOf: Readonly<Record<string, readonly string[]>> = {
  PrometheusRule: ['Prometheus', 'ThanosRuler'],
  AlertmanagerConfig: ['Alertmanager'],
};

function* selectionSentences(object: KubernetesObject, workspace: Workspace): Generator<string> {
  const { kind } = object;
  if (!isSelectedKind(kind)) return;
  const servers = (serversOf[kind] ?? ['Prometheus', 'PrometheusAgent']).flatMap((serverKind) => workspace.list(serverKind));
  if (servers.length === 0) yield `No ${(serversOf[kind] ?? ['Prometheus'])[0] ?? ''} is among the files, so nothing is known of who selects it.`;
  const namespace = workspace.get('Namespace', 'default', object.metadata.namespace ?? 'default');
  for (const server of servers) {
    const selection = selects(server, object, kind, namespace);
    yield selection.verdict === 'selected' ? `${instanceName(server)} selects it.` : selection.reason;
  }
}

function* roleSentences(object: KubernetesObject, { scrape, routing }: ExplanationSources): Generator<string> {
  for (const configuration of scrape) {
    const own = configuration.configs.filter((config) => config.origin?.object.kind === object.kind && config.origin.object.metadata.name === object.metadata.name && config.origin.object.metadata.namespace === object.metadata.namespace);
    for (const config of own) {
      const job = entryOf(config, 'job_name');
      const discovery = entryOf(config, 'kubernetes_sd_configs');
      const plain: unknown = discovery === undefined ? undefined : toPlain(discovery);
      const role: unknown = Array.isArray(plain) && isRecord(plain[0]) ? plain[0]['role'] : undefined;
      yield `It becomes the scrape job "${job === undefined ? '' : String(toPlain(job))}" of ${instanceName(configuration.server)}${typeof role === 'string' ? `, which finds its targets as ${role}` : ''}.`;
    }
  }
  if (object.kind === 'AlertmanagerConfig') {
    for (const { alertmanager, config } of routing) {
      const prefix = `${object.metadata.namespace ?? 'default'}/${object.metadata.name}/`;
      const receivers = (config?.receivers ?? []).filter((receiver) => receiver.startsWith(prefix));
      if (receivers.length > 0) yield `In ${instanceName(alertmanager)} its receivers are ${receivers.join(', ')}.`;
    }
  }
  const spec = isRecord(object.spec) ? object.spec : {};
  if (object.kind === 'PrometheusRule' && Array.isArray(spec['groups'])) {
    const rules = spec['groups'].flatMap((group: unknown) => (isRecord(group) && Array.isArray(group['rules']) ? group['rules'].filter(isRecord) : []));
    const alerts = rules.filter((rule) => typeof rule['alert'] === 'string').length;
    yield `It holds ${counted(spec['groups'].length, 'group')} with ${counted(alerts, 'alert')} and ${counted(rules.length - alerts, 'recording rule')}.`;
  }
}
