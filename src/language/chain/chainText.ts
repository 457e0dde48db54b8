import { type ChainEdge, type ChainNode, type ChainStage, chainStages, joinedLabels, type ObjectChain } from './objectChain.ts';

/** A chain as Mermaid's flowchart, from the pods to the receivers. */
export function mermaid({ nodes, edges }: ObjectChain): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${String(index)}`]));
  const lines = [
    ...nodes.map((node) => `  ${ids.get(node.id) ?? ''}["${escaped(node.title)}${node.detail === '' ? '' : `<br/>${escaped(node.detail)}`}"]`),
    ...edges.map((edge) => `  ${ids.get(edge.from) ?? ''} -->${edge.labels.length === 0 ? '' : `|"${escaped(edgeText(edge))}"|`} ${ids.get(edge.to) ?? ''}`),
  ];
  return `flowchart LR\n${lines.map((line) => `${line}\n`).join('')}`;
}

function escaped(text: string): string {
  return text.replace(/["<>#&\n]/g, (character) => `#${String(character.charCodeAt(0))};`);
}

/** Several chains as one, each node and link once. */
export function mergeChains(chains: readonly ObjectChain[]): ObjectChain {
  const nodes = new Map(chains.flatMap((chain) => chain.nodes.map((node) => [node.id, node])));
  const edges = new Map<string, ChainEdge>();
  for (const edge of chains.flatMap((chain) => chain.edges)) {
    const key = `${edge.from}\n${edge.to}`;
    edges.set(key, { ...edge, labels: joinedLabels(edges.get(key)?.labels ?? [], edge.labels) });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

const words: Readonly<Record<ChainStage, string>> = {
  pods: 'Pods', service: 'Services', monitor: 'Monitors', server: 'Servers', job: 'Scrape jobs', rule: 'Recording rules', alert: 'Alerts', receiver: 'Receivers',
};

/** The nodes of each stage that a chain has, in the order in which data flows. */
export function stagesOf({ nodes }: ObjectChain): { readonly stage: ChainStage; readonly title: string; readonly nodes: readonly ChainNode[] }[] {
  return chainStages.map((stage) => ({ stage, title: words[stage], nodes: nodes.filter((node) => node.stage === stage) })).filter((one) => one.nodes.length > 0);
}

/** What a chain says of its object beyond who selects it, in sentences. */
export function chainSentences(chain: ObjectChain): string[] {
  const list = (stage: ChainStage): string => listed(chain.nodes.filter((node) => node.stage === stage).map(({ title }) => title));
  const has = (stage: ChainStage): boolean => chain.nodes.some((node) => node.stage === stage);
  const isSure = (stage: ChainStage): boolean => chain.edges.every(({ to, labels }) => !labels.includes('may be used by') || chain.nodes.find(({ id }) => id === to)?.stage !== stage);
  const isOne = (stage: ChainStage): boolean => new Set(chain.nodes.filter((node) => node.stage === stage).map(({ title }) => title)).size === 1;
  const use = (stage: ChainStage): string => (!isSure(stage) ? 'may use' : isOne(stage) ? 'uses' : 'use');
  return [
    ...(has('service') ? [`Its targets are behind ${list('service')}.`] : []),
    ...(has('pods') ? [`They are the pods of ${list('pods')}${portsText(chain)}.`] : []),
    ...(has('rule') ? [`The recording ${isOne('rule') ? 'rule' : 'rules'} ${list('rule')} ${use('rule')} its metrics.`] : []),
    ...(has('alert') ? [`The ${isOne('alert') ? 'alert' : 'alerts'} ${list('alert')} ${use('alert')} its metrics${has('receiver') ? `, and ${isOne('alert') ? 'goes' : 'go'} to ${list('receiver')}` : ''}.`] : []),
  ];
}

function portsText({ nodes, edges }: ObjectChain): string {
  const pods = new Set(nodes.filter(({ stage }) => stage === 'pods').map(({ id }) => id));
  const text = portsOf(edges.filter(({ from }) => pods.has(from)).flatMap(({ labels }) => labels));
  return text === '' ? '' : `, ${text}`;
}

/** What an edge says: the ports where it is known which, otherwise how the two are linked. */
export function edgeText({ labels }: ChainEdge): string {
  return portsOf(labels) || labels.join(', ');
}

function portsOf(labels: readonly string[]): string {
  const ports = [...new Set(labels.filter((label) => label.startsWith('port ')).map((label) => label.slice('port '.length)))];
  return ports.length === 0 ? '' : `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
}

function listed(names: readonly string[]): string {
  const shown = [...new Set(names)];
  return shown.length <= 8 ? shown.join(', ') : `${shown.slice(0, 8).join(', ')} and ${String(shown.length - 8)} others`;
}
