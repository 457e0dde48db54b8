import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chainSentences, mergeChains, mermaid } from '../../../src/language/chain/chainText.ts';
import { objectChain } from '../../../src/language/chain/objectChain.ts';
import type { Surroundings } from '../../../src/language/chain/surroundings.ts';
import { service, workspaceOf } from '../check.ts';

const files = {
  'all.yaml': `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s, namespace: shop}
spec: {serviceMonitorSelector: {}, ruleSelector: {}}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  endpoints: [{port: http}, {port: admin}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: admin, port: 81}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 80}, {containerPort: 81}]}]}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: rules, namespace: shop}
spec:
  groups:
    - name: up
      rules:
        - record: job:up:sum
          expr: sum by (job) (up)
        - alert: Down
          expr: job:up:sum == 0
`,
};

async function surroundings(): Promise<Surroundings> {
  const workspace = await workspaceOf(files);
  return service.surroundings(workspace, {}, ['Prometheus', 'ServiceMonitor', 'PrometheusRule']);
}

describe('the chain around an object', () => {
  test('names every port through which a monitor reaches pods', async () => {
    const around = await surroundings();
    const [monitor] = around.lookup.list('ServiceMonitor');
    assert.ok(monitor !== undefined);
    const chain = objectChain(monitor, around);
    assert.ok(chainSentences(chain).includes('They are the pods of StatefulSet shop/web, ports 80, 81.'));
    assert.match(mermaid(chain), /\["Service shop\/web"\]/);
    assert.match(mermaid(chain), /n\d+ -->\|"ports http, admin"\| n\d+\n/);
  });

  test('leads from a recording rule to the rules that use it', async () => {
    const around = await surroundings();
    const [rules] = around.lookup.list('PrometheusRule');
    assert.ok(rules !== undefined);
    const { nodes, edges } = objectChain(rules, around);
    const title = (id: string): string => nodes.find((node) => node.id === id)?.title ?? '';
    assert.deepEqual(edges.map(({ from, to, labels }) => `${title(from)} → ${title(to)}: ${labels.join()}`), [
      'Prometheus shop/k8s → job:up:sum: evaluates', 'job:up:sum → Down: is used by', 'Prometheus shop/k8s → Down: evaluates',
    ]);
  });

  test('of several objects is one, with every label of an edge', async () => {
    const around = await surroundings();
    const chains = ['Service', 'ServiceMonitor'].flatMap((kind) => around.lookup.list(kind)).map((object) => objectChain(object, around));
    const merged = mergeChains(chains);
    assert.equal(new Set(merged.edges.map(({ from, to }) => `${from} ${to}`)).size, merged.edges.length);
    assert.match(mermaid(merged), /\|"ports 80, 81"\|/);
  });
});
