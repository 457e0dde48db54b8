import { readFile } from 'node:fs/promises';
import { isRecord } from '../language/json.ts';
import type { ReportFinding } from './report.ts';
import { UsageError } from './usage.ts';

/**
 * Findings that were there before: those of an earlier `--format json` report. A finding is known
 * again by file, code, object and message, wherever its lines have moved.
 */
export class Baseline {
  readonly #counts = new Map<string, number>();

  /** @throws UsageError when the file cannot be read or is no report */
  static async read(path: string): Promise<Baseline> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new UsageError(`the baseline "${path}" cannot be read (${error instanceof Error ? error.message : String(error)}). Write one with --format json.`);
    });
    let report: unknown;
    try {
      report = JSON.parse(text);
    } catch {
      report = undefined;
    }
    const findings: unknown = isRecord(report) ? report['findings'] : undefined;
    if (!Array.isArray(findings)) throw new UsageError(`the baseline "${path}" is no report of "kubeprom check --format json".`);
    const baseline = new Baseline();
    for (const finding of findings.filter(isRecord)) {
      const key = keyOf(finding);
      baseline.#counts.set(key, (baseline.#counts.get(key) ?? 0) + 1);
    }
    return baseline;
  }

  /** The findings that the baseline does not have, and how many it has. */
  split(findings: readonly ReportFinding[]): { fresh: ReportFinding[]; old: number } {
    const left = new Map(this.#counts);
    const fresh = findings.filter((finding) => {
      const key = keyOf({ ...finding });
      const count = left.get(key) ?? 0;
      if (count > 0) left.set(key, count - 1);
      return count === 0;
    });
    return { fresh, old: findings.length - fresh.length };
  }
}

function keyOf(finding: Record<string, unknown>): string {
  const object = isRecord(finding['object']) ? finding['object'] : {};
  return JSON.stringify([finding['file'], finding['code'], object['kind'], object['namespace'], object['name'], finding['message']]);
}
