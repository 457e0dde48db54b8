import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatDuration } from '../../../src/language/duration.ts';
import { generateAlertmanagerConfig } from '../../../src/language/generate/alertmanager/generate.ts';
import { judgeGenerated, matcherMode } from '../../../src/language/generate/alertmanager/judge.ts';
import { toPlain } from '../../../src/language/generate/node.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { routeAlert, type RoutedTo } from '../../../src/language/routing/route.ts';
import { missingShared, readCorpus } from '../../shared.ts';
import { objectOf } from '../kinds/alertmanagerConfigObjects.ts';
import { lookupOf, stored } from '../kinds/storedObjects.ts';

interface Case {
  readonly id: string;
  readonly alertmanager: string;
  readonly alertmanagerVersion: string;
  readonly baseConfig: string;
  readonly alertmanagerConfigs: readonly string[];
  readonly context: readonly string[];
  readonly rejected: Readonly<Record<string, string>>;
  readonly ok: boolean;
  readonly error?: string;
  readonly generated: string;
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly routes: readonly unknown[] }[];
}

function parsed(text: string): KubernetesObject {
  return stored(objectOf(text));
}

/** A route in the corpus' spelling. */
function spelled(to: RoutedTo): Record<string, unknown> {
  return {
    receiver: to.receiver, group_by: to.groupBy, group_by_all: to.groupByAll, group_wait: formatDuration(to.groupWait), group_interval: formatDuration(to.groupInterval),
    repeat_interval: formatDuration(to.repeatInterval), ...(to.muteTimeIntervals.length > 0 && { mute_time_intervals: to.muteTimeIntervals }),
    ...(to.activeTimeIntervals.length > 0 && { active_time_intervals: to.activeTimeIntervals }),
  };
}

describe('routing corpus', { skip: missingShared('corpora/routing.jsonl') ?? false }, () => {
  for (const item of readCorpus<Case>('routing')) {
    test(item.id, () => {
      const { root, rejected, failure } = generateAlertmanagerConfig(parsed(item.alertmanager), item.alertmanagerConfigs.map(parsed), lookupOf(item.context.map(parsed)), item.baseConfig);
      assert.deepEqual([...rejected.keys()].sort(), Object.keys(item.rejected).sort());
      const judgement = root === undefined ? undefined : judgeGenerated(root, matcherMode(item.alertmanagerVersion));
      assert.equal(judgement?.config !== undefined, item.ok, `${item.error ?? 'loads'}\nours: ${failure?.message ?? ''} ${judgement?.faults.map(({ message }) => message).join('\n') ?? ''}`);
      if (root === undefined || judgement?.config === undefined) return;
      assert.deepEqual(toPlain(root), objectOf(item.generated));
      for (const { labels, routes } of item.alerts) assert.deepEqual(routeAlert(judgement.config, labels).map(spelled), routes, JSON.stringify(labels));
    });
  }
});
