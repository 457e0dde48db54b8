import type { ModelNode } from '../../model/entities.ts';
import type { LiveTree } from '../../model/liveTree.ts';

/** Whether a row, or one below it, holds a text. @param text in lower case */
export function matches(node: ModelNode, text: string, tree: LiveTree): boolean {
  const has = (...values: readonly string[]): boolean => values.some((value) => value.toLowerCase().includes(text));
  switch (node.node) {
    case 'instance': return has(node.namespace, node.name, node.kind);
    case 'monitor': return has(`${node.namespace}/${node.name}`, node.kind) || node.pools.some((pool) => tree.targetsOf(pool).some((target) => matches(target, text, tree)));
    case 'pool': return has(node.name) || tree.targetsOf(node.key).some((target) => matches(target, text, tree));
    case 'target': return has(node.scrapeUrl, node.health, node.lastError, ...Object.values(node.labels));
    case 'group': return has(node.name, node.object ?? '') || tree.rulesOf(node.key).some((rule) => matches(rule, text, tree));
    case 'rule': return has(node.name, node.query, node.lastError, ...Object.values(node.labels));
    case 'alert': return has(...Object.values(node.labels));
    case 'notPickedUp': return has(`${node.namespace}/${node.name}`, node.kind, node.reason);
  }
}
