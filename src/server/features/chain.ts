import { chainSentences, edgeText, mermaid, stagesOf } from '../../language/chain/chainText.ts';
import { chainKinds, objectChain } from '../../language/chain/objectChain.ts';
import { instanceName } from '../../language/kinds/shared/instances.ts';
import type { ChainResult, FieldName, PositionParams } from '../protocol.ts';
import type { FeatureContext } from './featureContext.ts';
import { objectAt, objectNamed, Places } from './places.ts';
import { fieldOf } from './relabel.ts';

const schemaKinds = ['ServiceMonitor', 'PodMonitor', 'Probe', 'ScrapeConfig', 'PrometheusRule', 'Prometheus', 'PrometheusAgent', 'ThanosRuler', 'Alertmanager', 'AlertmanagerConfig'];

/** The chain around an object, for a panel; null where the object is no longer there. */
export async function chainFor({ uri, object }: FieldName, context: FeatureContext): Promise<ChainResult | null> {
  const service = await context.service;
  const { workspace } = context.files;
  const surroundings = await service.surroundings(workspace, context.targetFor(uri), schemaKinds);
  const file = workspace.file(uri);
  const named = file === undefined ? undefined : objectNamed(file, object, workspace);
  if (named === undefined) return null;
  const source = file?.objects.includes(named) === true ? workspace.formsOf(named)[0] ?? named : named;
  const chain = objectChain(source.value, surroundings);
  const places = new Places(workspace, [source]);
  const stages = stagesOf(chain);
  const nodes = stages.flatMap((stage, column) => stage.nodes.map((node) => ({ node, column })));
  const index = new Map(nodes.map(({ node }, at) => [node.id, at]));
  return {
    title: instanceName(source.value),
    sentences: chainSentences(chain),
    columns: stages.map(({ title }) => title),
    nodes: nodes.map(({ node, column }) => ({ title: node.title, detail: node.detail, column, place: node.origin === undefined ? null : places.of(node.origin) })),
    edges: chain.edges.map((edge) => ({ from: index.get(edge.from) ?? 0, to: index.get(edge.to) ?? 0, label: edgeText(edge) })),
    text: mermaid(chain),
  };
}

/** The object at a position around which there is a chain. */
export function chainAt({ uri, position }: PositionParams, { files }: FeatureContext): FieldName | null {
  const file = files.workspace.file(uri);
  const source = file === undefined ? undefined : objectAt(file, position);
  return source === undefined || !chainKinds.includes(source.value.kind) ? null : fieldOf(source, []);
}
