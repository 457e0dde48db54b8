import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Finding } from '../../../../src/language/finding.ts';
import { defaultSettings } from '../../../../src/language/settings/settings.ts';
import { missingShared, sharedFolder } from '../../../shared.ts';
import { service, workspaceOf } from '../../check.ts';

interface PintRow {
  readonly file: string;
  readonly check: string;
  readonly lines: readonly [number, number];
}

interface Placed extends Finding {
  readonly file: string;
  readonly line: number;
}

const skip = missingShared('kube-prometheus/pint.json') ?? false;

async function adviceOnRules(): Promise<Placed[]> {
  const folder = join(sharedFolder, 'kube-prometheus/manifests');
  const names = readdirSync(folder).filter((name) => /-(?:prometheusRule|prometheus|serviceMonitor\w*)\.yaml$/.test(name));
  const workspace = await workspaceOf(Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
  return [...workspace.files].filter(({ uri }) => uri.endsWith('-prometheusRule.yaml')).flatMap((file) =>
    service.check(file, workspace, defaultSettings).map((finding) => ({ ...finding, file: file.uri, line: file.text.slice(0, finding.span.start).split('\n').length })));
}

describe("advice on kube-prometheus' rules", { skip }, () => {
  test('is these findings, each of which was read and is right', async () => {
    const counted = new Map<string, number>();
    for (const { file, severity, code } of await adviceOnRules()) {
      const key = `${file.replace('-prometheusRule.yaml', '')} ${severity} ${code}`;
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(counted), {
      'alertmanager warning template/label-gone': 5,
      'alertmanager information promql/matcher-without-effect': 2,
      'alertmanager warning promql/empty-selector': 2,
      'grafana information rule/summary-missing': 1,
      'kubernetesControlPlane information rule/for-without-effect': 1,
      'prometheus information promql/regex-without-pattern': 2,
    });
  });

  test("finds what pint finds where docs/checks.md says so, and nothing at pint's other places", async () => {
    const ours = await adviceOnRules();
    const rows = JSON.parse(readFileSync(join(sharedFolder, 'kube-prometheus/pint.json'), 'utf8')) as PintRow[];
    const shared: Readonly<Record<string, RegExp>> = {
      'alerts/template': /^template\/label-gone$/,
      'promql/regexp': /^promql\/(?:matcher-without-effect|empty-selector|regex-without-pattern)$/,
      'alerts/for': /^rule\/for-without-effect$/,
    };
    const counts = new Map<string, number>();
    for (const { file, check, lines } of rows) {
      counts.set(check, (counts.get(check) ?? 0) + 1);
      const here = ours.filter((finding) => finding.file === file && finding.line >= lines[0] && finding.line <= lines[1]);
      const pattern = shared[check];
      if (pattern === undefined) assert.deepEqual(here.map(({ code }) => code), [], `${check} at ${file}:${lines.join('-')}`);
      else assert.ok(here.some(({ code }) => pattern.test(code)), `${check} at ${file}:${lines.join('-')}`);
    }
    assert.deepEqual(Object.fromEntries(counts), { 'alerts/template': 5, 'promql/regexp': 6, 'alerts/comparison': 1, 'promql/fragile': 3, 'promql/nan': 12, 'alerts/for': 1, 'promql/impossible': 16 });
  });
});
