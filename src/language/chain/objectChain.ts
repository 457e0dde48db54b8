/** The whole chain around an object: who selects it, what it finds, which jobs that will be, which rules use them, where the alerts go. */

import type { Path } from '../finding.ts';
import { entryOf, toPlain } from '../generate/node.ts';
import { defaultOperatorOptions } from '../generate/operatorOptions.ts';
import { Source } from '../generate/source.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { instanceName } from '../kinds/shared/instances.ts';
import { isSelectedKind, selects } from '../kinds/shared/selection.ts';
import { monitorsLookingAt } from '../workspace/links/monitors.ts';
import { podKinds, podsOf, podsOfService } from '../workspace/links/pods.ts';
import { picks, servicesIn } from '../workspace/links/services.ts';
import { targetsOf } from '../workspace/links/targets.ts';
import { alertJourney, routingsOf } from './alertJourney.ts';
import { type AlertRule, alertLabels } from './alertLabels.ts';
import { metricUsers, type RuleUse, usersOfRecord } from './metricUsers.ts';
import { scrapeConfiguration } from './scrapeConfiguration.ts';
import type { Surroundings } from './surroundings.ts';

/** What a node of a chain is, in the order in which data flows. */
export const chainStages = ['pods', 'service', 'monitor', 'server', 'job', 'rule', 'alert', 'receiver'] as const;

export type ChainStage = (typeof chainStages)[number];

/** A link of the chain. */
export interface ChainNode {
  readonly id: string;
  readonly stage: ChainStage;
  readonly title: string;
  /** What more is known, in a few words; empty where nothing is. */
  readonly detail: string;
  /** Where it stands; undefined where no file says it. */
  readonly origin: { readonly object: KubernetesObject; readonly path: Path } | undefined;
}

export interface ChainEdge {
  readonly from: string;
  readonly to: string;
  /** Ways in which the two are linked, such as `port http`; none where there is nothing to say. */
  readonly labels: readonly string[];
}

export interface ObjectChain {
  readonly nodes: readonly ChainNode[];
  readonly edges: readonly ChainEdge[];
}

/** More nodes than these no picture shows, and nobody reads. */
const maximumNodes = 200;

/** The kinds around which there is a chain. */
export const chainKinds: readonly string[] = ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'PrometheusRule', 'Service', ...podKinds];

const serversOf: Readonly<Record<string, readonly string[]>> = { PrometheusRule: ['Prometheus', 'ThanosRuler'] };

/** The chain around an object of {@link chainKinds}; nodes of its own only for any other. */
export function objectChain(object: KubernetesObject, surroundings: Surroundings): ObjectChain {
  const chain = new Chain(surroundings);
  if (object.kind === 'PrometheusRule') chain.rules(object);
  else if (object.kind === 'Service') chain.service(object);
  else if (podsOf(object) !== undefined) chain.pods(object);
  else chain.monitor(object);
  return chain.result;
}

class Chain {
  readonly #surroundings: Surroundings;
  readonly #nodes = new Map<string, ChainNode>();
  readonly #edges = new Map<string, ChainEdge>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get result(): ObjectChain {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }

  pods(object: KubernetesObject): void {
    const { lookup } = this.#surroundings;
    this.#object('pods', object);
    const { namespace } = object.metadata;
    const services = servicesIn(lookup, namespace === undefined ? undefined : [namespace]).filter((service) => podsOfService(service, lookup).some((pods) => pods.object === object));
    for (const service of services) this.service(service);
    const monitors = monitorsLookingAt('PodMonitor', namespace, lookup).filter((monitor) => targetsOf(monitor, Source.nowhere(monitor), lookup).some(({ pod }) => pod === object));
    for (const monitor of monitors) this.monitor(monitor);
  }

  service(service: KubernetesObject): void {
    const { lookup } = this.#surroundings;
    const id = this.#object('service', service);
    for (const { object } of podsOfService(service, lookup)) this.#edge(this.#object('pods', object), id, 'has the pods of');
    for (const monitor of monitorsLookingAt('ServiceMonitor', service.metadata.namespace, lookup)) if (picks(Source.of(monitor).at('spec'), service)) this.monitor(monitor);
  }

