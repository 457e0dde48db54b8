import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem } from '../../../src/language/finding.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { checkPodMonitor } from '../../../src/language/kinds/podMonitor.ts';
import { checkProbe } from '../../../src/language/kinds/probe.ts';
import { checkScrapeConfig } from '../../../src/language/kinds/scrapeConfig.ts';
import { checkServiceMonitor } from '../../../src/language/kinds/serviceMonitor.ts';
import type { MonitorContext } from '../../../src/language/kinds/shared/monitorScope.ts';
import { isSelectedKind, selects } from '../../../src/language/kinds/shared/selection.ts';
import { missingShared, readCorpus } from '../../shared.ts';
import { isValid, lookupOf, parseObject, stored } from './storedObjects.ts';

interface MonitorCase {
  readonly id: string;
  readonly yaml: string;
  readonly context: readonly string[];
  readonly prometheus: string;
  readonly selected: boolean;
  readonly reason: string;
  readonly schema_ok: boolean;
  readonly accepted: boolean;
}

const checks: Readonly<Record<string, (object: KubernetesObject, context: MonitorContext) => Problem[]>> = {
  ServiceMonitor: checkServiceMonitor, PodMonitor: checkPodMonitor, Probe: checkProbe, ScrapeConfig: checkScrapeConfig,
};

/** Reasons for which the Prometheus does not select the object, or the operator rejects it. */
function verdict(object: KubernetesObject, { prometheus: text, context }: MonitorCase): string[] {
  const parsed = parseObject(text);
  const check = checks[object.kind];
  assert.ok(parsed !== undefined && isSelectedKind(object.kind) && check !== undefined);
  const prometheus = stored(parsed);
  const lookup = lookupOf(context.map(parseObject).filter((known) => known !== undefined));
  const namespace = lookup.list('Namespace').find(({ metadata }) => metadata.name === object.metadata.namespace);
  const selection = selects(prometheus, object, object.kind, namespace);
  const rejections = check(object, { prometheus, lookup }).filter(({ severity }) => severity === 'error');
  return [...selection.verdict === 'selected' ? [] : [selection.reason], ...rejections.map(({ message, path }) => `${path.join('.')}: ${message}`)];
}

describe('monitors corpus', { skip: missingShared('corpora/monitors.jsonl') ?? false }, () => {
  for (const item of readCorpus<MonitorCase>('monitors')) {
    test(item.id, () => {
      const object = parseObject(item.yaml);
      const isTaken = object !== undefined && checks[object.kind] !== undefined && isValid(object);
      assert.equal(isTaken, item.schema_ok, 'the API server');
      if (!isTaken) return;
      const reasons = verdict(stored(object), item);
      assert.equal(reasons.length === 0, item.selected, `${item.reason}\nours: ${reasons.join('\n')}\n${item.yaml}`);
      assert.equal(item.accepted, item.selected);
    });
  }
});
