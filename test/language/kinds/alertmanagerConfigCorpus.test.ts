import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { generateAlertmanagerConfig } from '../../../src/language/generate/alertmanager/generate.ts';
import { judgeGenerated, matcherMode } from '../../../src/language/generate/alertmanager/judge.ts';
import { checkAlertmanagerConfig, validateAlertmanagerConfig } from '../../../src/language/kinds/alertmanagerConfig/check.ts';
import type { KubernetesObject, ObjectLookup } from '../../../src/language/kinds/objects.ts';
import { missingShared, readCorpus, sharedFolder } from '../../shared.ts';
import { objectOf } from './alertmanagerConfigObjects.ts';
import { isValid, lookupOf, stored } from './storedObjects.ts';

interface Case {
  readonly id: string;
  readonly yaml: string;
  readonly context: readonly string[];
  readonly alertmanager: string;
  readonly alertmanagerVersion: string;
  readonly baseConfig: string;
  readonly schema_ok: boolean;
  readonly ok: boolean;
  readonly error?: string;
  readonly webhook_ok: boolean;
  readonly webhook_error?: string;
  readonly generate_ok?: boolean;
  readonly generate_error?: string;
  readonly generate_ok_kp?: boolean;
  readonly generate_error_kp?: string;
  readonly accepted: boolean;
  readonly convert_error?: string;
}

/** Why the generated configuration is not there or does not load. */
function generationFaults(object: KubernetesObject, item: Case, lookup: ObjectLookup, base: string): string[] {
  const { root, failure } = generateAlertmanagerConfig(objectOf(item.alertmanager), [object], lookup, base);
  if (root === undefined) return [failure?.message ?? 'no configuration'];
  return judgeGenerated(root, matcherMode(item.alertmanagerVersion)).faults.map(({ message, path }) => `${path.join('.')}: ${message}`);
}

const skip = missingShared('corpora/alertmanagerconfigs.jsonl') ?? false;

describe('alertmanagerconfigs corpus', { skip }, () => {
  const kubePrometheus = skip === false ? readFileSync(join(sharedFolder, 'corpora/kube-prometheus-alertmanager.yaml'), 'utf8') : '';
  for (const item of readCorpus<Case>('alertmanagerconfigs').filter(({ convert_error: crash }) => crash === undefined)) {
    test(item.id, () => {
      const object = objectOf(item.yaml);
      const isTaken = isValid(object);
      assert.equal(isTaken, item.schema_ok, 'the API server');
      const kept = stored(object);
      const lookup = lookupOf(item.context.map(objectOf));
      const rejections = checkAlertmanagerConfig(kept, lookup, item.alertmanagerVersion);
      assert.equal(rejections.length === 0, item.ok, `controller: ${item.error ?? 'takes it'}\nours: ${rejections.map(({ message }) => message).join('\n')}`);
      const refusals = validateAlertmanagerConfig(kept);
      assert.equal(refusals.length === 0, item.webhook_ok, `webhook: ${item.webhook_error ?? 'takes it'}\nours: ${refusals.map(({ message }) => message).join('\n')}`);
      if (!item.ok) {
        assert.equal(item.accepted, false);
        return;
      }
      const faults = generationFaults(kept, item, lookup, item.baseConfig);
      assert.equal(faults.length === 0, item.generate_ok, `${item.generate_error ?? 'loads'}\nours: ${faults.join('\n')}`);
      assert.equal(isTaken && faults.length === 0, item.accepted);
      const onKubePrometheus = generationFaults(kept, item, lookup, kubePrometheus);
      assert.equal(onKubePrometheus.length === 0, item.generate_ok_kp, `${item.generate_error_kp ?? 'loads'}\nours: ${onKubePrometheus.join('\n')}`);
    });
  }
});
