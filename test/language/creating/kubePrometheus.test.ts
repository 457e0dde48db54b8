/** Whatever can be created for kube-prometheus' Services and workloads, once its monitors and rules are gone, stands without a finding. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { creationsFor } from '../../../src/language/creating/creations.ts';
import { missingShared, sharedFolder } from '../../shared.ts';
import { checkAll, workspaceOf } from '../check.ts';
import { after, creationsIn } from './create.ts';

const folder = 'kube-prometheus/manifests';

function manifests(wanted: RegExp): Record<string, string> {
  const names = readdirSync(join(sharedFolder, folder)).filter((name) => wanted.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(sharedFolder, folder, name), 'utf8')]));
}

const skip = missingShared(folder) ?? false;
const servers = /^(prometheus-prometheus|alertmanager-alertmanager|alertmanager-secret|.*-(service|deployment|daemonset))\.yaml$/;

test('a monitor for each Service, Deployment and DaemonSet, and a rule for each monitor', { skip }, async () => {
  const files = manifests(servers);
  const workspace = await workspaceOf(files);
  const before = checkAll(workspace).length;
  const counts = new Map<string, number>();
  for (const kind of ['Service', 'Deployment', 'DaemonSet']) {
    for (const source of workspace.sources(kind)) {
      const creations = creationsFor(source, workspace);
      assert.ok(creations.length > 0 || kind !== 'Service', `nothing for ${source.reference.name}`);
      for (const creation of creations) {
        const { files: changed, findings } = await after(creation, workspace);
        assert.equal(findings.length, before, `${creation.title} ${source.reference.name}: ${findings.map(({ message }) => message).join(' ')}`);
        counts.set(creation.kind, (counts.get(creation.kind) ?? 0) + 1);
        const withMonitor = await workspaceOf(changed);
        const [made] = withMonitor.sources(creation.kind);
        assert.ok(made !== undefined);
        for (const rule of creationsFor(made, withMonitor)) {
          const result = await after(rule, withMonitor, 'newFile');
          assert.equal(result.findings.length, before, `${rule.title}: ${result.findings.map(({ message }) => message).join(' ')}`);
          counts.set(rule.kind, (counts.get(rule.kind) ?? 0) + 1);
        }
      }
    }
  }
  assert.ok((counts.get('ServiceMonitor') ?? 0) >= 9 && (counts.get('PodMonitor') ?? 0) >= 4 && (counts.get('PrometheusRule') ?? 0) >= 13, JSON.stringify([...counts]));
});

test('a route for alerts, once an Alertmanager selects AlertmanagerConfigs', { skip }, async () => {
  const files = manifests(/^(prometheus-prometheus|alertmanager-alertmanager|alertmanager-secret|kubePrometheus-prometheusRule)\.yaml$/);
  const name = 'alertmanager-alertmanager.yaml';
  const workspace = await workspaceOf({ ...files, [name]: (files[name] ?? '').replace('spec:\n', 'spec:\n  alertmanagerConfigSelector: {}\n  alertmanagerConfigMatcherStrategy:\n    type: OnNamespaceExceptForAlertmanagerNamespace\n') });
  const before = checkAll(workspace).length;
  const file = workspace.file('kubePrometheus-prometheusRule.yaml');
  assert.ok(file !== undefined);
  const creations = await creationsIn(workspace, file.uri, file.text.indexOf('alert: TargetDown'));
  assert.equal(creations.length, 2);
  for (const creation of creations) assert.equal((await after(creation, workspace)).findings.length, before);
});
