import type { Fix, Problem } from '../../finding.ts';
import type { Source } from '../../generate/source.ts';
import { atLeast, type Version } from '../../version.ts';

/** The finding codes of an AlertmanagerConfig. */
export type Code =
  | 'type' | 'conversion' | 'receiver' | 'receiver-not-found' | 'integration' | 'url' | 'http' | 'tls' | 'secret' | 'route' | 'child-route' | 'matcher'
  | 'time-interval' | 'time-interval-not-found' | 'version';

/** Collects what the operator says of one AlertmanagerConfig. */
export class Verdict {
  readonly problems: Problem[] = [];

  /** The operator leaves the whole object out. `what` is a clause, `advice` a sentence of its own. */
  reject(at: Source, code: Code, what: string, advice?: string, on?: 'key' | 'value', fixes: readonly Fix[] = []): void {
    const message = `${what}: the operator rejects the whole AlertmanagerConfig.${advice === undefined ? '' : ` ${advice}`}`;
    this.problems.push({ code: `alertmanagerconfig/${code}`, severity: 'error', message, path: at.path, ...(on && { on }), ...(fixes.length > 0 && { fixes }) });
  }

  /** The operator rejects the object because the Alertmanager is older than a field. True when it did. */
  rejectBefore(version: Version, minimum: string, at: Source, what: string): boolean {
    if (atLeast(version, minimum)) return false;
    const { major, minor, patch } = version;
    this.reject(at, 'version', `${what} needs Alertmanager ${minimum} or newer, and this one is ${major}.${minor}.${patch}`, undefined, 'key');
    return true;
  }
}
