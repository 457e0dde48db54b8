import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { checkRelabelConfigs } from '../../../src/language/relabel/checkRelabelConfigs.ts';
import { checkRelabelLoading } from '../../../src/language/relabel/checkRelabelLoading.ts';
import { relabel } from '../../../src/language/relabel/relabel.ts';
import { readRelabelConfigs } from '../../../src/language/relabel/relabelConfig.ts';
import { parseVersion } from '../../../src/language/version.ts';
import { missingShared, readCorpus } from '../../shared.ts';

interface RelabelCase {
  readonly id: string;
  readonly config: string;
  readonly in: Readonly<Record<string, string>>;
  readonly ok: boolean;
  readonly error?: string;
  readonly prometheus_error?: string;
  readonly dropped?: boolean;
  readonly out?: Readonly<Record<string, string>>;
}

const version = parseVersion('3.13.2');
assert.ok(version);

describe('relabel corpus', { skip: missingShared('corpora/relabel.jsonl') ?? false }, () => {
  for (const { id, config, ok, error, prometheus_error, dropped, out, in: labels } of readCorpus<RelabelCase>('relabel')) {
    // An object that does not fit the Go type is the schema's to refuse.
    if (error?.startsWith('decode:') === true) continue;
    test(id, () => {
      const value: unknown = parse(config, { schema: 'yaml-1.1' });
      assert.equal(checkRelabelConfigs(value, [], version).length === 0, ok, `${config}${error ?? ''}`);
      if (!ok) return;
      assert.equal(checkRelabelLoading(value, []).length > 0, prometheus_error !== undefined, `${config}${prometheus_error ?? ''}`);
      if (prometheus_error !== undefined) return;
      const result = relabel(readRelabelConfigs(value), labels);
      assert.equal(!result.kept, dropped, config);
      if (out !== undefined) assert.deepEqual(result.labels, out, config);
    });
  }
});
