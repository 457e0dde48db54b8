import { definitionOf, type DefinitionHeaders } from '../../language/schemas/definition.ts';
import { SchemaStore } from '../../language/schemas/schemaStore.ts';
import type { KindSchema } from '../../language/schemas/types.ts';
import { isRecord } from '../../language/json.ts';
import type { Manifest } from '../../cluster/writes.ts';
import type { Component, StackChoices } from '../choices.ts';
import { readManifestText, type StackObject } from '../manifests.ts';
import { channelObjects } from './channel.ts';
import { withProfile } from './profiles.ts';

/** Reads files that are shipped: `stack/prometheus.yaml`, `schemas/catalog.json`. */
export type ShippedReader = (path: string) => Promise<string>;

/** The namespace and the operator's version that the shipped manifests are written for. */
const written = { namespace: 'monitoring', operator: '0.93.1' };

/** The built-in stack as chosen: CRDs from our schemas, the operator, and its components. */
export async function builtinStack(choices: StackChoices, read: ShippedReader): Promise<{ readonly source: string; readonly operatorVersion: string; readonly objects: readonly StackObject[]; readonly schemas: SchemaStore }> {
  const schemas = await SchemaStore.open((path) => read(`schemas/${path}`));
  const version = schemas.operatorVersion(choices.operator);
  const operator = version.replace(/^v/, '');
  const files: readonly (Component | 'operator')[] = ['operator', ...choices.components];
  const texts = await Promise.all(files.map(async (name) => readManifestText(await read(`stack/${name}.yaml`), `stack/${name}.yaml`)));
  const objects = texts.flatMap((one) => one.objects).map(({ manifest, file }): StackObject => ({
    manifest: withProfile(moved(manifest, choices.namespace, operator) as Manifest, choices), ...(file === undefined ? {} : { file }),
  }));
  const named: Manifest = {
    apiVersion: 'v1', kind: 'Namespace',
    // The node exporter reads the node's files.
    metadata: { name: choices.namespace, labels: { 'app.kubernetes.io/managed-by': 'kubeprom', ...(choices.components.includes('node-exporter') ? { 'pod-security.kubernetes.io/enforce': 'privileged' } : {}) } },
  };
  const others = [named, ...await definitions(schemas, version, read), ...channelObjects(choices), ...ingress(choices)].map((manifest): StackObject => ({ manifest }));
  return { source: `built in, operator ${operator}, profile ${choices.profile}`, operatorVersion: version, objects: [...others, ...objects], schemas };
}

/** The CRDs of an operator version. */
async function definitions(schemas: SchemaStore, version: string, read: ShippedReader): Promise<Manifest[]> {
  const headers = (JSON.parse(await read('schemas/definitions.json')) as DefinitionHeaders)[version] ?? [];
  return Promise.all(headers.map(async (header) => {
    const known = new Map<string, KindSchema>();
    for (const { name } of header.versions) {
      const schema = await schemas.load({ apiVersion: `${header.group}/${name}`, kind: header.names.kind }, version);
      if (schema !== undefined) known.set(name, schema);
    }
    return definitionOf(header, known) as unknown as Manifest;
  }));
}

/** The manifests for another namespace and another version of the operator. */
function moved(value: unknown, namespace: string, operator: string, key = ''): unknown {
  if (typeof value === 'string') {
    if (key === 'namespace' && value === written.namespace) return namespace;
    return value.replaceAll(`.${written.namespace}.svc`, `.${namespace}.svc`).replaceAll(/(prometheus-operator|prometheus-config-reloader):v0\.93\.1/g, `$1:v${operator}`);
  }
  if (Array.isArray(value)) return value.map((item) => moved(item, namespace, operator));
  if (!isRecord(value)) return value;
  // Rights of the whole cluster have one name there: another stack has others.
  const suffix = namespace === written.namespace ? '' : `-${namespace}`;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === 'name' && typeof one === 'string' && one.startsWith('kubeprom-') ? `${one}${suffix}` : moved(one, namespace, operator, name)]));
}

function ingress({ namespace, grafanaDomain, components }: StackChoices): Manifest[] {
  if (grafanaDomain === undefined || !components.includes('grafana')) return [];
  const host = `grafana.${grafanaDomain}`;
  return [{
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'grafana', namespace },
    spec: { tls: [{ hosts: [host], secretName: 'grafana-tls' }], rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'grafana', port: { name: 'http' } } } }] } }] },
  }];
}
