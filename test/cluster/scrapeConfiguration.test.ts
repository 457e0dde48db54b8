/** The scrape configuration foretold for kube-prometheus is the one that the operator writes in a cluster. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { toPlain } from '../../src/language/generate/node.ts';
import { defaultOperatorOptions } from '../../src/language/generate/operatorOptions.ts';
import { service, workspaceOf } from '../language/check.ts';
import type { KubernetesObject } from '../sandbox/cluster.ts';
import { acquireSandbox, type Sandbox, sandboxUnavailable } from '../sandbox/sandbox.ts';
import { until } from '../sandbox/wait.ts';
import { missingShared, sharedFolder } from '../shared.ts';

const manifests = join(sharedFolder, 'kube-prometheus', 'manifests');
const skip = sandboxUnavailable() ?? missingShared('kube-prometheus/manifests') ?? false;

interface Job { readonly job_name: string }

describe('kube-prometheus in a cluster', { skip, timeout: 1_200_000 }, () => {
  let sandbox: Sandbox;
  before(async () => { sandbox = await acquireSandbox({ stack: 'kube-prometheus', folder: manifests }); });
  after(() => { sandbox.cluster.close(); });

  test('has the scrape jobs that were foretold from its files', async () => {
    const files = readdirSync(manifests).filter((name) => name.endsWith('.yaml')).map((name) => [name, readFileSync(join(manifests, name), 'utf8')] as const);
    const [foretold] = service.scrapeConfigurations(await workspaceOf(Object.fromEntries(files)), {}, defaultOperatorOptions);
    const expected = (foretold?.configs ?? []).map((config) => toPlain(config) as Job);
    assert.ok(expected.length >= 13, `${String(expected.length)} jobs`);
    // The installation leaves out the monitors of components that cannot run here: the operator takes them all the same.
    for (const [, text] of files.filter(([name]) => /serviceMonitor/i.test(name))) {
      await sandbox.cluster.apply(parse(text) as KubernetesObject);
    }
    const names = new Set(expected.map((job) => job.job_name));
    const written = await until('the jobs that the operator writes', 120, async () => {
      const secret = await sandbox.cluster.get<KubernetesObject & { data?: Record<string, string> }>('/api/v1/namespaces/monitoring/secrets/prometheus-k8s');
      const text = gunzipSync(Buffer.from(secret.data?.['prometheus.yaml.gz'] ?? '', 'base64')).toString('utf8');
      // Other tests may have monitors of their own.
      const jobs = (parse(text, { version: '1.1' }) as { scrape_configs: Job[] }).scrape_configs.filter((job) => names.has(job.job_name));
      return jobs.length === names.size ? jobs : undefined;
    });
    assert.deepEqual(written, expected);
  });
});