  monitor(monitor: KubernetesObject): void {
    const { lookup, stored } = this.#surroundings;
    const id = this.#object('monitor', monitor);
    const servers = this.#servers(monitor);
    const spec = servers[0] === undefined ? Source.nowhere(monitor) : Source.of(stored(servers[0])).at('spec');
    const targets = targetsOf(stored(monitor), spec, lookup);
    for (const { service, pod, port, servicePort } of targets) {
      const named = servicePort?.at('name').text ?? '';
      const through = service === undefined ? id : this.#object('service', service);
      if (service !== undefined) this.#edge(through, id, named === '' ? 'is selected by' : `port ${named}`);
      if (pod !== undefined) this.#edge(this.#object('pods', pod), through, port === 0 ? '' : `port ${String(port)}`);
    }
    const jobs = servers.flatMap((server) => this.#jobs(monitor, server, id));
    const users = metricUsers(monitor, targets, lookup);
    for (const use of users) this.#use(use, jobs.length === 0 ? [id] : jobs);
  }

  rules(object: KubernetesObject): void {
    const servers = this.#servers(object);
    for (const [index, group] of Source.of(object).at('spec', 'groups').items.entries()) {
      for (const [position, rule] of group.at('rules').items.entries()) {
        const id = this.#rule({ object, path: ['spec', 'groups', index, 'rules', position], rule, isSure: true });
        for (const server of servers) this.#edge(this.#object('server', server), id, 'evaluates');
        const record = rule.at('record').text;
        if (record !== '') for (const user of usersOfRecord(record, this.#surroundings.lookup)) this.#use(user, [id]);
      }
    }
  }

  /** The servers that select an object, each as a node when there is any. */
  #servers(object: KubernetesObject): KubernetesObject[] {
    const { lookup, stored } = this.#surroundings;
    const { kind } = object;
    if (!isSelectedKind(kind)) return [];
    const namespace = lookup.get('Namespace', 'default', object.metadata.namespace ?? 'default');
    return (serversOf[kind] ?? ['Prometheus', 'PrometheusAgent']).flatMap((one) => lookup.list(one)).filter((server) => selects(stored(server), object, kind, namespace).verdict === 'selected');
  }

  #jobs(monitor: KubernetesObject, server: KubernetesObject, id: string): string[] {
    const serverId = this.#object('server', server);
    this.#edge(id, serverId, 'is selected by');
    const { configs } = scrapeConfiguration(server, this.#surroundings, defaultOperatorOptions);
    return configs.filter(({ origin }) => origin !== undefined && origin.object.kind === monitor.kind && instanceName(origin.object) === instanceName(monitor)).map((config) => {
      const name = entryOf(config, 'job_name');
      const title = name === undefined ? '' : String(toPlain(name));
      const job = this.#node({ id: `job ${serverId} ${title}`, stage: 'job', title, detail: 'scrape job', origin: config.origin === undefined ? undefined : { object: monitor, path: config.origin.path } });
      this.#edge(serverId, job, 'scrapes');
      return job;
    });
  }

  #use(use: RuleUse, from: readonly string[]): void {
    const isNew = !this.#nodes.has(ruleId(use));
    const id = this.#rule(use);
    for (const one of from) this.#edge(one, id, use.isSure ? 'is used by' : 'may be used by');
    const record = use.rule.at('record').text;
    if (isNew && record !== '') for (const user of usersOfRecord(record, this.#surroundings.lookup)) this.#use(user, [id]);
  }

  #rule(use: RuleUse): string {
    const { object, path, rule } = use;
    const [alert, record] = [rule.at('alert').text, rule.at('record').text];
    const origin = { object, path: [...path, alert === '' ? 'record' : 'alert'] };
    const id = this.#node({ id: ruleId(use), stage: alert === '' ? 'rule' : 'alert', title: alert === '' ? record : alert, detail: alert === '' ? 'recording rule' : 'alert', origin });
    if (alert !== '') this.#receivers({ object, path, name: alert }, id);
    return id;
  }

  #receivers(rule: AlertRule, id: string): void {
    const { labels } = alertLabels(rule, this.#surroundings);
    const plain = Object.fromEntries(labels.map(({ name, value }) => [name, value]));
    // Without an Alertmanager or a route among the files nothing is known of receivers.
    if (['Alertmanager', 'AlertmanagerConfig'].every((kind) => this.#surroundings.lookup.list(kind).length === 0)) return;
    for (const routing of routingsOf(this.#surroundings)) {
      for (const { receiver, origin } of alertJourney(routing, plain).stops) {
        const server = instanceName(routing.alertmanager);
        this.#edge(id, this.#node({ id: `receiver ${server} ${receiver}`, stage: 'receiver', title: receiver, detail: `receiver of ${server}`, origin }), 'goes to');
      }
    }
  }

  #object(stage: ChainStage, object: KubernetesObject): string {
    return this.#node({ id: instanceName(object), stage, title: instanceName(object), detail: '', origin: { object, path: ['metadata', 'name'] } });
  }

  #node(node: ChainNode): string {
    if (!this.#nodes.has(node.id) && this.#nodes.size < maximumNodes) this.#nodes.set(node.id, node);
    return node.id;
  }

  #edge(from: string, to: string, label: string): void {
    if (!this.#nodes.has(from) || !this.#nodes.has(to) || from === to) return;
    const key = `${from}\n${to}`;
    this.#edges.set(key, { from, to, labels: joinedLabels(this.#edges.get(key)?.labels ?? [], label === '' ? [] : [label]) });
  }
}

/** Labels of one edge, each once. */
export function joinedLabels(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])];
}

function ruleId({ object, path }: RuleUse): string {
  return `${instanceName(object)} ${path.join('.')}`;
}
