import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { loadProblems } from '../../../src/language/generate/loading/loadProblems.ts';
import { list, toPlain } from '../../../src/language/generate/node.ts';
import { defaultOperatorOptions, type OperatorOptions } from '../../../src/language/generate/operatorOptions.ts';
import { printYaml } from '../../../src/language/generate/printYaml.ts';
import { generateScrapeConfigs, type GeneratedScrapeConfigs } from '../../../src/language/generate/scrapeConfigs.ts';
import type { KubernetesObject } from '../../../src/language/kinds/objects.ts';
import { missingShared, readCorpus, sharedFolder } from '../../shared.ts';
import { lookupOf, parseObject, stored } from '../kinds/storedObjects.ts';

interface Input {
  readonly id: string;
  readonly yaml: string;
  readonly context: readonly string[];
  readonly prometheus: string;
}

interface SelectionCase extends Input {
  readonly operatorOptions: OperatorOptions;
  readonly selected: boolean;
  readonly scrapeConfigYaml: string;
  readonly reason?: string;
}

interface MonitorCase extends Input {
  readonly loads: boolean | null;
  readonly load_error?: string;
}

function generated({ yaml, context, prometheus }: Input, operator = defaultOperatorOptions): GeneratedScrapeConfigs {
  const [monitor, server] = [parseObject(yaml), parseObject(prometheus)];
  assert.ok(monitor !== undefined && server !== undefined);
  const lookup = lookupOf(context.map(parseObject).filter((object) => object !== undefined));
  return generateScrapeConfigs({ prometheus: stored(server), monitors: [stored(monitor)], lookup, operator });
}

describe('selection corpus', { skip: missingShared('corpora/selection.jsonl') ?? false }, () => {
  for (const item of readCorpus<SelectionCase>('selection')) {
    const fails = item.reason?.startsWith('generate:') === true;
    // What the operator rejects has no part in the configuration.
    if (!item.selected && !fails) continue;
    test(item.id, () => {
      const { configs, failure } = generated(item, item.operatorOptions);
      if (fails) {
        assert.ok(failure !== undefined, item.reason);
        return;
      }
      assert.equal(failure?.problem.message, undefined);
      const expected = parse(item.scrapeConfigYaml, { version: '1.1' }) as unknown;
      assert.deepEqual(configs.map((config) => toPlain(config)), expected);
      assert.deepEqual(parse(printYaml(list(configs)).text, { version: '1.1' }), expected, 'the printed text');
    });
  }
});

describe('monitors corpus: what Prometheus loads', { skip: missingShared('corpora/monitors.jsonl') ?? false }, () => {
  for (const item of readCorpus<MonitorCase>('monitors')) {
    if (item.loads === null) continue;
    test(item.id, () => {
      const result = generated(item);
      const faults = loadProblems(result).map(({ problem }) => `${problem.path.join('.')}: ${problem.message}`);
      assert.equal(result.failure === undefined && faults.length === 0, item.loads, `${item.load_error ?? ''}\nours: ${faults.join('\n')}\n${item.yaml}`);
    });
  }
});

test('kube-prometheus: every ServiceMonitor becomes jobs that load', { skip: missingShared('kube-prometheus/manifests') ?? false }, () => {
  const folder = join(sharedFolder, 'kube-prometheus/manifests');
  const objects = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS() as KubernetesObject));
  const prometheus = objects.find((object) => object.kind === 'Prometheus');
  const monitors = objects.filter((object) => object.kind === 'ServiceMonitor');
  assert.ok(prometheus !== undefined);
  assert.equal(monitors.length, 13);
  const result = generateScrapeConfigs({ prometheus: stored(prometheus), monitors: monitors.map(stored), lookup: lookupOf(objects), operator: defaultOperatorOptions });
  assert.equal(result.failure, undefined);
  assert.deepEqual(loadProblems(result), []);
  const endpoints = monitors.flatMap((monitor) => (monitor.spec as { endpoints: unknown[] }).endpoints);
  assert.equal(result.configs.length, endpoints.length);
});
