/**
 * A Prometheus that answers about 20 targets of each of 1,000 ServiceMonitors and the groups of 2,000 PrometheusRules, with labels as
 * many and as long as kube-prometheus' targets have. Usage: targetStandIn.ts FILE, with the objects as [kind, namespace, name, uid];
 * prints its port.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Named = readonly [kind: string, namespace: string, name: string, uid: string];

const targetsEach = 20;
const objects = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly Named[];
const monitors = objects.filter(([kind]) => kind === 'ServiceMonitor');
const rules = objects.filter(([kind]) => kind === 'PrometheusRule');
const time = '2026-01-01T00:00:00.123456789Z';

function target(namespace: string, name: string, index: number, place: number): object {
  const address = `10.${String((place >> 16) & 255)}.${String((place >> 8) & 255)}.${String(place & 255)}:8080`;
  const meta = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`__meta_kubernetes_endpointslice_label_number_${String(number)}_of_a_service`, `value-${String(number)}-of-${name}`]));
  return {
    discoveredLabels: { __address__: address, __metrics_path__: '/metrics', __scheme__: 'http', __scrape_interval__: '30s', __scrape_timeout__: '10s', job: `serviceMonitor/${namespace}/${name}/0`, ...meta },
    labels: { container: 'app', endpoint: 'web', instance: address, job: name, namespace, pod: `${name}-7d9c5b4f6d-${String(index)}`, service: name },
    scrapePool: `serviceMonitor/${namespace}/${name}/0`, scrapeUrl: `http://${address}/metrics`, globalUrl: `http://${address}/metrics`,
    lastError: place % 97 === 0 ? `Get "http://${address}/metrics": dial tcp ${address}: connect: connection refused` : '', lastScrape: time, lastScrapeDuration: 0.01234,
    health: place % 97 === 0 ? 'down' : 'up', scrapeInterval: '30s', scrapeTimeout: '10s',
  };
}

function group(namespace: string, name: string, uid: string): object {
  const one = (number: number) => ({
    state: 'inactive', name: `Alert${String(number)}`, query: `sum by (namespace) (rate(http_requests_total{job="${name}",code=~"5.."}[5m])) > ${String(number)}`, duration: 300, keepFiringFor: 0,
    labels: { severity: 'warning' }, annotations: { summary: `Many errors of ${name}`, description: 'More than {{ $value }} errors a second.' }, alerts: [], health: 'ok', evaluationTime: 0.001, lastEvaluation: time, type: 'alerting',
  });
  return { name, file: `/etc/prometheus/rules/prometheus-k8s-rulefiles-0/${namespace}-${name}-${uid}.yaml`, rules: [0, 1, 2].map(one), interval: 30, limit: 0, evaluationTime: 0.003, lastEvaluation: time };
}

const success = (data: unknown) => Buffer.from(JSON.stringify({ status: 'success', data }));
const answers: Readonly<Record<string, Buffer>> = {
  '/-/healthy': Buffer.from('healthy'),
  '/metrics': Buffer.from('prometheus_config_last_reload_successful 1\n'),
  '/api/v1/status/buildinfo': success({ version: '3.13.2' }),
  '/api/v1/scrape_pools': success({ scrapePools: monitors.map(([, namespace, name]) => `serviceMonitor/${namespace}/${name}/0`) }),
  '/api/v1/targets': success({ activeTargets: monitors.flatMap(([, namespace, name], at) => Array.from({ length: targetsEach }, (_, index) => target(namespace, name, index, at * targetsEach + index))), droppedTargets: [] }),
  '/api/v1/rules': success({ groups: rules.map(([, namespace, name, uid]) => group(namespace, name, uid)) }),
};

const server = createServer((request, answer) => {
  const body = answers[(request.url ?? '').split('?')[0] ?? ''];
  answer.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  answer.end(body);
});
server.listen(0, '127.0.0.1', () => { console.log(String((server.address() as AddressInfo).port)); });
process.once('disconnect', () => { process.exit(); });
