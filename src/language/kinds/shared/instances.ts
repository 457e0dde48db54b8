import type { Problem } from '../../finding.ts';
import type { Target } from '../../settings/settings.ts';
import type { CheckContext } from '../kindCheck.ts';
import { releaseTrap, selectionFixes } from '../links/selectionFixes.ts';
import type { KubernetesObject } from '../objects.ts';
import { type SelectedKind, type Selection, selects } from './selection.ts';

/** The servers that an object is judged for, and whether any takes it at all. */
export interface Instances {
  /** Those that select the object, in their form of the API server; empty where none is known to. */
  readonly selecting: readonly KubernetesObject[];
  /** Said when there are servers and none of them selects the object. */
  readonly unselected: Problem | undefined;
}

/** How a message names a server: `Prometheus monitoring/k8s`. */
export function instanceName(instance: KubernetesObject): string {
  return `${instance.kind} ${instance.metadata.namespace ?? 'default'}/${instance.metadata.name}`;
}

/**
 * Finds the servers that select an object. A server that the settings name counts whatever its
 * selectors say; one whose selectors depend on labels nobody knows counts as selecting.
 */
export function instancesFor(context: CheckContext, kind: SelectedKind, serverKinds: readonly string[]): Instances {
  const { object, lookup, target } = context;
  const servers = serverKinds.flatMap((serverKind) => lookup.list(serverKind));
  const named = servers.filter((server) => isNamed(server, target));
  if (named.length > 0) return { selecting: named.map((server) => context.stored(server)), unselected: undefined };
  const namespace = lookup.get('Namespace', 'default', object.metadata.namespace ?? 'default');
  const answers = servers.map((server) => ({ server, selection: selects(context.stored(server), object, kind, namespace) }));
  const selecting = answers.filter(({ selection }) => selection.verdict !== 'not selected').map(({ server }) => context.stored(server));
  return { selecting, unselected: selecting.length > 0 ? undefined : notSelected(answers, context) };
}

function isNamed(server: KubernetesObject, { prometheus }: Target): boolean {
  return prometheus !== undefined && prometheus === `${server.metadata.namespace ?? 'default'}/${server.metadata.name}`;
}

function notSelected(answers: readonly { readonly server: KubernetesObject; readonly selection: Selection }[], { object, lookup }: CheckContext): Problem | undefined {
  const refusals = answers.flatMap(({ server, selection }) => (selection.verdict === 'not selected' ? [{ server, selection, reason: selection.reason, selector: selection.selector }] : []));
  const [first, ...others] = refusals;
  if (first === undefined) return undefined;
  const fixes = answers.flatMap(({ server, selection }) => selectionFixes(server, object, selection, lookup));
  return {
    code: 'selection/not-selected',
    severity: lookup.complete ? 'error' : 'warning',
    path: ['metadata', 'labels'],
    on: 'key',
    message: `${first.reason}${others.length === 0 ? '' : ` ${others.length} other${others.length === 1 ? '' : 's'} do not select it either.`} Nothing will come of it.${releaseTrap(first.server, object, first.selection, lookup)}`,
    related: refusals.map(({ server, reason, selector }) => ({ path: selector, object: server, message: reason })),
    ...(fixes.length === 0 ? {} : { fixes: fixes.slice(0, 4) }),
  };
}

/** One judge's problems. */
export interface Verdict {
  /** Undefined where no server is known. */
  readonly judge: string | undefined;
  readonly problems: readonly Problem[];
}

/** The problems of all judges: what all of them say once, what only some say with their names. */
export function mergeVerdicts(verdicts: readonly Verdict[]): Problem[] {
  if (verdicts.length === 1) return [...(verdicts[0]?.problems ?? [])];
  const merged = new Map<string, { problem: Problem; judges: string[] }>();
  for (const { judge, problems } of verdicts) {
    for (const problem of problems) {
      const key = JSON.stringify([problem.code, problem.path, problem.within, problem.message]);
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { problem, judges: [judge ?? ''] });
      else known.judges.push(judge ?? '');
    }
  }
  return [...merged.values()].map(({ problem, judges }) =>
    judges.length === verdicts.length ? problem : { ...problem, message: `${problem.message} (${judges.join(', ')})` },
  );
}
