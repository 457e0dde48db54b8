import { parse } from 'yaml';
import type { KubernetesObject, ObjectLookup } from '../../../src/language/kinds/objects.ts';
import { list, toPlain, type MapNode } from '../../../src/language/generate/node.ts';
import { defaultOperatorOptions, type OperatorOptions } from '../../../src/language/generate/operatorOptions.ts';
import { generateScrapeConfigs, type GeneratedScrapeConfigs } from '../../../src/language/generate/scrapeConfigs.ts';

/** An object from YAML, in the namespace `shop` and with the name `checkout` unless it says otherwise. */
export function object(kind: string, spec: string, more: Partial<KubernetesObject> = {}): KubernetesObject {
  return { apiVersion: 'monitoring.coreos.com/v1', kind, metadata: { name: 'checkout', namespace: 'shop' }, spec: parse(spec) as unknown, ...more };
}

/** A Prometheus called shop/main. */
export function prometheus(spec = '{}', kind = 'Prometheus'): KubernetesObject {
  return object(kind, spec, { metadata: { name: 'main', namespace: 'shop' } });
}

export function secret(name: string, stringData: Record<string, string>, namespace = 'shop'): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
}

/** A lookup in which nothing exists but these objects. */
export function lookup(objects: readonly KubernetesObject[] = [], complete = true): ObjectLookup {
  return {
    complete,
    list: (kind) => objects.filter((item) => item.kind === kind),
    get: (kind, namespace, name) => objects.find((item) => item.kind === kind && (item.metadata.namespace ?? 'default') === namespace && item.metadata.name === name),
  };
}

export interface Case {
  readonly monitors: readonly KubernetesObject[];
  readonly prometheus?: KubernetesObject;
  readonly objects?: readonly KubernetesObject[];
  readonly complete?: boolean;
  readonly operator?: OperatorOptions;
}

export function generate(input: Case): GeneratedScrapeConfigs {
  return generateScrapeConfigs({
    prometheus: input.prometheus ?? prometheus(),
    monitors: input.monitors,
    lookup: lookup(input.objects, input.complete ?? true),
    operator: input.operator ?? defaultOperatorOptions,
  });
}

/** A generated job as plain values. */
export type Job = Record<string, unknown> & { readonly relabel_configs: readonly Record<string, unknown>[] };

export function jobs(input: Case): Job[] {
  const { configs, failure } = generate(input);
  if (failure !== undefined) throw new Error(failure.problem.message);
  return toPlain(list(configs)) as Job[];
}

/** The only job of a monitor. */
export function job(monitor: KubernetesObject, input: Omit<Case, 'monitors'> = {}): Job {
  const [only, ...others] = jobs({ ...input, monitors: [monitor] });
  if (only === undefined || others.length > 0) throw new Error('not one job');
  return only;
}

export function onlyConfig(input: Case): MapNode {
  const [only] = generate(input).configs;
  if (only === undefined) throw new Error('no job');
  return only;
}
