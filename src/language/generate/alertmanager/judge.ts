/** Whether Alertmanager loads what the operator generated, and which field of which object is to blame where it does not. */

import type { Path } from '../../finding.ts';
import { loadConfig, type AlertmanagerConfig, type LoadResult } from '../../routing/config/load.ts';
import type { ConfigNode } from '../../routing/config/configNode.ts';
import type { MatcherMode } from '../../routing/matchers.ts';
import { atLeast } from '../../version.ts';
import { nearest, type Node, type Origin } from '../node.ts';

/** The parser of matchers that a version of Alertmanager has without feature flags. */
export function matcherMode(alertmanagerVersion: string): MatcherMode {
  return atLeast(alertmanagerVersion, '0.27.0') ? 'fallback' : 'classic';
}

/** Why a generated configuration does not load. */
export interface GeneratedFault {
  /** In Alertmanager's words. */
  readonly message: string;
  readonly path: Path;
  /** The field that the faulty value comes from; undefined when it is one of the base configuration. */
  readonly origin: Origin | undefined;
}

/** The loaded configuration, or every fault that was found. */
export type Judgement = { readonly config: AlertmanagerConfig; readonly faults: readonly [] } | { readonly config?: undefined; readonly faults: readonly GeneratedFault[] };

/** Loads a generated configuration as Alertmanager 0.33.1 does. */
export function judgeGenerated(root: Node, mode: MatcherMode): Judgement {
  const result: LoadResult = loadConfig(configNodeOf(root), mode);
  if (result.config !== undefined) return { config: result.config, faults: [] };
  return { faults: result.faults.map(({ message, path }) => ({ message, path, origin: nearest(root, path).origin })) };
}

/** A generated value as the loader sees it after it was written and read again. */
export function configNodeOf(node: Node): ConfigNode {
  switch (node.kind) {
    case 'scalar': return { kind: 'scalar', text: node.value === null ? 'null' : String(node.value), plain: typeof node.value !== 'string', ...(node.content === 'unknown' && { unknown: true }) };
    case 'list': return { kind: 'list', items: node.items.map(configNodeOf) };
    case 'map': return { kind: 'map', entries: node.entries.map(([key, value]) => ({ key, value: configNodeOf(value) })) };
  }
}
